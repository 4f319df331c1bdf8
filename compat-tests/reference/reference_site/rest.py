"""Views of Django REST framework behind DOT's authentication and permissions."""

from typing import Any

from oauth2_provider.contrib import rest_framework as dot
from rest_framework import renderers, views
from rest_framework.request import Request
from rest_framework.response import Response


def _view(permission: type, **attributes: Any) -> Any:
    def answer(view: Any, request: Request) -> Response:
        return Response({"resource_owner": getattr(request.user, "username", None) or None})

    members = {
        "authentication_classes": [dot.OAuth2Authentication],
        "permission_classes": [permission],
        "renderer_classes": [renderers.JSONRenderer],
        "get": answer,
        "post": answer,
    }
    return type("RestView", (views.APIView,), {**members, **attributes}).as_view()


VIEWS = {
    "t/rest": _view(dot.TokenHasScope, required_scopes=[]),
    "t/restscoped": _view(dot.TokenHasScope, required_scopes=["write", "introspection"]),
    "t/restrw": _view(dot.TokenHasReadWriteScope),
}
