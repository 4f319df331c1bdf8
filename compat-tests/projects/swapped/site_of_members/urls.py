"""URLs of the site."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def text(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("healthz", text),
    path("", text, name="home"),
]
