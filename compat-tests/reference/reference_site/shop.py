"""A page and URL names of a team's own, in a namespace."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

app_name = "shop"


def home(request: HttpRequest) -> HttpResponse:
    return render(request, "base.html")


def product(request: HttpRequest, pk: int, slug: str) -> HttpResponse:
    return render(request, "base.html", {"product": f"{pk} {slug}"})


def say(request: HttpRequest) -> HttpResponse:
    """Leaves a message for the next page that shows some."""
    text = request.GET.get("text", "")
    messages.add_message(request, int(request.GET.get("level", 20)), text, request.GET.get("tags", ""))
    return HttpResponse("said")


urlpatterns = [path("say/", say, name="say"), path("products/<int:pk>/<slug:slug>/", product, name="product")]
