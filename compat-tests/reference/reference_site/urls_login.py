"""The second tutorial's site: its login page at /login, without a final slash, and its view at /protected/."""

from typing import Any

from django.contrib.auth.views import LoginView
from django.http import HttpRequest, JsonResponse
from django.urls import path
from oauth2_provider.views.generic import ScopedProtectedResourceView

from reference_site.urls import urlpatterns as site


class Protected(ScopedProtectedResourceView):
    required_scopes = ["read"]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
        return JsonResponse({"protected": True})


urlpatterns = [path("login", LoginView.as_view()), path("protected/", Protected.as_view()), *site]
