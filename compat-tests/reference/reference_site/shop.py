"""A page and URL names of a team's own, in a namespace."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

app_name = "shop"


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


def product(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return render(request, "base.html", {"product": f"{pk} {slug}"})


urlpatterns = [path("products/<int:pk>/<slug:slug>/", product, name="product")]
