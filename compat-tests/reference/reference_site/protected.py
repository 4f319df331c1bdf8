"""Views behind DOT's generic resource views; each answers who the token belongs to.

The slash-o counterpart of each route is in compat_tests/protected_routes.py.
"""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import generic


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok\n", content_type="text/plain")


def resource_owner(view: Any, request: HttpRequest, *args: Any, **kwargs: Any) -> JsonResponse:
    owner = getattr(request, "resource_owner", None)
    return JsonResponse({"resource_owner": getattr(owner, "username", None)})


def _view(base: type, **attributes: Any) -> Callable[..., HttpResponse]:
    handlers = {"get": resource_owner, "post": resource_owner}
    return csrf_exempt(type("ProtectedView", (base,), {**handlers, **attributes}).as_view())


VIEWS: dict[str, Callable[..., HttpResponse]] = {
    "t/plain": _view(generic.ProtectedResourceView),
    "t/scoped": _view(generic.ScopedProtectedResourceView, required_scopes=["write"]),
    "t/rw": _view(generic.ReadWriteScopedResourceView),
    "api/me": _view(generic.ProtectedResourceView),
}
try:
    from reference_site import rest
except ImportError:  # a reference of an older DOT
    pass
else:
    VIEWS |= rest.VIEWS
if hasattr(generic, "ProtectedResourceMetadataView"):  # since 3.4
    VIEWS |= {
        "t/meta": _view(generic.ProtectedResourceMetadataView),
        "t/scopedmeta": _view(generic.ScopedProtectedResourceMetadataView, required_scopes=["write"]),
        "t/realm": _view(generic.ProtectedResourceMetadataView, www_authenticate_realm='a"b\\c'),
    }
