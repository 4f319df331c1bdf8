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
            document.not_translated("PASSWORD_HASHERS", name, "it cannot be imported here: %s" % error, changes=False)
            continue
        known = HASHERS.get(getattr(cls, "algorithm", None))
        own = "django.contrib.auth.hashers." + (known[0] if known else "")
        if known is None or not (name == own or only_data(cls, import_string(own))):
            document.not_translated("PASSWORD_HASHERS", name_of(cls), "slash-o has Django's own hashers only")
            continue
        names.append(own)
        factors(document, cls, known[1])
    document.put("PASSWORD_HASHERS", list(collections.OrderedDict.fromkeys(names)))


def only_data(cls, base):
    """Whether a project's hasher is Django's with other numbers."""
    if not issubclass(cls, base):
        return False
    steps = cls.__mro__[: cls.__mro__.index(base)]
    return not any(callable(v) or isinstance(v, (property, staticmethod, classmethod))
                   for step in steps for k, v in vars(step).items() if not k.startswith("__"))


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
            document.not_translated("AUTH_PASSWORD_VALIDATORS", name, "slash-o has Django's own four; it is left out")
            continue
        entry = collections.OrderedDict([("NAME", name)])
        if options:
            try:
                entry["OPTIONS"] = plain(options)
            except TypeError as error:
                document.not_translated("AUTH_PASSWORD_VALIDATORS", "%s of %s" % (error, name), "say it as text")
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
        if name not in (model, "oauth2_provider.backends.OAuth2Backend"):
            document.not_translated(
                "AUTHENTICATION_BACKENDS", name,
                "slash-o's login page asks ModelBackend only; with accounts = \"\" the login stays with Django",
            )


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

    if settings.AUTH_USER_MODEL == "auth.User":
        return
    model, table = get_user_model(), "server.user"
    document.put("AUTH_USER_MODEL", settings.AUTH_USER_MODEL)
    document.put("table", model._meta.db_table, table)
    key = key_kind(model)
    if key is None:
        kind = model._meta.pk.get_internal_type()
        document.not_translated("AUTH_USER_MODEL primary key", kind, "slash-o reads int, bigint and uuid keys", table=table)
    else:
        document.put("key", key, table)
    login = model._meta.get_field(model.USERNAME_FIELD)
    document.put("username", login.column, table)
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
    own_user_code(document, model, table)
    insert(document, model, table, set(USER_COLUMNS) | {model.USERNAME_FIELD, model.get_email_field_name()})


#: What Django asks of a user, and of the manager of any model.
USER_METHODS = ["check_password", "set_password", "has_usable_password", "get_session_auth_hash",
                "get_session_auth_fallback_hash", "get_username", "natural_key", "normalize_username", "save"]
MANAGER_METHODS = ["get_queryset", "get_by_natural_key", "get", "filter", "exclude", "all", "iterator"]


def is_own(function):
    """Whether a method is the project's, not Django's, DOT's or this language's."""
    module = getattr(function, "__module__", None) or ""
    return not (module + ".").startswith(("django.", "oauth2_provider.", "builtins."))


def own_user_code(document, model, table):
    """Python that decides who is a user, and who may come in."""
    flag = next((vars(step)["is_active"] for step in model.__mro__ if "is_active" in vars(step)), True)
    if not column_of(model, "is_active") and flag is not True:
        document.not_translated(
            "%s.is_active" % model.__name__, name_of(flag),
            "slash-o lets every user in whom no column calls inactive: give the model a column is_active", table=table)
    for name in USER_METHODS:
        found = getattr(model, name, None)
        if found is not None and is_own(found):
            document.not_translated("%s.%s" % (model.__name__, name), name_of(found),
                                    "slash-o does what Django's own method does", table=table)
    managers(document, model, table)


def managers(document, model, table):
    """Managers that hide rows, or find them in their own way."""
    told = set()
    for manager in (model._default_manager, getattr(model, "objects", None)):
        for owner in (type(manager), getattr(manager, "_queryset_class", None)):
            for name in MANAGER_METHODS:
                found = getattr(owner, name, None)
                if found is None or not is_own(found) or name in told:
                    continue
                told.add(name)
                document.not_translated(
                    "%s.objects.%s" % (model.__name__, name), name_of(found),
                    "slash-o sees every row of the table: a row that must not count needs is_active, or its removal",
                    table=table)


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
        code(document, model, table)
        managers(document, model, table)


def code(document, model, table):
    """Methods that DOT asks and a project may have written anew."""
    for name in ("is_usable", "redirect_uri_allowed", "post_logout_redirect_uri_allowed", "origin_allowed",
                 "get_allowed_schemes", "allows_grant_type", "is_valid", "is_expired", "allow_scopes", "save", "clean"):
        found = getattr(model, name, None)
        module = getattr(found, "__module__", "")
        if found is not None and not module.startswith(("oauth2_provider.", "django.")):
            document.not_translated("%s.%s" % (model.__name__, name), "%s.%s" % (module, found.__qualname__),
                                    "slash-o does what DOT's own method does", table=table)


def insert(document, model, table, stock):
    """Columns of the project's own that an INSERT has to name."""
    from django.db.models.fields import NOT_PROVIDED

    values = collections.OrderedDict()
    for field in model._meta.local_concrete_fields:
        if field.name in stock or field.primary_key or getattr(field, "db_default", NOT_PROVIDED) is not NOT_PROVIDED:
            continue
        default = field.default
        if default is NOT_PROVIDED:
            if field.null:
                continue
            if field.empty_strings_allowed and field.blank:
                values[field.column] = ""
                continue
            if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False):
                document.not_translated("%s.%s" % (model.__name__, field.name), "the time of writing",
                                        "give the column a default in the database, or a value in insert", table=table)
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
        document.not_translated("%s.%s" % (model.__name__, field.name), found,
                                "say the value for new rows as insert = { %s = ... }" % field.column, table=table)
    if values:
        document.put("insert", values, table)
