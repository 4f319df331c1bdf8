"""Runs in a project's shell: exports each URLconf of layouts.json, and asks Django what it answers. LAYOUTS_EXPORT is the script."""

import contextlib
import io
import json
import os
from pathlib import Path

from django.contrib.auth import views as auth
from django.test import Client, override_settings
from django.test.utils import setup_test_environment

HOME = Path(os.environ["SITE_FOLDER"])
SCRIPT = Path(os.environ["LAYOUTS_EXPORT"]).read_text()


def owner(answer):
    """dot, django (the pages that slash-o has too), own, or nothing where no view was found."""
    match = answer.wsgi_request.resolver_match
    if match is None:
        return ""
    cls = getattr(match.func, "view_class", None)
    bases = getattr(cls, "__mro__", ())
    if any(base.__module__.startswith("oauth2_provider.views") for base in bases):
        return "dot"
    pages = (auth.LoginView, auth.LogoutView, auth.PasswordChangeView, auth.PasswordChangeDoneView)
    return "django" if any(base in pages for base in bases) else "own"


def asked(paths):
    client = Client(raise_request_exception=False)
    for path in paths:
        answer = client.get(path)
        is_json = answer.headers.get("Content-Type", "").startswith("application/json")
        yield path, {
            "status": answer.status_code,
            "location": answer.headers.get("Location"),
            "json": json.loads(answer.content) if is_json and answer.status_code == 200 else None,
            "owner": owner(answer),
        }


def exported():
    """Exit status and what was told."""
    told = io.StringIO()
    with contextlib.redirect_stderr(told):
        try:
            exec(SCRIPT, {})
        except SystemExit as end:
            return end.code or 0, told.getvalue()
    return 0, told.getvalue()


def each():
    for layout in json.loads((HOME / "layouts.json").read_text()):
        os.chdir(HOME / layout["folder"])
        with override_settings(ROOT_URLCONF=layout["module"], **layout["settings"]):
            yield layout


out = {}
# An export comes before any request, as in a team's shell: oauthlib changes lists of its own while it answers.
for layout in each():
    status, told = exported()
    out[layout["folder"]] = {"status": status, "told": told}
setup_test_environment()
for layout in each():
    out[layout["folder"]]["answers"] = dict(asked(layout["paths"]))
(HOME / "answers.json").write_text(json.dumps(out))
