"""slash-o's `[[server.protected]]` counterparts of the views in reference/reference_site/protected.py."""

from typing import Any

METHODS = ["GET", "POST"]


def _route(path: str, **settings: Any) -> dict[str, Any]:
    return {"path": path, "methods": METHODS, "answer": "resource_owner", **settings}


PROTECTED_ROUTES: list[dict[str, Any]] = [
    _route("/t/plain", scopes=[], challenge="none"),
    _route("/t/scoped", scopes=["write"], challenge="none"),
    _route("/t/rw", scopes=[], read_write=True, challenge="none"),
    _route("/t/meta", scopes=[], challenge="rfc9728"),
    _route("/t/scopedmeta", scopes=["write"], challenge="rfc9728"),
    _route("/t/realm", scopes=[], challenge="rfc9728", realm='a"b\\c'),
    _route("/t/rest", scopes=[], challenge="rest_framework"),
    _route("/t/restscoped", scopes=["write", "introspection"], challenge="rest_framework"),
    _route("/t/restrw", scopes=[], read_write=True, challenge="rest_framework"),
    _route("/api/me", scopes=[], challenge="none"),
]
