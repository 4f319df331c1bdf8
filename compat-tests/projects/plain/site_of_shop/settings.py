"""A project's settings. SITE_HOOKS=1 adds Python that changes answers, SITE_MORE a file."""

import os
import sys
from pathlib import Path

from site_of_shop import hooks

BASE_DIR = Path(os.environ["SITE_FOLDER"])
HOOKS = os.environ.get("SITE_HOOKS") == "1"
SECRET_KEY = "key with \"quotes\", \\ and ünicode 0123456789-0123456789-0123456789"
DEBUG = True
ALLOWED_HOSTS = []
ROOT_URLCONF = "site_of_shop.urls"
USE_TZ = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
LOGIN_URL = "login"
SESSION_COOKIE_AGE = 3600
CSRF_TRUSTED_ORIGINS = ["https://shop.example"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "oauth2_provider",
    "shop",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "db.sqlite3"), "OPTIONS": {"timeout": 20}}}
STATIC_URL = "/static/"
if os.environ.get("SITE_PROVIDER") != "none":
    OAUTH2_PROVIDER = {
        "SCOPES": {"write": "Writing scope", "read": "Reading scope"},
        "PKCE_REQUIRED": hooks.pkce_required,
        "ACCESS_TOKEN_EXPIRE_SECONDS": hooks.lifetime,
        "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": hooks.code_page,
        "REFRESH_TOKEN_EXPIRE_SECONDS": None,
    }
if HOOKS:
    MIDDLEWARE += ["site_of_shop.hooks.stranger"]
    OAUTH2_PROVIDER["OAUTH2_VALIDATOR_CLASS"] = "site_of_shop.validators.Validator"
if "SITE_MORE" in os.environ:
    # What one test changes: settings, and modules beside the file.
    sys.path.insert(0, str(BASE_DIR))
    exec(Path(os.environ["SITE_MORE"]).read_text())
