# What Django, DOT and oauthlib hold beside their source text: attributes and defaults of functions, fields, Meta and form fields.
# A clean Python makes the same fingerprints: what differs has been changed in place. This part runs alone there.
import functools
import logging
import sys
import types

#: What of a model's field changes what is stored, or what a form shows.
FIELD_PARTS = """name column db_column max_length null blank default choices validators _validators default_validators help_text verbose_name error_messages editable
unique db_index primary_key auto_now auto_now_add db_default db_collation max_digits decimal_places""".split()
META_PARTS = "db_table ordering managed verbose_name verbose_name_plural unique_together default_permissions permissions".split()
#: Lookups with which slash-o finds rows in Django's place.
LOOKUPS = "exact iexact in gt gte lt lte contains icontains startswith isnull".split()
#: Made while a program runs.
NOT_SHAPED = ("queryset", "model", "_meta", "request")
#: Attributes of classes that count, that older versions take from settings, or that are in LANGUAGE_CODE.
NOT_COMPARED = ("creation_counter", "auto_creation_counter", "secret", "usable_password_help_text")
FLAT = (bool, int, float, str, bytes, complex, type(None))
DEPTH = 6
#: Objects of these packages are compared by what they hold.
LOOKED_INTO = ("django.core.validators.", "django.forms.", "django.db.models.")


def shape(value, depth=DEPTH):
    """A value as a text that two processes can compare."""
    kind = type(value)
    if kind in FLAT:
        return repr(value)
    if depth == 0:
        return kind.__name__
    if kind in (list, tuple):
        return "%s(%s)" % (kind.__name__, ", ".join(shape(item, depth - 1) for item in value))
    if kind in (set, frozenset):
        return "set(%s)" % ", ".join(sorted(shape(item, depth - 1) for item in value))
    if isinstance(value, dict):
        return "dict(%s)" % ", ".join(sorted("%s: %s" % (shape(key, depth - 1), shape(item, depth - 1)) for key, item in list(value.items())))
    if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.MethodType)):
        return "%s.%s" % (value.__module__, value.__qualname__)
    if isinstance(value, functools.partial):
        return "partial(%s)" % ", ".join(shape(part, depth - 1) for part in (value.func, value.args, value.keywords))
    if kind.__name__ == "__proxy__":
        # A text that is made late: from what, not what it is today.
        inside = [getattr(value, "_proxy____" + part, None) for part in ("args", "kw")]
        return "late(%s)" % ", ".join(shape(part, depth - 1) for part in inside)
    if isinstance(value, (types.ModuleType, logging.Logger)):
        return value.__name__ if isinstance(value, types.ModuleType) else value.name
    if hasattr(value, "pattern") and hasattr(value, "flags"):
        return "pattern(%r, %r)" % (value.pattern, int(value.flags))
    name = "%s.%s" % (kind.__module__, kind.__qualname__)
    # Others hold what they found when they were made, such as SECRET_KEY.
    return "%s(%s)" % (name, parts_of(value, depth)) if name.startswith(LOOKED_INTO) else name


def parts_of(value, depth):
    inside = getattr(value, "__dict__", None) or {}
    shown = sorted(name for name in inside if not name.startswith("_") and name not in NOT_SHAPED and "counter" not in name)
    return ", ".join("%s=%s" % (name, shape(inside[name], depth - 1)) for name in shown)


def unwrapped(value):
    for _ in range(5):
        if isinstance(value, (staticmethod, classmethod)):
            value = value.__func__
        elif isinstance(value, property):
            value = value.fget
        elif isinstance(value, functools.partial):
            value = value.func
    return value


def function_parts(function):
    """Attributes and defaults; None where there are none."""
    attributes = {name: value for name, value in vars(function).items() if name != "__wrapped__" and not name.startswith("_lru")}
    if not attributes and not function.__defaults__ and not function.__kwdefaults__:
        return None
    return shape([attributes, function.__defaults__, function.__kwdefaults__])


def fingerprints_of(module, out):
    """Dotted name to text, for what the module itself defines."""
    for name, value in sorted(vars(module).items()):
        inner = unwrapped(value)
        if getattr(inner, "__module__", None) != module.__name__:
            continue
        if isinstance(inner, types.FunctionType):
            add_function(out, "%s.%s" % (module.__name__, name), inner)
        elif isinstance(inner, type):
            fingerprints_of_class("%s.%s" % (module.__name__, name), inner, out)
    library = vars(module).get("register")
    for kind in ("filters", "tags"):
        for name, function in sorted((getattr(library, kind, None) or {}).items()) if module.__name__.startswith("django.template.") else ():
            out["%s.register.%s.%s" % (module.__name__, kind, name)] = shape(function)
    patterns = vars(module).get("urlpatterns")
    if isinstance(patterns, list) and module.__name__ in ("oauth2_provider.urls", "django.contrib.auth.urls"):
        for pattern in patterns:
            callback = getattr(pattern, "callback", None)
            attributes = {name: value for name, value in getattr(callback, "__dict__", {}).items() if name not in ("__wrapped__", "view_class", "cls")}
            out["%s.%s" % (module.__name__, getattr(pattern, "name", None) or pattern)] = shape(attributes)


def add_function(out, name, function):
    parts = function_parts(function)
    if parts is not None:
        out[name] = parts


def fingerprints_of_class(name, cls, out):
    is_model = hasattr(cls, "_meta") and hasattr(cls._meta, "local_fields")
    for key, value in sorted(vars(cls).items()):
        inner = unwrapped(value)
        if isinstance(inner, types.FunctionType):
            # A decorator of the project has another name and is found by it.
            if inner.__module__ == cls.__module__ and "<locals>" not in inner.__qualname__:
                add_function(out, "%s.%s" % (name, key), inner)
        elif not is_model and not key.startswith("_") and key not in NOT_COMPARED and (is_simple(value) or is_named(value)):
            out["%s.%s" % (name, key)] = shape(value)
    lookups = {key: value for key, value in (vars(cls).get("class_lookups") or {}).items() if key in LOOKUPS}
    if lookups:
        out[name + ".class_lookups"] = shape(lookups)
    if is_model:
        for field in cls._meta.local_fields:
            if not field.remote_field and not getattr(field, "auto_created", False):
                held = {part: held_by(field, part) for part in FIELD_PARTS}
                out["%s.%s" % (name, field.name)] = "%s %s" % (shape(type(field)), shape(held))
        for part in META_PARTS:
            out["%s._meta.%s" % (name, part)] = shape(getattr(cls._meta, part, None))
    for key in ("base_fields", "declared_fields"):
        fields = getattr(cls, key, None)
        for field in fields if isinstance(fields, dict) else ():
            out["%s.%s.%s" % (name, key, field)] = shape(fields[field])


def held_by(field, part):
    if part == "validators":
        # Django keeps the list once it was asked for; the bounds of numbers are those of the database.
        stock = list(field.default_validators) + list(field._validators)
        return [one for one in vars(field).get(part, ()) if one not in stock and not type(one).__name__.endswith("ValueValidator")]
    value = getattr(field, part, None)
    return list(value) if part == "choices" and value is not None else value


def is_named(value):
    """A function or class that a class names, such as the `digest` of a hasher."""
    # A model is another one where the project has swapped it.
    is_one = isinstance(value, (type, types.BuiltinFunctionType)) and not hasattr(value, "_meta")
    return is_one and "<locals>" not in value.__qualname__


def is_simple(value):
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(is_simple(item) for item in value)
    return type(value) in FLAT


def all_fingerprints(names):
    import importlib

    from django.utils import translation

    out = {}
    with translation.override(None):
        for name in names:
            module = sys.modules.get(name)
            if module is None:
                try:
                    module = importlib.import_module(name)
                except BaseException:
                    continue
            # A module that is there in part has no fingerprint.
            out[name] = "there"
            fingerprints_of(module, out)
    return out
