"""URLs of the project; `register` is the site's own, not `oauth2_provider:register`."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def text(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("auth/o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("register/", text, name="register"),
    path("healthz", text),
    path("", text, name="home"),
]
