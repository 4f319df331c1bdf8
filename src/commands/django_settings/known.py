# Django's settings that change answers and that slash-o does not heed, the environment, and the layers of MIDDLEWARE.

#: Read by oauthlib while it answers; slash-o reads the first too, from its own environment.
VARIABLES = ["OAUTHLIB_INSECURE_TRANSPORT"]
#: Read where Django asks another server.
OUTBOUND = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE", "SSL_CERT_FILE"]


#: Read by the driver of PostgreSQL and of MariaDB; their values may be secrets.
OF_DRIVERS = ["PGHOST", "PGHOSTADDR", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", "PGOPTIONS",
              "PGSSLMODE", "PGSSLROOTCERT", "PGSSLCERT", "PGSSLKEY", "PGTARGETSESSIONATTRS", "PGDATESTYLE", "PGTZ"]


def known_settings(document, settings):
    """What differs from the default stands in the file; slash-o names it there."""
    for name, (default, what) in KNOWN_CHANGES.items():
        value = getattr(settings, name, default)
        if name == "USE_L10N" and not (settings.is_overridden(name) and value is False and settings.USE_I18N):
            continue
        if name != "USE_L10N" and not settings.is_overridden(name):
            continue
        if name == "FORM_RENDERER":
            continue
        if name == "LANGUAGES_BIDI" and set(value) == set(default):
            continue
        if name == "DATABASE_ROUTERS" or name == "FILE_UPLOAD_HANDLERS":
            value = [dotted(item) for item in value]
        if isinstance(value, type):
            value = dotted(value)
        try:
            value = plain(value)
        except TypeError:
            document.finding("setting: " + name, what, "slash-o does not heed it", "take it out if no page or answer shows it")
            continue
        if value != default and not (default is None and not value):
            document.put(name, False if value is None else value)
            document.finding("setting: " + name, what, "slash-o does not heed it", "take it out if no page or answer shows it",
                             kept=True)


def environment(document, settings):
    """What settings.py, or whoever starts Django, has put into the process: slash-o is another process."""
    for name in VARIABLES:
        if os.environ.get(name):
            document.finding("environment: " + name, "set in the process of Django", "slash-o does not see it",
                             "set %s=%s in slash-o's environment" % (name, os.environ[name]))
    if kept_engine(settings.DATABASES["default"]["ENGINE"]) == "postgresql":
        for name in OF_DRIVERS:
            if os.environ.get(name):
                document.finding("environment: " + name, "set in the process of Django", "slash-o does not see it",
                                 "set it in slash-o's environment too, or say it in DATABASES")
    mine = getattr(settings, "OAUTH2_PROVIDER", None) or {}
    if mine.get("RESOURCE_SERVER_INTROSPECTION_URL") or mine.get("CIMD_ENABLED"):
        for name in OUTBOUND:
            if os.environ.get(name):
                document.finding("outbound: " + name, "set in the process of Django", "slash-o asks other servers without it",
                                 "let slash-o reach them directly")


#: Layers that are built in, or that change no answer of slash-o's URLs.
LAYERS = """
django.middleware.security.SecurityMiddleware django.contrib.sessions.middleware.SessionMiddleware
django.middleware.common.CommonMiddleware django.middleware.csrf.CsrfViewMiddleware
django.contrib.auth.middleware.AuthenticationMiddleware django.contrib.auth.middleware.SessionAuthenticationMiddleware
django.contrib.messages.middleware.MessageMiddleware django.middleware.clickjacking.XFrameOptionsMiddleware
django.middleware.locale.LocaleMiddleware django.contrib.auth.middleware.LoginRequiredMiddleware
django.contrib.sites.middleware.CurrentSiteMiddleware corsheaders.middleware.CorsMiddleware
django.middleware.gzip.GZipMiddleware django.middleware.http.ConditionalGetMiddleware
django.middleware.csp.ContentSecurityPolicyMiddleware
oauth2_provider.middleware.OAuth2TokenMiddleware oauth2_provider.middleware.OAuth2ExtraTokenMiddleware
whitenoise.middleware.WhiteNoiseMiddleware
""".split()
#: What slash-o does whether it stands there or not.
ALWAYS = {
    "django.contrib.sessions.middleware.SessionMiddleware": "slash-o reads and writes sessions all the same",
    "django.middleware.csrf.CsrfViewMiddleware": "slash-o looks at CSRF tokens all the same",
    "django.contrib.auth.middleware.AuthenticationMiddleware": "slash-o knows users by their sessions all the same",
    "django.contrib.messages.middleware.MessageMiddleware": "slash-o keeps and shows messages all the same",
}


def middleware(document, settings):
    """Django's layers by name; the project's own do not run in slash-o."""
    names = list(settings.MIDDLEWARE)
    document.put("MIDDLEWARE", names)
    old = [older_name(name) for name in names]
    for name in old:
        if name not in LAYERS:
            document.finding("MIDDLEWARE: " + name, "", "slash-o does not run it",
                             "move what it does into the proxy, or take it out of MIDDLEWARE", kept=True,
                             danger=not name.startswith("django.") or name.startswith("django.contrib.auth."))
    for name, does in ALWAYS.items():
        if name not in old and not any(subclass_of(other, name) for other in names):
            document.finding("MIDDLEWARE without " + name, "", does, "put it into MIDDLEWARE")


def subclass_of(name, base):
    from django.utils.module_loading import import_string

    try:
        found, base = import_string(name), import_string(base)
        return isinstance(found, type) and issubclass(found, base)
    except Exception:
        return False
