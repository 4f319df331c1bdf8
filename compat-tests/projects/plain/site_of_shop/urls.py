"""URLs as projects have them: a namespace, a regular expression, names."""

from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path, re_path


def text(request):
    return HttpResponse("ok\n", content_type="text/plain")


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    re_path(r"^register/$", text, name="register"),
    path("items/<int:pk>/", text, name="item"),
    path("", text, name="home"),
]
