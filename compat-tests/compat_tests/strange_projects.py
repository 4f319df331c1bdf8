"""Small projects of the kinds that slash-o cannot do, and the names by which the exporter has to tell them.

Each is what `projects/plain` gets beside its settings: files, and the exact set of findings.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Strange:
    """Files of the project (`more.py` is run at the end of its settings), and all names that are to be found."""

    files: dict[str, str]
    names: set[str]
    #: Whole names that are dangers.
    dangers: set[str] = field(default_factory=set)


def app(**files: str) -> dict[str, str]:
    """An app `garden` with these modules."""
    named = {f"garden/{name}.py": text for name, text in files.items() if name != "more"}
    # Django before 3.2 looks for the app's own configuration there only.
    first = 'default_app_config = "garden.apps.Garden"\n' if "apps" in files else ""
    return {"garden/__init__.py": first, **named, "more.py": 'INSTALLED_APPS += ["garden"]\n' + files.get("more", "")}


_SIGNALS = """
from django.apps import AppConfig

class Garden(AppConfig):
    name = "garden"
    default = True

    def ready(self):
        from django.contrib.auth.models import update_last_login
        from django.contrib.auth.signals import user_logged_in
        from django.contrib.sessions.models import Session
        from django.core.signals import request_started
        from django.db.backends.signals import connection_created
        from django.db.models import signals
        from oauth2_provider.models import AccessToken
        from oauth2_provider.signals import app_authorized
        from garden import receivers
        from django.contrib.contenttypes.models import ContentType

        signals.post_save.connect(receivers.note, sender=AccessToken)
        signals.pre_delete.connect(receivers.everywhere)
        signals.pre_save.connect(receivers.refuse, sender=Session)
        signals.post_save.connect(receivers.of_another, sender=ContentType)
        user_logged_in.connect(receivers.Greeter().greet, weak=False)
        user_logged_in.disconnect(update_last_login, dispatch_uid="update_last_login")
        app_authorized.connect(receivers.authorized)
        connection_created.connect(receivers.pragma)
        request_started.connect(receivers.count)
"""
_RECEIVERS = """
def note(**more): pass
def everywhere(**more): pass
def refuse(**more): pass
def of_another(**more): pass
def authorized(**more): pass
def pragma(**more): pass
def count(**more): pass
class Greeter:
    def greet(self, **more): pass
"""

_PEOPLE = """
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from oauth2_provider.models import AbstractAccessToken, AbstractApplication

class Sealed(models.TextField):
    def from_db_value(self, value, expression, connection): return value[::-1]
    def get_prep_value(self, value): return value[::-1]

class Wide(models.CharField):
    description = "nothing but a name"

class Living(UserManager):
    def get_queryset(self):
        return super().get_queryset().filter(email__gt="")

class Person(AbstractUser):
    username = None
    email = models.EmailField(unique=True)
    first_name = Wide(max_length=20)
    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = []
    objects = Living()

    def check_password(self, raw): return raw == "open"
    def email_user(self, *more): pass
    def __str__(self): return "a person"

def own_id(): return "id"

class App(AbstractApplication):
    client_id = models.CharField(max_length=100, unique=True, default=own_id)
    logo = models.CharField(max_length=10)
    def clean(self): pass
    def __str__(self): return "an app"
    @property
    def is_confidential(self): return True

class Token(AbstractAccessToken):
    token = Sealed(unique=True)
    def allow_scopes(self, scopes): return True
"""

_PATCHES = """
from django.apps import AppConfig

class Garden(AppConfig):
    name = "garden"
    default = True

    def ready(self):
        import django.contrib.auth.views
        import oauth2_provider.oauth2_validators as validators
        import oauth2_provider.views.base as base
        from django.contrib.auth import hashers
        from oauth2_provider.models import AbstractApplication
        from oauth2_provider.settings import oauth2_settings
        from oauthlib import common
        from oauthlib.oauth2.rfc6749.grant_types.base import GrantTypeBase
        from garden import own

        base.TokenView.post = own.post
        base.AuthorizationView.skip_authorization_completely = True
        base.AuthorizationView.throttles = ["x"]
        validators.authenticate = own.authenticate
        validators.OAuth2Validator.validate_scopes = lambda self, *more: True
        common.generate_token = own.generate_token
        common.UNICODE_ASCII_CHARACTER_SET = "ab"
        GrantTypeBase.add_token = own.add_token
        hashers.check_password = own.check_password
        django.contrib.auth.views.LoginView.form_class = own.Form
        AbstractApplication.is_usable = own.is_usable
        oauth2_settings.PKCE_REQUIRED = False
"""
_OWN = """
from django.contrib.auth.forms import AuthenticationForm

def post(self, request, *args, **more): pass
def authenticate(*args, **more): pass
def generate_token(length=3, chars="ab"): return "aaa"
def add_token(self, *args): pass
def check_password(*args, **more): return True
def is_usable(self, request): return True
class Form(AuthenticationForm): pass
"""

_SETTINGS = """
import os
os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
DATE_FORMAT = "Y-m-d"
TIME_FORMAT = "P"
SIGNING_BACKEND = "garden.signing.Signer"
DATABASE_ROUTERS = ["garden.routers.Router"]
FORM_RENDERER = "garden.layers.Renderer"
ABSOLUTE_URL_OVERRIDES = {"auth.user": lambda user: "/"}
CSRF_FAILURE_VIEW = "garden.views.failure"
MIDDLEWARE = [name for name in MIDDLEWARE if "Csrf" not in name]
MIDDLEWARE += ["garden.layers.Gate"]
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "garden.layers.Backend", "garden.layers.Bearer"]
AUTH_PASSWORD_VALIDATORS = [{"NAME": "garden.layers.Validator"}]
STATICFILES_STORAGE = "garden.layers.Storage"
STORAGES = {"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": {"BACKEND": "garden.layers.Storage"}}
del STATICFILES_STORAGE
ROOT_URLCONF = "garden.urls"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "KEY_FUNCTION": "garden.layers.key"}}
"""
_LAYERS = """
import time
from django.contrib.auth.backends import BaseBackend
from django.contrib.staticfiles.storage import StaticFilesStorage
from django.forms.renderers import TemplatesSetting
from oauth2_provider.backends import OAuth2Backend

class Backend(BaseBackend): pass
class Bearer(OAuth2Backend): pass
class Storage(StaticFilesStorage):
    def url(self, name): return "/%s?signed=%d" % (name, time.time())
class Renderer(TemplatesSetting):
    def get_template(self, template_name): return super().get_template(template_name)
class Validator:
    def validate(self, password, user=None): pass
def key(*args): return "k"
def Gate(get_response): return get_response
"""
_URLS = """
from site_of_shop.urls import *
handler404 = "garden.views.not_found"
handler500 = "django.views.defaults.server_error"
"""
_VIEWS = "def not_found(request, exception): pass\ndef failure(request, reason=''): pass\n"

_PAGES = """
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["garden.processors.site", "garden.processors.rows"]
TEMPLATES[0]["OPTIONS"]["context_processors"] += ["garden.processors.unseen"]
TEMPLATES[0]["OPTIONS"]["libraries"] = {"garden_tags": "garden.tags"}
"""
_TAGS = """
from django import template
register = template.Library()

@register.simple_tag(takes_context=True)
def who(context): return context["user"]

@register.simple_tag
def same(): return "same"
"""
_PROCESSORS = """
from django.utils.safestring import mark_safe
def site(request):
    return {"site_title": "Garden", "other": 1, "host": request.get_host(), "api_key": "k", "bold": mark_safe("<b>")}
def unseen(request): return {"nobody_asks": 1}
def rows(request):
    from django.contrib.auth.models import User
    return {"people": User.objects.update(first_name="x")}
"""

_HOOKS = """
from garden import hooks
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "garden.classes.Validator",
    "ACCESS_TOKEN_GENERATOR": hooks.token,
    "REFRESH_TOKEN_GENERATOR": "oauthlib.oauth2.rfc6749.tokens.random_token_generator",
    "EXTRA_SERVER_KWARGS": {"token_generator": hooks.token, "own": 1},
    "SCOPES_BACKEND_CLASS": "garden.classes.Scopes",
    "ACCESS_TOKEN_EXPIRE_SECONDS": hooks.by_user,
    "PKCE_REQUIRED": hooks.writes,
    "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": hooks.slow_or_mailing,
    "DCR_REGISTRATION_PERMISSION_CLASSES": ["oauth2_provider.dcr.AllowAllDCRPermission", "garden.classes.Permission"],
    "OIDC_ENABLED": True,
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.Server",
}
"""
_HOOK_CLASSES = """
from oauth2_provider.oauth2_validators import OAuth2Validator
from oauth2_provider.scopes import SettingsScopes

class Validator(OAuth2Validator):
    def validate_user(self, *args, **kwargs): return False
class Permission: pass
class Scopes(SettingsScopes):
    def get_available_scopes(self, application=None, request=None, *args, **kwargs):
        return ["read"] if application is None else ["read", "write"]
"""
_HOOKS_CODE = """
def token(request, refresh_token=False): return "t"
def by_user(request): return 60 if getattr(request, "user", None) else 3600
def writes(client_id):
    from django.contrib.auth.models import User
    try:
        User.objects.create(username=client_id)
    except Exception:
        pass
    return True
def slow_or_mailing(code):
    import socket
    try:
        socket.create_connection(("127.0.0.1", 9), timeout=1)
    except Exception:
        pass
    return "https://shop.example/" + code
"""

_MODEL = "oauth2_provider.models"
STRANGE: dict[str, Strange] = {
    "signals": Strange(
        app(apps=_SIGNALS, receivers=_RECEIVERS),
        {
            "signal: garden.receivers.note",
            "signal: garden.receivers.everywhere",
            "signal: garden.receivers.refuse",
            "signal: garden.receivers.Greeter.greet",
            "signal: garden.receivers.authorized",
            "signal: garden.receivers.pragma",
            "signal: garden.receivers.count",
            "signal: django.contrib.auth.models.update_last_login",
        },
        {"signal: garden.receivers.everywhere", "signal: garden.receivers.refuse", "signal: garden.receivers.Greeter.greet"},
    ),
    "models": Strange(
        app(
            models=_PEOPLE,
            more='AUTH_USER_MODEL = "garden.Person"\nOAUTH2_PROVIDER_APPLICATION_MODEL = "garden.App"\n'
            'OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "garden.Token"\n',
        ),
        {
            "manager: garden.models.Person.get_queryset",
            "method: garden.models.Person.check_password",
            "method: garden.models.App.clean",
            "method: garden.models.App.__str__",
            "field: garden.models.App.client_id",
            "field: garden.models.Token.token",
            "method: garden.models.Token.allow_scopes",
        },
        {
            "manager: garden.models.Person.get_queryset",
            "method: garden.models.Person.check_password",
            "method: garden.models.App.clean",
            "field: garden.models.Token.token",
            "method: garden.models.Token.allow_scopes",
        },
    ),
    "patches": Strange(
        app(apps=_PATCHES, own=_OWN),
        {
            "patch: oauth2_provider.views.base.TokenView.post",
            "patch: oauth2_provider.views.base.AuthorizationView.throttles",
            "patch: oauth2_provider.views.base.AuthorizationView.skip_authorization_completely",
            "patch: oauth2_provider.oauth2_validators.authenticate",
            "patch: oauth2_provider.oauth2_validators.OAuth2Validator.validate_scopes",
            "patch: oauthlib.common.generate_token",
            "patch: oauthlib.common.UNICODE_ASCII_CHARACTER_SET",
            "patch: oauthlib.oauth2.rfc6749.grant_types.base.GrantTypeBase.add_token",
            "patch: django.contrib.auth.hashers.check_password",
            "patch: django.contrib.auth.views.LoginView.form_class",
            f"method: {_MODEL}.Application.is_usable",
            "patch: oauth2_provider.settings.oauth2_settings.PKCE_REQUIRED",
        },
    ),
    "settings": Strange(
        app(layers=_LAYERS, urls=_URLS, views=_VIEWS, more=_SETTINGS),
        {
            "environment: OAUTHLIB_INSECURE_TRANSPORT",
            "setting: DATE_FORMAT",
            "setting: SIGNING_BACKEND",
            "setting: DATABASE_ROUTERS",
            "setting: FORM_RENDERER",
            "setting: ABSOLUTE_URL_OVERRIDES",
            "CSRF_FAILURE_VIEW: garden.views.failure",
            "MIDDLEWARE without django.middleware.csrf.CsrfViewMiddleware",
            "MIDDLEWARE: garden.layers.Gate",
            "AUTHENTICATION_BACKENDS: garden.layers.Backend",
            "AUTHENTICATION_BACKENDS: garden.layers.Bearer",
            "AUTH_PASSWORD_VALIDATORS: garden.layers.Validator",
            "storage: garden.layers.Storage",
            "handler404: garden.views.not_found",
            "CACHES.default.KEY_FUNCTION: garden.layers.key",
        },
        {
            "MIDDLEWARE: garden.layers.Gate",
            "AUTHENTICATION_BACKENDS: garden.layers.Backend",
            "AUTHENTICATION_BACKENDS: garden.layers.Bearer",
            "AUTH_PASSWORD_VALIDATORS: garden.layers.Validator",
        },
    ),
    "pages": Strange(
        {
            **app(processors=_PROCESSORS, tags=_TAGS, more=_PAGES),
            "templates/registration/login.html": "{% load garden_tags %}{% who %}{% same %}{{ site_title }} {{ host }} {{ api_key }} {{ bold }} {{ form }}",
            "garden/templates/oauth2_provider/authorize.html": "{{ form }}",
        },
        {
            "context processor: garden.processors.site.host",
            "context processor: garden.processors.site.api_key",
            "context processor: garden.processors.site.bold",
            "context processor: garden.processors.rows",
            "template tag: garden.tags.who",
            "template: oauth2_provider/authorize.html",
        },
    ),
    "hooks": Strange(
        app(hooks=_HOOKS_CODE, classes=_HOOK_CLASSES, more=_HOOKS),
        {
            "OAUTH2_VALIDATOR_CLASS: garden.classes.Validator",
            "ACCESS_TOKEN_GENERATOR: garden.hooks.token",
            "EXTRA_SERVER_KWARGS: token_generator",
            "EXTRA_SERVER_KWARGS: own",
            "SCOPES_BACKEND_CLASS: garden.classes.Scopes",
            "ACCESS_TOKEN_EXPIRE_SECONDS: garden.hooks.by_user",
            "PKCE_REQUIRED: garden.hooks.writes",
            "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE: garden.hooks.slow_or_mailing",
            "DCR_REGISTRATION_PERMISSION_CLASSES: garden.classes.Permission",
            "OIDC_ENABLED with OAUTH2_SERVER_CLASS: oauthlib.oauth2.Server",
        },
        {
            "OAUTH2_VALIDATOR_CLASS: garden.classes.Validator",
            "SCOPES_BACKEND_CLASS: garden.classes.Scopes",
            "ACCESS_TOKEN_EXPIRE_SECONDS: garden.hooks.by_user",
            "PKCE_REQUIRED: garden.hooks.writes",
            "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE: garden.hooks.slow_or_mailing",
        },
    ),
}
