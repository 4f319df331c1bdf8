"""mozilla-django-oidc in a Django project of its own; users are made by its own backend."""

import os
import tempfile
import types
from urllib.parse import urlsplit

import django
from common import SCOPE, Provider, run
from django.conf import settings
from django.test import Client

#: The URLs of the project: the library's can be imported only with the settings at hand.
URLS = types.ModuleType("project_urls")


def configure(provider: Provider) -> None:
    endpoint = provider.issuer + "/"
    settings.configure(
        SECRET_KEY="of a test",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=URLS,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": tempfile.mktemp()}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
        ],
        AUTHENTICATION_BACKENDS=["mozilla_django_oidc.auth.OIDCAuthenticationBackend"],
        SESSION_SAVE_EVERY_REQUEST=True,
        LOGIN_REDIRECT_URL="/in",
        LOGIN_REDIRECT_URL_FAILURE="/refused",
        OIDC_RP_CLIENT_ID=provider.client_id,
        OIDC_RP_CLIENT_SECRET=provider.secret,
        OIDC_RP_SIGN_ALGO=os.environ.get("ALGORITHM", "RS256"),
        OIDC_RP_SCOPES=SCOPE,
        OIDC_USE_PKCE=True,
        OIDC_OP_AUTHORIZATION_ENDPOINT=endpoint + "authorize/",
        OIDC_OP_TOKEN_ENDPOINT=endpoint + "token/",
        OIDC_OP_USER_ENDPOINT=endpoint + "userinfo/",
        OIDC_OP_JWKS_ENDPOINT=endpoint + ".well-known/jwks.json",
    )
    django.setup()
    from django.urls import include, path

    URLS.urlpatterns = [path("oidc/", include("mozilla_django_oidc.urls"))]
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def log_in(provider: Provider, kind: str) -> str:
    if not settings.configured:
        configure(provider)
    browser = Client(HTTP_HOST="client.example", SERVER_PORT="443", raise_request_exception=True)
    start = browser.get("/oidc/authenticate/", secure=True)
    url = start.headers["Location"]
    back = provider.visit(url, kind)
    done = browser.get("/oidc/callback/?" + urlsplit(back).query, secure=True)
    if done.status_code != 302 or done.headers["Location"] != "/in":
        raise ValueError(f"{done.status_code} {done.headers.get('Location')}")
    from django.contrib.auth import get_user

    request = done.wsgi_request
    request.session = browser.session
    return f"1 {get_user(request).email}"


run(log_in)
