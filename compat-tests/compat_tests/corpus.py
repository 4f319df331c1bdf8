"""A corpus of small projects that do what slash-o does not do, each in another way, and the names that the exporter has to tell.

Each is `projects/plain` with files beside its settings. An empty set: it is exported with status 0, and answers stay equal.
"""

import textwrap

from compat_tests.strange_projects import Strange, app


def _ready(code: str, **more: str) -> dict[str, str]:
    """An app whose `ready` runs this."""
    head = "from django.apps import AppConfig\n\nclass Garden(AppConfig):\n    name = 'garden'\n    default = True\n\n    def ready(self):\n"
    return app(apps=head + textwrap.indent(textwrap.dedent(code), "        "), **more)


def _settings(code: str, **more: str) -> dict[str, str]:
    return app(more=textwrap.dedent(code), **more)


def _models(code: str, settings: str) -> dict[str, str]:
    return app(models=textwrap.dedent(code), more=settings)


#: As the package wrapt makes them: it says in everything that it is what it wraps.
_PROXY = """
class FunctionWrapper:
    def __init__(self, wrapped, wrapper):
        self._self_wrapped, self._self_wrapper = wrapped, wrapper

    @property
    def __class__(self): return type(self._self_wrapped)

    def __getattr__(self, name): return getattr(self._self_wrapped, name)

    def __call__(self, *args, **more): return self._self_wrapper(self._self_wrapped, None, args, more)
"""
PATCHES = {
    "a function wrapped by functools.wraps in a module that imported it": Strange(
        _ready(
            """
            import functools
            import oauth2_provider.oauth2_validators as validators
            known = validators.authenticate
            @functools.wraps(known)
            def authenticate(*args, **more): return known(*args, **more)
            validators.authenticate = authenticate
            """
        ),
        {"patch: oauth2_provider.oauth2_validators.authenticate"},
    ),
    "a method wrapped by functools.wraps": Strange(
        _ready(
            """
            import functools
            from oauth2_provider.oauth2_validators import OAuth2Validator
            known = OAuth2Validator.validate_scopes
            @functools.wraps(known)
            def validate(self, *args, **more): return True
            OAuth2Validator.validate_scopes = validate
            """
        ),
        {"patch: oauth2_provider.oauth2_validators.OAuth2Validator.validate_scopes"},
    ),
    "a method wrapped by wrapt": Strange(
        _ready(
            """
            from garden.proxies import FunctionWrapper
            from oauth2_provider.views.base import TokenView
            def around(wrapped, instance, args, kwargs): return wrapped(*args, **kwargs)
            TokenView.post = FunctionWrapper(TokenView.post, around)
            """,
            proxies=_PROXY,
        ),
        {"patch: oauth2_provider.views.base.TokenView.post"},
    ),
    "a mock": Strange(
        _ready("from unittest import mock\nmock.patch('oauthlib.common.generate_token', return_value='aaa').start()\n"),
        {"patch: oauthlib.common.generate_token"},
    ),
    "secrets.choice": Strange(_ready("import secrets\nsecrets.choice = lambda of: of[0]\n"), {"patch: secrets.choice"}),
    "hashlib.sha256": Strange(
        _ready("import hashlib\nown = hashlib.md5\ndef sha256(*args, **more): return own(*args, **more)\nhashlib.sha256 = sha256\n"),
        {"patch: hashlib.sha256"},
    ),
    "a clock of the project's": Strange(_ready("import time\nown = time.time\ntime.time = lambda: own() - 3600\n"), {"patch: time.time"}),
    "django.utils.timezone.now": Strange(
        _ready("import datetime\nfrom django.utils import timezone\ntimezone.now = lambda: datetime.datetime(2020, 1, 1)\n"),
        {"patch: django.utils.timezone.now"},
    ),
    "django.utils.crypto": Strange(
        _ready("from django.utils import crypto\ncrypto.get_random_string = lambda length, **more: 'a' * length\n"),
        {"patch: django.utils.crypto.get_random_string"},
    ),
    "a class of Django's in the place of another": Strange(
        _ready("from django.contrib.auth import hashers\nhashers.PBKDF2PasswordHasher = hashers.MD5PasswordHasher\n"),
        {"patch: django.contrib.auth.hashers.PBKDF2PasswordHasher"},
    ),
    "a method of DOT's in the place of another": Strange(
        _ready(
            """
            from oauth2_provider.oauth2_validators import OAuth2Validator
            OAuth2Validator.validate_redirect_uri = OAuth2Validator.validate_grant_type
            """
        ),
        {"patch: oauth2_provider.oauth2_validators.OAuth2Validator.validate_redirect_uri"},
    ),
    "a method that is deleted from one class and found in another": Strange(
        _ready("from oauth2_provider.views.base import TokenView\nTokenView.form_valid = lambda self, form: None\n"),
        {"patch: oauth2_provider.views.base.TokenView.form_valid"},
    ),
    "a base class more": Strange(
        _ready(
            """
            from django.views.generic import View
            from oauth2_provider.views.introspect import IntrospectTokenView as Introspect
            class Gate:
                def dispatch(self, request, *args, **more): return super().dispatch(request, *args, **more)
            Gate.__module__ = "garden.views"
            Introspect.__bases__ = (Gate,) + Introspect.__bases__
            """
        ),
        {"patch: oauth2_provider.views.introspect.IntrospectTokenView.__bases__"},
    ),
    "a value in DOT's defaults": Strange(
        _ready("from oauth2_provider import settings\nsettings.DEFAULTS['ROTATE_REFRESH_TOKEN'] = False\n"),
        {"patch: oauth2_provider.settings.DEFAULTS"},
    ),
    "a value of Django's global settings": Strange(
        _ready("from django.conf import global_settings\nglobal_settings.DATE_FORMAT = 'Y'\n"),
        {"patch: django.conf.global_settings.DATE_FORMAT"},
    ),
    "a message of a form": Strange(
        _ready("from django.contrib.auth.forms import AuthenticationForm as Form\nForm.error_messages['invalid_login'] = 'No.'\n"),
        {"patch: django.contrib.auth.forms.AuthenticationForm.error_messages"},
    ),
    "grant types of the stock model": Strange(
        _ready(
            """
            from oauth2_provider.models import AbstractApplication
            AbstractApplication.GRANT_TYPES = AbstractApplication.GRANT_TYPES + (("magic", "Magic"),)
            """
        ),
        {"patch: oauth2_provider.models.AbstractApplication.GRANT_TYPES"},
    ),
    "a module in the place of another": Strange(
        _ready("import sys\nfrom garden import crypto\nsys.modules['oauth2_provider.generators'] = crypto\n", crypto=""),
        {"patch: oauth2_provider.generators"},
    ),
    "a patch in the URL configuration": Strange(
        _settings("ROOT_URLCONF = 'garden.urls'\n", urls="from site_of_shop.urls import *\nfrom django.contrib.auth.views import LoginView\n"
                  "LoginView.redirect_authenticated_user = True\n"),
        {"patch: django.contrib.auth.views.LoginView.redirect_authenticated_user"},
    ),
    "Signal.send": Strange(
        _ready("from django.dispatch import Signal\nSignal.send = lambda self, sender, **named: []\n"),
        {"patch: django.dispatch.dispatcher.Signal.send"},
    ),
    "a template filter": Strange(
        _ready("from django.template import defaultfilters\ndefaultfilters.upper = lambda value: 'x'\n"),
        {"patch: django.template.defaultfilters.upper"},
    ),
    "oauthlib's lifetime of tokens": Strange(
        _ready("from oauthlib.oauth2.rfc6749.tokens import BearerToken\nBearerToken.validate_request = lambda self, request: True\n"),
        {"patch: oauthlib.oauth2.rfc6749.tokens.BearerToken.validate_request"},
    ),
    "numbers of a hasher": Strange(_ready("from django.contrib.auth.hashers import PBKDF2PasswordHasher as H\nH.iterations = 1234\n"), set()),
}  # fmt: skip

SIGNALS = {
    "a receiver with Django's name": Strange(
        _ready(
            """
            import functools
            from django.contrib.auth import models
            from django.contrib.auth.signals import user_logged_in
            @functools.wraps(models.update_last_login)
            def own(**more): pass
            user_logged_in.connect(own, weak=False)
            """
        ),
        {"signal: garden.apps.Garden.ready.<locals>.own"},
    ),
    "Django's receiver replaced by one with its name": Strange(
        _ready(
            """
            import functools
            from django.contrib.auth import models
            from django.contrib.auth.signals import user_logged_in
            @functools.wraps(models.update_last_login)
            def own(**more): pass
            user_logged_in.disconnect(dispatch_uid="update_last_login")
            user_logged_in.connect(own, weak=False, dispatch_uid="update_last_login")
            """
        ),
        {"signal: garden.apps.Garden.ready.<locals>.own", "signal: django.contrib.auth.models.update_last_login"},
    ),
    "a lambda": Strange(
        _ready("from django.db.models import signals\nsignals.pre_save.connect(lambda **more: None, weak=False)\n"),
        {"signal: garden.apps.Garden.ready.<locals>.<lambda>"},
    ),
    "a lambda that nobody holds": Strange(
        _ready("from django.db.models import signals\nsignals.pre_save.connect(lambda **more: None)\n", more="DEBUG = False\n"), set()
    ),
    "an object that is called": Strange(
        _ready(
            """
            from garden.things import Thing
            from oauth2_provider.signals import app_authorized
            app_authorized.connect(Thing(), weak=False)
            """,
            things="class Thing:\n    def __call__(self, **more): pass\n",
        ),
        {"signal: garden.things.Thing"},
    ),
    "a partial": Strange(
        _ready(
            """
            import functools
            from garden import things
            from django.db.models import signals
            signals.post_delete.connect(functools.partial(things.told, 1), weak=False, sender="auth.User")
            """,
            things="def told(one, **more): pass\n",
        ),
        {"signal: garden.things.told"},
    ),
    "a receiver of a parent class": Strange(
        _ready(
            """
            from garden import things
            from django.db.models import signals
            from oauth2_provider.models import Grant
            signals.pre_init.connect(things.told, sender=Grant)
            """,
            things="def told(**more): pass\n",
        ),
        {"signal: garden.things.told"},
    ),
    "a receiver in a module that only the URLs import": Strange(
        _settings(
            "ROOT_URLCONF = 'garden.urls'\n",
            urls="from site_of_shop.urls import *\nfrom garden import late\n",
            late="from django.contrib.auth.signals import user_login_failed\ndef failed(**more): pass\nuser_login_failed.connect(failed)\n",
        ),
        {"signal: garden.late.failed"},
    ),
}

_QUERYSET = """
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

class Living(models.QuerySet):
    def __init__(self, *args, **more):
        super().__init__(*args, **more)

    def filter(self, *args, **more): return super().filter(is_staff=False, *args, **more)

class Person(AbstractUser):
    objects = UserManager.from_queryset(Living)()
    # Migrations cannot write a class without a name.
    objects.use_in_migrations = False
"""
_NARROW = """
from django.contrib.auth.models import AbstractUser, UserManager

class People(UserManager):
    def _get(self): return 1
    def get_or_create(self, *args, **more): return self.get(**more), False

class Person(AbstractUser):
    objects = People()
"""
_HARMLESS_MANAGER = """
from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models

class Alive(models.QuerySet):
    def alive(self): return self

class People(UserManager.from_queryset(Alive)):
    def create_user(self, *args, **more): return super().create_user(*args, **more)

class Person(AbstractUser):
    nickname = models.CharField(max_length=10)
    objects = People()
"""
_FIELDS = """
from django.db import models
from oauth2_provider.models import AbstractApplication, AbstractGrant

class Sealing:
    def get_prep_value(self, value): return value
class Sealed(Sealing, models.CharField): pass
class Slug(models.SlugField):
    def pre_save(self, instance, add): return "slug"

class App(AbstractApplication):
    name = models.CharField(max_length=12, help_text="Short")
    algorithm = Sealed(max_length=5, default="RS256", blank=True)
    made = models.DateTimeField(auto_now_add=True, null=True)
    slug = Slug(null=True)
    logo = models.CharField(max_length=20)
    size = models.IntegerField(default=3)
    home = models.URLField(null=True)

class Code(AbstractGrant):
    code = models.CharField(max_length=255, unique=True)
    kind = models.CharField(max_length=3, default="abc")
"""
_WITH_APP = 'OAUTH2_PROVIDER_APPLICATION_MODEL = "garden.App"\n'
_NO_CHOICES = """
from oauth2_provider.models import AbstractAccessToken

class Token(AbstractAccessToken):
    def is_expired(self): return False
    is_valid = AbstractAccessToken.is_valid
"""
MODELS = {
    "a queryset that hides rows": Strange(
        _models(_QUERYSET, 'AUTH_USER_MODEL = "garden.Person"\n'),
        {"manager: garden.models.Person.filter", "manager: garden.models.Person.__init__"},
    ),
    "a manager that finds users in its own way": Strange(
        _models(_NARROW, 'AUTH_USER_MODEL = "garden.Person"\n'), {"manager: garden.models.Person.get_or_create"}
    ),
    "a manager with more methods": Strange(_models(_HARMLESS_MANAGER, 'AUTH_USER_MODEL = "garden.Person"\n'), set()),
    "fields of an application": Strange(
        _models(_FIELDS, _WITH_APP + 'OAUTH2_PROVIDER_GRANT_MODEL = "garden.Code"\n'),
        {
            "field: garden.models.App.name",
            "field: garden.models.App.algorithm",
            "column: garden.models.App.made",
            "column: garden.models.App.slug",
        },
    ),
    "a token that never expires": Strange(
        _models(_NO_CHOICES, 'OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "garden.Token"\n'), {"method: garden.models.Token.is_expired"}
    ),
    "users who are not active at first": Strange(
        _models(
            "from django.contrib.auth.models import AbstractUser\nfrom django.db import models\n"
            "class Person(AbstractUser):\n    is_active = models.BooleanField(default=False)\n",
            'AUTH_USER_MODEL = "garden.Person"\n',
        ),
        {"field: garden.models.Person.is_active"},
    ),
    "a method of Django's model put there with its name": Strange(
        _ready(
            """
            import functools
            from django.contrib.auth.base_user import AbstractBaseUser
            known = AbstractBaseUser.check_password
            @functools.wraps(known)
            def check(self, raw): return True
            AbstractBaseUser.check_password = check
            """
        ),
        {"method: django.contrib.auth.models.User.check_password"},
    ),
}

_BACKENDS = """
from django.contrib.auth.backends import ModelBackend

class ByEmail(ModelBackend):
    def authenticate(self, request, username=None, password=None, **more): return None

class Banning(ModelBackend):
    def get_user(self, user_id): return None

class Lenient(ModelBackend):
    def user_can_authenticate(self, user): return True
"""
_OWN_LOGIN = """
from django.contrib import admin
from django.http import HttpResponse
from django.urls import include, path

def login(request): return HttpResponse("login")

urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("signin/", login, name="signin"),
    path("admin/", admin.site.urls),
]
"""
_MODEL_BACKEND = '"django.contrib.auth.backends.ModelBackend"'


def _backend(name: str) -> dict[str, str]:
    settings = f'ROOT_URLCONF = "garden.urls"\nLOGIN_URL = "/signin/"\nAUTHENTICATION_BACKENDS = [{_MODEL_BACKEND}, "garden.backends.{name}"]\n'
    return _settings(settings, backends=_BACKENDS, urls=_OWN_LOGIN)


_HASHERS = """
from django.contrib.auth.hashers import PBKDF2PasswordHasher
class Quick(PBKDF2PasswordHasher):
    iterations = 1234
class Longer(PBKDF2PasswordHasher):
    salt_entropy = 256
class Named(PBKDF2PasswordHasher):
    algorithm = "pbkdf2_own"
class Peppered(PBKDF2PasswordHasher):
    def encode(self, password, salt, iterations=None): return super().encode(password + "pepper", salt, iterations)
"""


def _hasher(name: str, *others: str) -> dict[str, str]:
    return _settings(f"PASSWORD_HASHERS = {[f'garden.hashers.{name}', *others]}\n", hashers=_HASHERS)


SETTINGS = {
    "an own backend where the login is Django's": Strange(_backend("ByEmail"), set()),
    "a backend that finds no banned user": Strange(_backend("Banning"), {"AUTHENTICATION_BACKENDS: garden.backends.Banning"}),
    "a backend that lets inactive users in": Strange(_backend("Lenient"), {"AUTHENTICATION_BACKENDS: garden.backends.Lenient"}),
    "inactive users, by Django's own backend": Strange(
        _settings(
            f'ROOT_URLCONF = "garden.urls"\nLOGIN_URL = "/signin/"\n'
            f'AUTHENTICATION_BACKENDS = [{_MODEL_BACKEND}, "django.contrib.auth.backends.AllowAllUsersModelBackend"]\n',
            urls=_OWN_LOGIN,
        ),
        {"AUTHENTICATION_BACKENDS: django.contrib.auth.backends.AllowAllUsersModelBackend"},
    ),
    "a hasher with other numbers": Strange(_hasher("Quick"), set()),
    "a hasher with longer salts": Strange(_hasher("Longer"), set()),
    "a hasher of another name": Strange(_hasher("Named"), {"PASSWORD_HASHERS: garden.hashers.Named"}),
    "a hasher of another name before Django's": Strange(
        _hasher("Named", "django.contrib.auth.hashers.PBKDF2SHA1PasswordHasher"), {"PASSWORD_HASHERS: garden.hashers.Named"}
    ),
    "a hasher with pepper": Strange(_hasher("Peppered"), {"PASSWORD_HASHERS: garden.hashers.Peppered"}),
    "a handler around Django": Strange(
        _settings(
            'WSGI_APPLICATION = "garden.wsgi.application"\n',
            wsgi="from django.core.wsgi import get_wsgi_application\ninner = get_wsgi_application()\n"
            "def application(environ, start_response): return inner(environ, start_response)\n",
        ),
        {"WSGI_APPLICATION: garden.wsgi.application"},
    ),
    "Django's own handlers": Strange(
        _settings(
            'WSGI_APPLICATION = "garden.wsgi.application"\nASGI_APPLICATION = "garden.asgi.application"\n',
            wsgi="from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
            asgi="from django.core.asgi import get_asgi_application\napplication = get_asgi_application()\n",
        ),
        set(),
    ),
    "an engine of the project's": Strange(
        {
            **_settings('DATABASES["default"]["ENGINE"] = "garden.db.sqlite3"\n'),
            "garden/db/__init__.py": "",
            "garden/db/sqlite3/__init__.py": "",
            "garden/db/sqlite3/base.py": "from django.db.backends.sqlite3.base import *\n",
        },
        {"DATABASES.default.ENGINE: garden.db.sqlite3"},
    ),
    "a context processor that looks at a cookie": Strange(
        {
            **_settings(
                'TEMPLATES[0]["OPTIONS"]["context_processors"] += ["garden.processors.look"]\n',
                processors="def look(request): return {'theme': request.COOKIES.get('theme', 'light'), 'site_title': 'Garden'}\n",
            ),
            "templates/registration/login.html": "{{ theme }} {{ site_title }} {{ form }}",
        },
        {"context processor: garden.processors.look.theme"},
    ),
    "a context processor that looks at https": Strange(
        {
            **_settings(
                'TEMPLATES[0]["OPTIONS"]["context_processors"] += ["garden.processors.look"]\n',
                processors="def look(request): return {'scheme': request.scheme, 'is_post': request.method == 'POST'}\n",
            ),
            "templates/registration/login.html": "{{ scheme }} {{ is_post }} {{ form }}",
        },
        {"context processor: garden.processors.look.scheme", "context processor: garden.processors.look.is_post"},
    ),
    "numbers that are members of an enumeration": Strange(
        _settings("import enum\nclass Age(enum.IntEnum):\n    DAY = 86400\nSESSION_COOKIE_AGE = Age.DAY\n"), set()
    ),
    "the values of OAUTH2_PROVIDER changed by code": Strange(
        _ready(
            """
            from oauth2_provider.settings import oauth2_settings
            oauth2_settings._user_settings = {**oauth2_settings.user_settings, "ROTATE_REFRESH_TOKEN": False}
            """
        ),
        {"patch: oauth2_provider.settings.oauth2_settings.user_settings.ROTATE_REFRESH_TOKEN"},
    ),
    "oauthlib's own generators": Strange(
        _settings(
            """
            from oauthlib.oauth2.rfc6749.tokens import random_token_generator
            OAUTH2_PROVIDER = {
                "ACCESS_TOKEN_GENERATOR": random_token_generator,
                "REFRESH_TOKEN_GENERATOR": "oauthlib.oauth2.rfc6749.tokens.random_token_generator",
                "EXTRA_SERVER_KWARGS": {"token_generator": random_token_generator},
            }
            """
        ),
        set(),
    ),
    "a class between OAuth2Backend and the session": Strange(
        _settings(
            f'AUTHENTICATION_BACKENDS = [{_MODEL_BACKEND}, "garden.backends.Bearer"]\n'
            'MIDDLEWARE += ["oauth2_provider.middleware.OAuth2TokenMiddleware"]\n',
            backends="from oauth2_provider.backends import OAuth2Backend\nclass Bearer(OAuth2Backend): pass\n",
        ),
        {"AUTHENTICATION_BACKENDS: garden.backends.Bearer"},
    ),
    "scopes and tags in languages": Strange(
        _settings(
            """
            from django.utils.translation import gettext_lazy as _
            MIDDLEWARE += ["django.middleware.locale.LocaleMiddleware"]
            LANGUAGES = [("en", "English"), ("de", "German")]
            OAUTH2_PROVIDER = {"SCOPES": {"read": _("Password"), "write": "Write"}}
            """
        ),
        set(),
    ),
}
CORPUS: dict[str, Strange] = {**PATCHES, **SIGNALS, **MODELS, **SETTINGS}
#: One of each kind, and what is most easily missed; the others run with --full.
SAMPLE = [
    "a function wrapped by functools.wraps in a module that imported it",
    "a receiver in a module that only the URLs import",
    "a queryset that hides rows",
    "fields of an application",
    "a backend that finds no banned user",
    "a handler around Django",
]
