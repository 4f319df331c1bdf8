# Code of the project in the models: fields that change what is stored, methods and managers in the place of the base's.

#: Methods of a base class that nobody asks while slash-o's URLs are answered.
UNASKED = set("""
clean clean_fields full_clean validate_unique validate_constraints email_user get_absolute_url natural_key normalize_username
check arefresh_from_db asave adelete acheck_password aupdate_last_login serializable_value prepare_database_save
ahas_perm ahas_perms ahas_module_perms aget_user_permissions aget_group_permissions aget_all_permissions
username_validator DoesNotExist MultipleObjectsReturned NotUpdated objects Meta admin_manager get_constraints
__module__ __doc__ __qualname__ __dict__ __weakref__ __firstlineno__ __static_attributes__ __annotations__ __repr__ __hash__ __eq__
REQUIRED_FIELDS EMAIL_FIELD USERNAME_FIELD user_permissions groups _meta __reduce__ __getstate__ __setstate__
""".split())
#: Of an application they are asked: by its form, by registration, and for the page after a form.
ASKED_OF_APPLICATIONS = {"clean", "clean_fields", "full_clean", "validate_unique", "validate_constraints", "get_absolute_url"}
#: Asked by templates that look up `perms`.
PERMISSION_METHODS = {"has_perm", "has_perms", "has_module_perms", "get_user_permissions", "get_group_permissions",
                      "get_all_permissions"}
#: Methods whose result only pages show; compared with columns on rows that are there.
SHOWN = {
    "user": collections.OrderedDict([
        ("__str__", lambda row: row.get_username()),
        ("get_full_name", lambda row: ("%s %s" % (getattr(row, "first_name", ""), getattr(row, "last_name", ""))).strip()),
        ("get_short_name", lambda row: getattr(row, "first_name", "")),
    ]),
    "Application": collections.OrderedDict([("__str__", lambda row: row.name or row.client_id)]),
    "other": collections.OrderedDict([("__str__", None)]),
}
#: What a field does to a value on its way into the database and back.
FIELD_METHODS = ["to_python", "from_db_value", "get_prep_value", "get_db_prep_value", "get_db_prep_save", "pre_save",
                 "contribute_to_class", "get_lookup", "get_transform", "get_default", "__get__"]
#: What a field does to a text that a form brings.
FORM_METHODS = ["formfield", "clean", "validate", "run_validators", "value_from_object", "save_form_data"]
SECRETS = ["password", "client_secret", "token", "token_checksum", "code", "session_data", "device_code", "user_code"]


def watched_models(settings):
    """Pairs of what it is to slash-o and the model: the user, the session, and those of DOT."""
    from django.apps import apps
    from django.contrib.auth import get_user_model

    out = [("user", get_user_model())] if apps.is_installed("django.contrib.auth") else []
    if apps.is_installed("django.contrib.sessions"):
        out.append(("session", apps.get_model("sessions.Session")))
    if apps.is_installed("oauth2_provider"):
        for name in MODELS:
            try:
                out.append((name, apps.get_model(model_label(settings, name))))
            except LookupError:
                continue
    return out


def model_label(settings, name):
    setting = "%s_MODEL" % snake(name).upper()
    inside = (getattr(settings, "OAUTH2_PROVIDER", None) or {}).get(setting)
    return inside or getattr(settings, "OAUTH2_PROVIDER_" + setting, "oauth2_provider." + name)


def overridden_code(document, settings):
    for kind, model in watched_models(settings):
        stock = [step for step in model.__mro__ if not is_foreign(step.__module__)]
        fields(document, kind, model, stock)
        methods(document, settings, kind, model, stock)
        managers(document, model)


def fields(document, kind, model, stock):
    """Field classes outside Django and DOT in columns that slash-o reads or writes."""
    known = {field.name for step in stock if hasattr(step, "_meta") for field in step._meta.local_fields}
    known |= set(USER_COLUMNS) | {model.USERNAME_FIELD} if kind == "user" else set()
    for field in model._meta.local_concrete_fields:
        if field.name not in known:
            continue
        names = FIELD_METHODS + (FORM_METHODS if kind == "Application" else [])
        own = any(is_overridden(type(field), name) or name in vars(field) for name in names)
        descriptor = vars(model).get(field.attname)
        own = own or isinstance(descriptor, property) or is_strange(type(descriptor))
        # A function of the project's for the value of a new row.
        own = own or field.has_default() and callable(field.default) and is_strange(field.default)
        own = own or field.get_internal_type().startswith("CI") or bool(getattr(field, "db_collation", None))
        if kind == "user":
            own = own or field.name in USER_DEFAULTS and not callable(field.default) and field.get_default() != USER_DEFAULTS[field.name]
        else:
            own = own or changed_field(field, stock, kind)
        if own:
            document.finding("field: " + field_name(model, field), name_of(type(field)),
                             "slash-o stores and compares the value as Django's own field does",
                             "use Django's own field, or keep the paths that need it at Django", danger=field.name in SECRETS)


#: What a new user is, also one that the answer of another server makes.
USER_DEFAULTS = {"is_active": True, "is_staff": False, "is_superuser": False}
#: What a field of DOT's may not say otherwise in the project's model; of an application its form shows more.
KEPT = ["default", "choices", "validators"]
SHOWN_OF_FIELDS = ["max_length", "blank", "help_text", "verbose_name", "error_messages", "editable", "unique"]


def changed_field(field, stock, kind):
    """Whether a field of DOT's has another default, or other choices, in the project's model."""
    keys = KEPT + (SHOWN_OF_FIELDS if kind == "Application" else [])
    for step in stock:
        for base in step._meta.local_fields if hasattr(step, "_meta") else []:
            if base.name == field.name and not field.remote_field and not field.primary_key:
                ours, theirs = field.deconstruct()[3], base.deconstruct()[3]
                return any(ours.get(key) != theirs.get(key) for key in keys)
    return False


def is_overridden(cls, name):
    """Whether an attribute comes from outside Django, by its class or by a function that was put there later."""
    for step in cls.__mro__:
        if name in vars(step):
            return is_strange_module(step.__module__) or callable(bare(vars(step)[name])) and is_strange(vars(step)[name])
    return False


def methods(document, settings, kind, model, stock):
    """What stands in the place of an attribute that a base class of Django or DOT has."""
    shown = SHOWN.get(kind, SHOWN["other"])
    names = {name for step in stock for name in vars(step)}
    names -= UNASKED - (ASKED_OF_APPLICATIONS if kind == "Application" else set())
    bases = [base for step in stock if hasattr(step, "_meta") for base in step._meta.local_fields]
    names -= {base.name for base in bases} | {base.attname for base in bases}
    names -= {field.name for field in model._meta.get_fields()} | {getattr(f, "attname", "") for f in model._meta.get_fields()}
    for name in sorted(names):
        step = next((step for step in model.__mro__ if name in vars(step)), None)
        if step is None or step is object:
            continue
        found = bare(vars(step)[name])
        if not is_overridden(model, name) or found is stock_value(model, step, name):
            continue
        if name in PERMISSION_METHODS and "perms" not in own_pages(document, settings):
            continue
        if name == "is_active" and found is True:
            continue
        if name in shown:
            is_shown = kind == "Application" or kind == "user" and "user" in own_pages(document, settings)
            as_usual = is_shown and shown[name] and shown_as_column(model, name, shown[name])
            if not is_shown or as_usual or method_as_column(document, settings, kind, model, name):
                continue
        method(document, model, name, found)


def stock_value(model, step, name):
    """What the class after this one has."""
    after = model.__mro__[model.__mro__.index(step) + 1:]
    return next((bare(vars(one)[name]) for one in after if name in vars(one)), UNSET)


def method(document, model, name, found):
    place = name_of(found) if callable(found) else repr(type(found).__name__)
    if name in SHOWN["user"]:
        instead, does = "write the columns into the templates", "pages show what Django's or DOT's own method would show"
    else:
        instead, does = "move it into the database, or keep the paths that need it at Django", "slash-o does what the base class does"
    document.finding("method: %s.%s.%s" % (model.__module__, model.__name__, name), place, does, instead,
                     danger=name not in SHOWN["user"] and name != "get_absolute_url")


def shown_as_column(model, name, expected):
    """Whether a method's text equals a column on rows that are there; unknown counts as no."""
    def compare():
        rows = list(model._base_manager.all()[:100])
        return bool(rows) and all(str(getattr(row, name)()) == str(expected(row)) for row in rows)

    try:
        return ask("%s.%s.%s" % (model.__module__, model.__name__, name), compare)
    except NotAsked:
        return False


#: They make rows that slash-o does not make, or say what a manager is.
UNASKED_OF_MANAGERS = set("""
create_user create_superuser _create_user _create_user_object acreate_user acreate_superuser normalize_email make_random_password
with_perm deconstruct check use_in_migrations as_manager auto_created creation_counter bulk_create abulk_create bulk_update
__module__ __doc__ __qualname__ __dict__ __weakref__ __firstlineno__ __static_attributes__ __annotations__ __repr__ __hash__ __eq__
__str__ __slotnames__ __class_getitem__ __parameters__ __orig_bases__ _queryset_class _constructor_args
""".split())


def managers(document, model):
    """Managers and querysets that hide rows, or find them in their own way."""
    for manager in (model._default_manager, model._base_manager, getattr(model, "objects", None)):
        for owner in (type(manager), getattr(manager, "_queryset_class", None)):
            steps = owner.__mro__ if owner else ()
            stock = {name for step in steps if step is not object and not is_strange_module(step.__module__) for name in vars(step)}
            # A manager's own __init__ keeps what its methods look at; that of a queryset can narrow it.
            unasked = UNASKED_OF_MANAGERS | ({"__init__"} if owner is type(manager) else set())
            for name in sorted(stock - unasked):
                if is_overridden(owner, name):
                    found = bare(getattr(owner, name))
                    document.finding("manager: %s.%s.%s" % (model.__module__, model.__name__, name), name_of(found),
                                     "slash-o sees every row of the table",
                                     "a row that must not count needs is_active, or its removal", danger=True)
