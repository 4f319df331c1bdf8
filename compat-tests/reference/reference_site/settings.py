"""Settings of a new Django project plus what the configuration file says."""

from pathlib import Path

from reference_site import site_config

CONFIG = site_config.load()

DEBUG = False
ROOT_URLCONF = "reference_site.urls"
USE_TZ = True
TIME_ZONE = "UTC"
# Not startproject's BigAutoField: it would widen auth's many-to-many keys, which Django's own default leaves alone.
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
STATIC_URL = "/static/"
INSTALLED_APPS = [
    "reference_site.apps.ReferenceSiteConfig",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "oauth2_provider",
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
        "DIRS": [str(Path(__file__).parent / "templates")],
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
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}

globals().update(site_config.django_settings(CONFIG))

if "MESSAGE_TAGS" in globals():
    # JSON has no keys that are numbers.
    MESSAGE_TAGS = {int(level): tag for level, tag in globals()["MESSAGE_TAGS"].items()}

OAUTH2_PROVIDER = {**globals()["OAUTH2_PROVIDER"], **site_config.token_generators(CONFIG)}
if site_config.server_settings(CONFIG).get("testing"):
    fetcher = "reference_site.documents.LoopbackFetcher"
    OAUTH2_PROVIDER = {**globals()["OAUTH2_PROVIDER"], "CIMD_METADATA_FETCHER": fetcher}
if site_config.has_claims():
    OAUTH2_PROVIDER = {**globals()["OAUTH2_PROVIDER"], "OAUTH2_VALIDATOR_CLASS": "reference_site.claims.ClaimsValidator"}

if DATABASES["default"]["ENGINE"] == "django.db.backends.mysql":  # noqa: F821
    import pymysql

    # Django asks for mysqlclient 2.2.1; PyMySQL serves as one and needs no compiler.
    pymysql.version_info = (2, 2, 1, "final", 0)
    pymysql.install_as_MySQLdb()
