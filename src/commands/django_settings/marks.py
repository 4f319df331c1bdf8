# Unsaved users whose columns hold marks: the project's claims are made of them, and what comes out tells which column it was.
import uuid

#: What may be done with a mark without looking at what it says.
PASSED_ON = set("""
__new__ __init__ __class__ __str__ __repr__ __format__ __add__ __radd__ __bool__ __int__ __float__ __index__ __getattribute__ __setattr__ __delattr__
__reduce__ __reduce_ex__ __getnewargs__ __getstate__ __setstate__ __sizeof__ __init_subclass__ __subclasshook__ __dir__ __doc__ __del__
__slots__ __module__ __weakref__ __dict__ __match_args__ __class_getitem__ __copy__ __deepcopy__
""".split())
#: Names of columns whose value code looked at, instead of passing it on.
LOOKED_AT = set()
#: Kinds of columns that a claim shows, by the class of the field; the word of `kind` in the file, "" where the database tells it.
CLAIM_KINDS = collections.OrderedDict([
    ("text", ("", "CharField TextField EmailField SlugField URLField FilePathField".split())),
    ("number", ("", "AutoField BigAutoField SmallAutoField IntegerField BigIntegerField SmallIntegerField PositiveIntegerField "
                    "PositiveBigIntegerField PositiveSmallIntegerField".split())),
    ("float", ("", ["FloatField"])),
    ("flag", ("flag", ["BooleanField", "NullBooleanField"])),
    ("date", ("", ["DateField"])),
    ("time", ("", ["DateTimeField"])),
    ("uuid", ("uuid", ["UUIDField"])),
    ("json", ("json", ["JSONField"])),
])


class Unreadable(BaseException):
    """Code looked at what no claim of slash-o can show; no `except Exception` of the project takes it."""


class Opaque(object):
    """The value of a column that slash-o does not read: whoever looks at it is stopped."""

    def __init__(self, name):
        object.__setattr__(self, "name", name)


def stopped(self, *args, **kwargs):
    raise Unreadable("it looks at %s" % object.__getattribute__(self, "name"))


def close_each_look():
    for look in ("__getattribute__ __bool__ __str__ __repr__ __format__ __eq__ __ne__ __hash__ __len__ __iter__ __contains__ __getitem__ __call__ "
                 "__int__ __float__ __add__ __radd__ __lt__ __le__ __gt__ __ge__ __fspath__ __bytes__").split():
        setattr(Opaque, look, stopped)


close_each_look()


def marked(base):
    """A class like `base` that remembers whose value was looked at."""
    def watched(name):
        def method(self, *args, **kwargs):
            LOOKED_AT.add(self.__dict__["column"])
            return getattr(base, name)(self, *args, **kwargs)
        return method

    names = [name for name in dir(base) if callable(getattr(base, name)) and name not in PASSED_ON]
    body = {name: watched(name) for name in names}
    body["__bool__"] = lambda self: bool(bare_value(self))
    body["__str__"] = lambda self: str(bare_value(self))
    body["__format__"] = lambda self, how: format(bare_value(self), how)
    return type("Mark", (base,), body)


def bare_value(value):
    """The value of a mark, and of marks within lists and dicts; whoever asks has not looked at it."""
    import datetime

    for kind, copy in (
        (str, str.__str__), (int, int.__int__), (float, float.__float__),
        (datetime.datetime, lambda at: datetime.datetime.combine(datetime.datetime.date(at), datetime.datetime.timetz(at))),
        (datetime.date, lambda day: datetime.date.fromordinal(datetime.date.toordinal(day))),
        (uuid.UUID, lambda one: uuid.UUID(int=one.int)),
    ):
        if isinstance(value, kind):
            return value if isinstance(value, bool) else copy(value)
    if isinstance(value, dict):
        return collections.OrderedDict((bare_value(key), bare_value(item)) for key, item in dict.items(value))
    if isinstance(value, (list, tuple)):
        return [bare_value(item) for item in (list.__iter__(value) if isinstance(value, list) else tuple.__iter__(value))]
    return value


def mark(column, value):
    """The value as one that remembers."""
    if value is None or isinstance(value, bool):
        return value
    base = next(kind for kind in type(value).__mro__ if kind in MARKED)
    if base is uuid.UUID:
        # Its parts are no methods: they show in what comes out.
        return value
    if base not in MARK_CLASSES:
        MARK_CLASSES[base] = marked(base)
    cls = MARK_CLASSES[base]
    if hasattr(value, "timetuple"):
        made = cls(*[getattr(value, part) for part in MARKED[base] if hasattr(value, part)])
    else:
        made = cls(value)
    made.__dict__["column"] = column
    return made


def marked_types():
    import datetime

    parts = "year month day".split()
    return {str: None, int: None, float: None, dict: None, list: None, uuid.UUID: None, datetime.date: parts,
            datetime.datetime: parts + "hour minute second microsecond tzinfo".split()}


MARKED, MARK_CLASSES = marked_types(), {}


def claim_kind(field):
    """The kind of a column that a claim shows; None for every other one."""
    if field.name == "password" or not getattr(field, "concrete", False) or field.attname != field.name or not is_read_plainly(field):
        return None
    return next((kind for kind, (_, classes) in CLAIM_KINDS.items() if type(field).__name__ in classes), None)


def is_read_plainly(field):
    """Whether what is in the column is what the project reads."""
    changed = any(is_overridden(type(field), name) or name in vars(field) for name in FIELD_METHODS)
    return not changed and not is_strange(type(vars(field.model).get(field.attname)))


def value_of(kind, column, seed):
    """A value that no other column and no other seed has."""
    import datetime

    from django.conf import settings
    from django.utils import timezone

    number = 100003 + 7919 * seed + sum(ord(char) * 31 * (place + 1) for place, char in enumerate(column))
    if kind == "text":
        return u" %s-Ab%d \u00dfx<&'\u00a7 " % (column, seed)
    if kind == "number":
        return number
    if kind == "float":
        return number + 0.125
    if kind == "flag":
        return bool(seed % 2)
    if kind == "date":
        return datetime.date.fromordinal(700000 + number % 30000)
    if kind == "time":
        moment = datetime.datetime(2001, 1, 1) + datetime.timedelta(seconds=number * 61, microseconds=seed)
        return moment.replace(tzinfo=timezone.utc if hasattr(timezone, "utc") else datetime.timezone.utc) if settings.USE_TZ else moment
    if kind == "uuid":
        return uuid.UUID(int=number * 2 ** 64 + seed)
    return {"of": column, "seed": seed}


class Groups(object):
    """In the place of the relation: the names of groups, in the order of their keys."""

    def __init__(self, names):
        self.names = names

    def all(self):
        return [Group(name) for name in self.names]

    def values_list(self, *fields, **more):
        if fields != ("name",) or more != {"flat": True}:
            raise Unreadable("it looks at groups in another way than by their names")
        return list(self.names)

    def __getattr__(self, name):
        raise Unreadable("it looks at user.groups.%s" % name)


class Group(object):
    def __init__(self, name):
        self.name = name

    def __str__(self):
        return self.name

    def __getattr__(self, name):
        raise Unreadable("it looks at group.%s" % name)


def marked_user(model, values, groups):
    """An unsaved user with these values; columns that are not among them stop whoever looks at them."""
    from django.db.models.base import ModelState

    row = model.__new__(model)
    row.__dict__["_state"] = ModelState()
    for field in model._meta.concrete_fields:
        value = mark(field.attname, values[field.attname]) if field.attname in values else Opaque("user." + field.attname)
        row.__dict__[field.attname] = value
    row.__dict__["_marked_groups"] = Groups([mark("groups", name) for name in groups])
    return row


@contextlib.contextmanager
def marked_groups(model):
    """While it lasts, `user.groups` is what the marked user holds."""
    owner = next((step for step in model.__mro__ if "groups" in vars(step)), None)
    own = vars(owner)["groups"] if owner else None
    if owner:
        owner.groups = property(lambda row: row.__dict__["_marked_groups"])
    try:
        yield
    finally:
        if owner:
            owner.groups = own
