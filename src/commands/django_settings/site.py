# Django's own settings by name. Defaults are those of Django 5.2, which slash-o has too.
import os

UNSET = object()

#: Setting and Django 5.2's default. None that differs from the default is written as false.
DJANGO = collections.OrderedDict([
    ("SECRET_KEY", ""), ("SECRET_KEY_FALLBACKS", []), ("DEBUG", False), ("ALLOWED_HOSTS", []),
    ("APPEND_SLASH", True), ("PREPEND_WWW", False), ("FORCE_SCRIPT_NAME", None),
    ("LOGIN_URL", "/accounts/login/"), ("LOGIN_REDIRECT_URL", "/accounts/profile/"), ("LOGOUT_REDIRECT_URL", None),
    ("SESSION_ENGINE", "django.contrib.sessions.backends.db"),
    ("SESSION_SERIALIZER", "django.contrib.sessions.serializers.JSONSerializer"),
    ("SESSION_COOKIE_NAME", "sessionid"), ("SESSION_COOKIE_AGE", 1209600), ("SESSION_COOKIE_DOMAIN", None),
    ("SESSION_COOKIE_PATH", "/"), ("SESSION_COOKIE_SECURE", False), ("SESSION_COOKIE_HTTPONLY", True),
    ("SESSION_COOKIE_SAMESITE", "Lax"), ("SESSION_EXPIRE_AT_BROWSER_CLOSE", False),
    ("SESSION_SAVE_EVERY_REQUEST", False), ("SESSION_CACHE_ALIAS", "default"), ("SESSION_FILE_PATH", None),
    ("CSRF_COOKIE_NAME", "csrftoken"), ("CSRF_COOKIE_AGE", 31449600), ("CSRF_COOKIE_DOMAIN", None),
    ("CSRF_COOKIE_PATH", "/"), ("CSRF_COOKIE_SECURE", False), ("CSRF_COOKIE_HTTPONLY", False),
    ("CSRF_COOKIE_SAMESITE", "Lax"), ("CSRF_HEADER_NAME", "HTTP_X_CSRFTOKEN"), ("CSRF_USE_SESSIONS", False),
    ("MESSAGE_STORAGE", "django.contrib.messages.storage.fallback.FallbackStorage"),
    ("USE_TZ", UNSET), ("TIME_ZONE", UNSET), ("USE_I18N", True), ("LANGUAGE_CODE", "en-us"),
    ("DATA_UPLOAD_MAX_MEMORY_SIZE", 2621440), ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 1000),
    ("SECURE_CONTENT_TYPE_NOSNIFF", True), ("SECURE_REFERRER_POLICY", "same-origin"),
    ("SECURE_CROSS_ORIGIN_OPENER_POLICY", "same-origin"), ("X_FRAME_OPTIONS", "DENY"),
    ("SECURE_SSL_REDIRECT", False), ("SECURE_SSL_HOST", None),
    ("SECURE_HSTS_SECONDS", 0), ("SECURE_HSTS_INCLUDE_SUBDOMAINS", False), ("SECURE_HSTS_PRELOAD", False),
    ("SECURE_PROXY_SSL_HEADER", None), ("USE_X_FORWARDED_HOST", False), ("USE_X_FORWARDED_PORT", False),
    ("STATIC_URL", "/static/"), ("DEFAULT_FROM_EMAIL", "webmaster@localhost"),
    ("PASSWORD_RESET_TIMEOUT", 259200), ("MESSAGE_LEVEL", 20), ("SILENCED_SYSTEM_CHECKS", []),
])
#: Absent in older versions of Django, which then behave so.
OLDER = {
    "SECRET_KEY_FALLBACKS": [], "SECURE_CROSS_ORIGIN_OPENER_POLICY": None, "SECURE_REFERRER_POLICY": None,
    "MESSAGE_LEVEL": UNSET, "PASSWORD_RESET_TIMEOUT": UNSET,
}
CORS = [
    "CORS_ALLOW_ALL_ORIGINS", "CORS_ORIGIN_ALLOW_ALL", "CORS_ALLOWED_ORIGINS", "CORS_ORIGIN_WHITELIST",
    "CORS_ALLOWED_ORIGIN_REGEXES", "CORS_ORIGIN_REGEX_WHITELIST", "CORS_ALLOW_CREDENTIALS", "CORS_ALLOW_HEADERS",
    "CORS_ALLOW_METHODS", "CORS_EXPOSE_HEADERS", "CORS_PREFLIGHT_MAX_AGE", "CORS_URLS_REGEX",
    "CORS_ALLOW_PRIVATE_NETWORK",
]


#: Classes and modules of which slash-o has Django's own.
HOMES_OF_CLASSES = {
    "SESSION_ENGINE": "django.contrib.sessions.backends.",
    "SESSION_SERIALIZER": "django.contrib.sessions.serializers.",
    "MESSAGE_STORAGE": "django.contrib.messages.storage.",
}


def simple(document, settings):
    """Settings that are plain values."""
    for name, default in DJANGO.items():
        value = getattr(settings, name, OLDER.get(name, UNSET))
        if value is UNSET:
            continue
        if name in ("LANGUAGE_CODE", "USE_I18N", "DEFAULT_FROM_EMAIL") and not settings.is_overridden(name):
            continue
        put(document, name, value, default)
    classes(document, settings)
    regexes(document, settings)
    messages(document, settings)
    csp(document, settings)
    origins = [origin if "://" in origin else "https://" + origin.lstrip(".") for origin in settings.CSRF_TRUSTED_ORIGINS]
    dotted = [o for o in settings.CSRF_TRUSTED_ORIGINS if "://" not in o and o.startswith(".")]
    origins += ["https://*" + o for o in dotted]
    put(document, "CSRF_TRUSTED_ORIGINS", origins, [])


def classes(document, settings):
    for name, home in HOMES_OF_CLASSES.items():
        value = dotted(getattr(settings, name))
        if not value.startswith(home):
            document.finding("%s: %s" % (name, value), "", "slash-o has Django's own only, and does not start with it",
                             "use one of %s" % home.rstrip("."), danger=True, kept=True)


def messages(document, settings):
    """Tags by the text of their level, as TOML has keys."""
    tags = getattr(settings, "MESSAGE_TAGS", None)
    if tags:
        put(document, "MESSAGE_TAGS", collections.OrderedDict((str(level), tag) for level, tag in tags.items()), {})


def csp(document, settings):
    """The directives of Django 6 in their order; None is one that is off."""
    for name in ("SECURE_CSP", "SECURE_CSP_REPORT_ONLY"):
        policy = getattr(settings, name, None)
        if isinstance(policy, dict):
            policy = collections.OrderedDict((key, False if value is None else value) for key, value in policy.items())
        if policy:
            put(document, name, policy, {})


def put(document, name, value, default):
    """Writes what differs from the default; Python code is named."""
    if value is None:
        if default is not None:
            document.put(name, False)
        return
    if name == "LOGIN_URL" or name.endswith("REDIRECT_URL"):
        value = url_text(value)
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            document.finding("setting: " + name, "bytes that are no UTF-8", "slash-o has Django's default", "set a text")
            return
    try:
        value = plain(value)
    except TypeError as error:
        document.finding("setting: " + name, name_of(value), "slash-o has Django's default", "say it as text or number (this is a %s)" % error)
        return
    same = list(default) if isinstance(default, (list, tuple)) else default
    if value != same:
        document.put(name, value)


def url_text(value):
    """reverse_lazy() becomes the path it stands for."""
    return str(value)


def regexes(document, settings):
    """CORS of django-cors-headers and Django's own lists of patterns; a compiled expression becomes its text."""
    for name in CORS + ["DISALLOWED_USER_AGENTS", "SECURE_REDIRECT_EXEMPT"]:
        if not settings.is_overridden(name):
            continue
        value = getattr(settings, name)
        if isinstance(value, (list, tuple, set, frozenset)):
            value = [pattern_text(document, name, item) for item in value]
        value = pattern_text(document, name, value)
        put(document, name, value, UNSET)


def pattern_text(document, name, item):
    """A pattern as text; flags stand in front of it, as both languages read them."""
    if not hasattr(item, "pattern"):
        return item
    letters = "".join(letter for flag, letter in ((re.I, "i"), (re.M, "m"), (re.S, "s"), (re.X, "x")) if item.flags & flag)
    return "(?%s)%s" % (letters, item.pattern) if letters else item.pattern


def databases(document, settings):
    table = "DATABASES.default"
    database = settings.DATABASES["default"]
    for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "TIME_ZONE"):
        value = database.get(name)
        if value in (None, ""):
            continue
        value = str(value)
        if name == "NAME" and database["ENGINE"].endswith("sqlite3"):
            value = os.path.abspath(value)
        if name == "ENGINE":
            wrapper(document, value)
            value = engine(document, value)
        document.put(name, value, table)
    if database.get("AUTOCOMMIT", True) is not True:
        document.finding("DATABASES.default.AUTOCOMMIT", repr(database["AUTOCOMMIT"]), "slash-o commits what it writes", "leave it out")
    if database.get("CONN_MAX_AGE", 0) != 0:
        age = database["CONN_MAX_AGE"]
        document.put("CONN_MAX_AGE", -1 if age is None else int(age), table)
    if database.get("DISABLE_SERVER_SIDE_CURSORS"):
        document.put("DISABLE_SERVER_SIDE_CURSORS", True, table)
    options = database.get("OPTIONS") or {}
    kept = collections.OrderedDict()
    wanted = READ_OPTIONS[kept_engine(database["ENGINE"])]
    for name, value in options.items():
        if name in HARMLESS_OPTIONS:
            document.comment("left out: OPTIONS.%s is about Django's driver" % name, table)
            continue
        if name not in wanted:
            document.finding("DATABASES.default.OPTIONS: %s" % name, "", "slash-o has no such option",
                             "set it for the user or the database itself")
            continue
        try:
            kept[str(name)] = option(name, value)
        except TypeError:
            document.finding("DATABASES.default.OPTIONS: %s" % name, name_of(value), "slash-o leaves it out", "say it as text")
    if kept:
        document.put("OPTIONS", kept, table)


#: Packages whose engines only count, or keep connections.
WRAPPERS = ("django.", "django_prometheus.", "django_db_geventpool.", "dj_db_conn_pool.")


def wrapper(document, name):
    """An engine of the project's own can do anything with a statement."""
    if not name.startswith(WRAPPERS):
        document.finding("DATABASES.default.ENGINE: " + name, "", "slash-o talks to the database as Django's own engine does",
                         "say in DATABASES what it adds: schema, role, options", danger=True)


#: Options that slash-o reads, by engine.
READ_OPTIONS = {
    "sqlite3": ["timeout", "transaction_mode", "init_command"],
    "postgresql": ["sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile", "options", "application_name", "assume_role",
                   "isolation_level", "target_session_attrs", "connect_timeout", "tcp_user_timeout", "pool"],
    "mysql": ["charset", "init_command", "ssl", "ssl_mode", "isolation_level", "sql_mode", "unix_socket", "read_default_file",
              "connect_timeout", "read_timeout", "write_timeout"],
}
#: Options that change no answer.
HARMLESS_OPTIONS = ["server_side_binding", "prepare_threshold", "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count",
                    "check_same_thread", "cached_statements", "client_encoding", "use_unicode", "collation"]
#: What drivers mean by numbers: psycopg, psycopg2.
ISOLATION_LEVELS = [{1: "read uncommitted", 2: "read committed", 3: "repeatable read", 4: "serializable"},
                    {1: "read committed", 2: "repeatable read", 3: "serializable", 4: "read uncommitted"}]


def kept_engine(name):
    known = engine(None, name).rsplit(".", 1)[-1]
    return known if known in READ_OPTIONS else "postgresql"


def isolation_level(value):
    """As a word; None leaves it to the server."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.lower()
    try:
        from django.db.backends.postgresql.psycopg_any import is_psycopg3
    except ImportError:
        is_psycopg3 = False
    return ISOLATION_LEVELS[0 if is_psycopg3 else 1].get(int(value), str(value))


def option(name, value):
    if name == "isolation_level":
        return isolation_level(value)
    if isinstance(value, float):
        return int(value + 0.999)
    if isinstance(value, dict):
        return collections.OrderedDict((str(key), option(key, part)) for key, part in value.items() if part is not None)
    # libpq wants texts; so does slash-o.
    return plain(value)


def engine(document, name):
    """The engine below a wrapper such as django_prometheus or GeoDjango."""
    last = name.rsplit(".", 1)[-1]
    known = {"sqlite3": "sqlite3", "spatialite": "sqlite3", "postgresql": "postgresql", "postgresql_psycopg2": "postgresql",
             "postgis": "postgresql", "mysql": "mysql"}
    return "django.db.backends." + known[last] if last in known else name


#: Caches that slash-o shares with Django.
SHARED_CACHES = ("django.core.cache.backends.redis.RedisCache", "django_redis.cache.RedisCache")


def session_cache(document, settings):
    """Sessions in a cache that slash-o cannot read: nobody would be logged in there."""
    if settings.SESSION_ENGINE.rsplit(".", 1)[-1] not in ("cache", "cached_db"):
        return
    alias = settings.SESSION_CACHE_ALIAS
    backend = (settings.CACHES.get(alias) or {}).get("BACKEND", "")
    if backend not in SHARED_CACHES:
        document.finding("CACHES.%s.BACKEND: %s" % (alias, backend), "SESSION_ENGINE = %r" % settings.SESSION_ENGINE,
                         "slash-o cannot read the sessions there, and does not start",
                         "keep sessions in a Redis (%s) or in the database (SESSION_ENGINE = 'django.contrib.sessions.backends.db')"
                         % " or ".join(SHARED_CACHES))


def false_for_none(value):
    """TOML has no None."""
    if isinstance(value, dict):
        return collections.OrderedDict((key, false_for_none(part)) for key, part in value.items())
    return False if value is None else value


def caches(document, settings):
    """Only what a session or a message needs: the default cache and that of SESSION_CACHE_ALIAS."""
    if not settings.is_overridden("CACHES"):
        return
    for alias, cache in settings.CACHES.items():
        table = "CACHES.%s" % key_text(alias)
        for name in ("BACKEND", "LOCATION", "KEY_PREFIX", "VERSION", "TIMEOUT", "KEY_FUNCTION", "OPTIONS"):
            if name not in cache or cache[name] in ("", {}, []):
                continue
            value = cache[name]
            if name == "KEY_FUNCTION":
                document.finding("%s.%s: %s" % (table, name, dotted(value)), "", "slash-o makes keys as Django does",
                                 "use Django's own key function")
                continue
            try:
                document.put(name, plain(false_for_none(value)), table)
            except TypeError as error:
                document.finding("%s.%s: %s" % (table, name, error), "", "slash-o leaves it out", "say it as text")
