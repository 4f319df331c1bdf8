# What templates look up of rows in columns of the project's own: data where slash-o can read it, else named.

#: Names before a dot that are no row.
NO_ROWS = {"form", "forloop", "block", "site", "message", "messages", "field", "view", "wizard"}
#: Kinds of columns that slash-o reads.
COLUMN_KINDS = {
    "text": "CharField TextField EmailField SlugField URLField FilePathField".split(),
    "number": "IntegerField BigIntegerField SmallIntegerField PositiveIntegerField PositiveBigIntegerField PositiveSmallIntegerField".split(),
    "flag": ["BooleanField"],
    "float": ["FloatField"],
    "date": ["DateField"],
    "time": ["DateTimeField"],
    "uuid": ["UUIDField"],
    "file": ["FileField", "ImageField"],
}


def own_attributes(model):
    """Names that rows have, and slash-o's do not: columns, relations, properties and methods of the project's own."""
    stock = [step for step in model.__mro__ if not is_foreign(step.__module__)]
    known = {name for step in stock for name in dir(step)} | set(USER_COLUMNS)
    out = collections.OrderedDict()
    for field in model._meta.get_fields():
        reverse = field.auto_created and not field.concrete
        name = field.get_accessor_name() if reverse else field.name
        if name and (is_foreign(field.related_model.__module__) if reverse else name not in known):
            out[name] = type(field).__name__
            if getattr(field, "attname", name) != name:
                out[field.attname] = "the key of a " + type(field).__name__
            if getattr(field, "choices", None):
                out["get_%s_display" % name] = "the label of a choice"
    for step in model.__mro__:
        if is_foreign(step.__module__):
            for name, value in vars(step).items():
                if not name.startswith("_") and name not in known and (callable(value) or isinstance(value, property)):
                    out.setdefault(name, "property" if isinstance(value, property) else "method")
    return out


def shown_table(settings, kind, model):
    """Where its columns can be said; None where the model is Django's or DOT's."""
    if kind == "user":
        return "server.user.shown" if settings.AUTH_USER_MODEL != "auth.User" else None
    stock = model._meta.label == "oauth2_provider.Application"
    return None if kind != "Application" or stock else "server.models.application.shown"


def column_entry(model, attribute):
    """The column as data; None for what slash-o cannot read."""
    from django.core.exceptions import FieldDoesNotExist

    try:
        field = model._meta.get_field(attribute)
    except FieldDoesNotExist:
        return None
    if not getattr(field, "concrete", False) or field.attname != attribute or field.model._meta.db_table != model._meta.db_table:
        return None
    kind = next((kind for kind, classes in COLUMN_KINDS.items() if type(field).__name__ in classes), None)
    if kind is None or any(is_overridden(type(field), name) or name in vars(field) for name in FIELD_METHODS):
        return None
    if kind != "file" and is_strange(type(vars(model).get(field.attname))):
        return None
    entry = collections.OrderedDict([("column", field.column), ("kind", kind)])
    if kind == "file":
        try:
            entry["url"] = ask("%s.storage.url" % field_name(model, field), file_prefix, field, rows=False)
        except NotAsked:
            return None
    return entry


def file_prefix(field):
    """What stands before the path in each URL of a storage."""
    urls = [str(field.storage.url(path)) for path in ("a b.png", "c/d.png", "a b.png")]
    prefix = urls[0][: -len("a%20b.png")]
    if urls != [prefix + "a%20b.png", prefix + "c/d.png", prefix + "a%20b.png"]:
        raise ValueError("its URLs are no prefix and a path")
    return prefix


def looked_up(texts, attribute):
    """The first template that looks a name up of a row."""
    found = re.compile(r"([\w.]+)\.%s\b" % re.escape(attribute))
    for name, text in texts:
        tokens = [token.contents for token in tokens_of(text) if token.token_type.value in (1, 2)]
        paths = [match.group(1) for contents in tokens for match in found.finditer(contents)]
        # A method of a form, or the like, is no row's.
        if any(path.split(".")[0] not in NO_ROWS for path in paths):
            return name
    return None


def own_columns(document, settings):
    """What templates look up of rows: columns become data, the rest is named."""
    engine = django_engine()
    texts = [(name, text) for name, origin, text in shown_templates(engine)] if engine else []
    for kind, model in watched_models(settings):
        if kind not in ("user", "Application"):
            continue
        table = shown_table(settings, kind, model)
        for attribute, what in own_attributes(model).items():
            page = looked_up(texts, attribute)
            entry = column_entry(model, attribute) if page and table else None
            if entry:
                document.put(attribute, entry, table)
            elif page:
                document.finding("shown: %s.%s.%s" % (model.__module__, model.__name__, attribute), "%s: a %s" % (page, what),
                                 "it is empty in slash-o's pages", "write the page without it, or keep the page at Django")


def method_as_column(document, settings, kind, model, name):
    """Whether what a method shows is a column, on rows that are there; then the column is data."""
    table = shown_table(settings, kind, model)
    entries = [(field.attname, column_entry(model, field.attname)) for field in model._meta.concrete_fields if field.name != "password"]
    entries = [(attribute, entry) for attribute, entry in entries if entry and entry["kind"] == "text"] if table else []

    def compare():
        rows = list(model._base_manager.all()[:100])
        shown = [str(getattr(row, name)()) for row in rows]
        # One row, or the same text in all, proves nothing.
        same = lambda attribute: [str(getattr(row, attribute)) for row in rows] == shown
        return [entry for attribute, entry in entries if same(attribute)] if len(set(shown)) > 1 else []

    try:
        found = ask("%s.%s.%s" % (model.__module__, model.__name__, name), compare) if entries else []
    except NotAsked:
        return False
    if found:
        document.put(name, found[0], table)
    return bool(found)
