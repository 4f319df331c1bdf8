"""URLs: the provider, Django's accounts pages and views that only a bearer token opens."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path
from oauth2_provider import urls as provider_urls

from reference_site import protected, shop, site_config

# DOT has them since 3.3.
METADATA = include((getattr(provider_urls, "metadata_urlpatterns", []), "oauth2_provider"), namespace="oauth2_metadata")
AT_ROOT = site_config.server_settings(settings.CONFIG).get("metadata_at_root", False)

urlpatterns = [
    *([path("", METADATA)] if AT_ROOT else []),
    *[path(prefix, include("oauth2_provider.urls")) for prefix in site_config.mounts(settings.CONFIG)],
    path("accounts/", include("django.contrib.auth.urls")),
    path("admin/", admin.site.urls),
    path("accounts/register/", protected.healthz, name="register-account"),
    path("healthz", protected.healthz),
    # Pages of a team's own, whose names its templates use.
    path("site/", shop.home, name="home"),
    path("site/", include("reference_site.shop")),
    *[path(route, view) for route, view in protected.VIEWS.items()],
]
