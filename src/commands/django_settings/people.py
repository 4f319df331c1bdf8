# Users, passwords, and swapped models.

USER_COLUMNS = ["id", "password", "last_login", "is_superuser", "username", "first_name", "last_name", "email",
                "is_staff", "is_active", "date_joined"]
HASHERS = {
    "pbkdf2_sha256": ("PBKDF2PasswordHasher", ["iterations"]),
    "pbkdf2_sha1": ("PBKDF2SHA1PasswordHasher", ["iterations"]),
    "argon2": ("Argon2PasswordHasher", ["time_cost", "memory_cost", "parallelism"]),
    "bcrypt_sha256": ("BCryptSHA256PasswordHasher", ["rounds"]),
    "bcrypt": ("BCryptPasswordHasher", ["rounds"]),
    "scrypt": ("ScryptPasswordHasher", ["work_factor", "block_size", "parallelism"]),
    "md5": ("MD5PasswordHasher", []),
}
MODELS = ["Application", "AccessToken", "RefreshToken", "Grant", "IDToken", "DeviceGrant"]


def snake(model):
    return {"IDToken": "id_token"}.get(model) or re.sub("(?<=[a-z])([A-Z])", r"_\1", model).lower()


def passwords(document, settings):
    from django.utils.module_loading import import_string

    names = []
    for name in settings.PASSWORD_HASHERS:
        try:
            cls = import_string(name)
        except ImportError as error:
            document.note("PASSWORD_HASHERS: %s cannot be imported here (%s): Django does without it too" % (name, error))
            continue
        known = HASHERS.get(getattr(cls, "algorithm", None))
        own = "django.contrib.auth.hashers." + (known[0] if known else "")
        if known is None or not (name == own or only_data(cls, import_string(own), known[1])):
            document.finding("PASSWORD_HASHERS: " + name_of(cls), "", "slash-o has Django's own hashers only: whoever has such a hash "
                             "cannot log in", "let users log in at Django once, with a hasher of Django's first")
            continue
        names.append(own)
        factors(document, cls, known[1])
    document.put("PASSWORD_HASHERS", list(collections.OrderedDict.fromkeys(names)))


#: What a project's hasher may say otherwise: its numbers are written, the length of a new salt changes no answer.
HASHER_DATA = {"salt_entropy", "maxmem", "library"}


def only_data(cls, base, numbers):
    """Whether a project's hasher is Django's with other numbers."""
    if not issubclass(cls, base):
        return False
    steps = cls.__mro__[: cls.__mro__.index(base)]
    changed = {k for step in steps for k, v in vars(step).items() if not k.startswith("__") and getattr(base, k, UNSET) != v}
    return changed <= HASHER_DATA | set(numbers)


def factors(document, cls, names):
    """The effective numbers, also where a project has changed Django's own class."""
    try:
        hasher = cls()
    except Exception:
        hasher = cls
    for name in names:
        value = getattr(hasher, name, None)
        table = "server.hashers." + ("bcrypt_sha256" if cls.algorithm == "bcrypt" else cls.algorithm)
        line = "%s = " % name
        if isinstance(value, int) and not any(l.startswith(line) for l in document.tables.get(table, [])):
            document.put(name, value, table)


def validators(document, settings):
    table, kept = "[[AUTH_PASSWORD_VALIDATORS]]", []
    for validator in settings.AUTH_PASSWORD_VALIDATORS:
        name = validator["NAME"]
        options = validator.get("OPTIONS") or {}
        if not name.startswith("django.contrib.auth.password_validation."):
            document.finding("AUTH_PASSWORD_VALIDATORS: " + name, "", "slash-o has Django's own four; it is left out",
                             "keep the password change at Django in the proxy", danger=True)
            continue
        entry = collections.OrderedDict([("NAME", name)])
        if options:
            try:
                entry["OPTIONS"] = plain(options)
            except TypeError as error:
                document.finding("AUTH_PASSWORD_VALIDATORS: " + name, "an option is a %s" % error, "its options are left out", "say them as text",
                                 danger=True)
        kept.append(entry)
    if kept:
        document.put("AUTH_PASSWORD_VALIDATORS", kept)
    return table


def backends(document, settings):
    """Which backends a session may name; those of the project are asked by Django only."""
    model = "django.contrib.auth.backends.ModelBackend"
    names = list(settings.AUTHENTICATION_BACKENDS)
    if names != [model]:
        document.put("AUTHENTICATION_BACKENDS", names)
    for name in names:
        if older_name(name) not in (model, "oauth2_provider.backends.OAuth2Backend"):
            backend(document, name)


def backend(document, name):
    """Told at the end, where it is known who answers at the login page."""
    if subclass_of(name, "oauth2_provider.backends.OAuth2Backend"):
        document.finding("AUTHENTICATION_BACKENDS: " + name, "a subclass of OAuth2Backend",
                         "bearer tokens no longer log in by OAuth2TokenMiddleware", "name oauth2_provider.backends.OAuth2Backend itself",
                         danger=True)
        return
    if not finds_as_django(document, name):
        return
    document.own_backends.append(name)


def finds_as_django(document, name):
    """Whether a session of this backend has the user whom ModelBackend would find: asked at each request, wherever the login is."""
    from django.contrib.auth.backends import BaseBackend, ModelBackend
    from django.utils.module_loading import import_string

    try:
        cls = import_string(name)
    except ImportError:
        return True
    found = bare(getattr(cls, "get_user", None))
    if found is None or found is BaseBackend.get_user:
        # No session is of this backend.
        return True
    same = found is ModelBackend.get_user and bare(cls.user_can_authenticate) is ModelBackend.user_can_authenticate
    if not same:
        document.finding("AUTHENTICATION_BACKENDS: " + name, "it has a get_user or user_can_authenticate of its own",
                         "slash-o takes a session of each active user, and of nobody else", "keep the paths that need it at Django",
                         danger=True)
    return same


def column_of(model, name):
    """The column of a field, "" where the model has none."""
    from django.core.exceptions import FieldDoesNotExist

    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return ""
    return field.column or ""


def key_kind(model):
    """int, bigint or uuid; None for what slash-o cannot read."""
    field = model._meta.pk
    while getattr(field, "remote_field", None):
        field = field.target_field
    kind = field.get_internal_type()
    if kind in ("AutoField", "IntegerField", "PositiveIntegerField", "SmallAutoField"):
        return "int"
    if kind in ("BigAutoField", "BigIntegerField", "PositiveBigIntegerField"):
        return "bigint"
    return "uuid" if kind == "UUIDField" else None


def user(document, settings):
    from django.contrib.auth import get_user_model

    from django.utils import translation

    if settings.AUTH_USER_MODEL == "auth.User":
        return
    model, table = get_user_model(), "server.user"
    document.put("AUTH_USER_MODEL", settings.AUTH_USER_MODEL)
    document.put("table", model._meta.db_table, table)
    key = key_kind(model)
    if key is None:
        kind = model._meta.pk.get_internal_type()
        document.finding("AUTH_USER_MODEL primary key: " + kind, "", "slash-o cannot read it", "slash-o reads int, bigint and uuid keys")
    else:
        document.put("key", key, table)
    login = model._meta.get_field(model.USERNAME_FIELD)
    document.put("username", login.column, table)
    # Not in the language of this shell: slash-o looks it up in the catalogues, for each visitor.
    with translation.override(None):
        document.put("label", str(login.verbose_name), table)
    if login.max_length:
        document.put("max_length", login.max_length, table)
    columns = collections.OrderedDict()
    for name in USER_COLUMNS:
        column = model._meta.pk.column if name == "id" else column_of(model, name)
        if name == "email":
            column = column_of(model, model.get_email_field_name())
        if name == "username":
            continue
        if column != name:
            columns[name] = column
    if columns:
        document.put("columns", columns, table)
    insert(document, model, table, set(USER_COLUMNS) | {model.USERNAME_FIELD, model.get_email_field_name()})


def models(document, settings):
    from django.apps import apps

    for name in MODELS:
        setting = "OAUTH2_PROVIDER_%s_MODEL" % snake(name).upper()
        stock_label = "oauth2_provider." + name
        inside = (getattr(settings, "OAUTH2_PROVIDER", None) or {}).get("%s_MODEL" % snake(name).upper())
        label = inside or getattr(settings, setting, stock_label)
        if label == stock_label:
            continue
        document.put(setting, label)
        model, table = apps.get_model(label), "server.models." + snake(name)
        document.put("table", model._meta.db_table, table)
        stock = {f.name for base in model.__mro__ if base.__module__.startswith("oauth2_provider.")
                 and hasattr(base, "_meta") for f in base._meta.local_fields}
        insert(document, model, table, stock)


def field_name(model, field):
    return "%s.%s.%s" % (model.__module__, model.__name__, field.name)


def insert(document, model, table, stock):
    """Columns of the project's own that an INSERT has to name."""
    from django.db.models.fields import NOT_PROVIDED

    values = collections.OrderedDict()
    for field in model._meta.local_concrete_fields:
        if field.name in stock or field.primary_key or getattr(field, "generated", False):
            continue
        own = [name for name in FIELD_METHODS if is_overridden(type(field), name) and name not in ("to_python", "from_db_value")]
        if own or getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
            document.finding("column: " + field_name(model, field), "%s.%s" % (name_of(type(field)), own[0]) if own else "the time of writing",
                             "slash-o cannot insert rows", "give the column a default in the database, or a value in insert")
            continue
        default = field.default
        if default is NOT_PROVIDED:
            if field.null or getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED:
                continue
            if field.empty_strings_allowed and field.get_internal_type() != "BinaryField":
                # Django: the default of such a field is "".
                values[field.column] = ""
                continue
            found = "a column without a default"
        elif callable(default):
            found = name_of(default)
            if default in (dict, list):
                values[field.column] = json.dumps(default())
                continue
        elif default is None:
            continue
        else:
            try:
                values[field.column] = plain(field.get_prep_value(default))
                continue
            except TypeError as error:
                found = str(error)
        document.finding("column: " + field_name(model, field), found, "slash-o cannot insert rows",
                         "say the value for new rows in slash-o.local.toml: [%s] insert = { %s = ... }" % (table, field.column))
    if values:
        document.put("insert", values, table)
