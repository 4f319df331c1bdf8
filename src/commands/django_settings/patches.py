# Functions, classes and values of Django, DOT, oauthlib and Python that the project has replaced: what a module holds is compared with
# its own source text.
import ast

#: Packages whose code slash-o does in their place, and modules of Python that they use for it.
OURS = ("django", "oauth2_provider", "oauthlib", "corsheaders")
WATCHED = OURS + ("secrets", "hashlib", "hmac", "random", "uuid", "base64", "json", "urllib.parse", "http.cookies", "html", "email.utils")
#: Not asked while slash-o's URLs are answered.
NOT_WATCHED = tuple("""
django.contrib.admin django.contrib.admindocs django.contrib.auth.management django.contrib.auth.migrations
django.contrib.auth.admin django.contrib.contenttypes django.contrib.flatpages django.contrib.gis django.contrib.redirects django.contrib.sessions.management
django.contrib.sitemaps django.contrib.syndication django.core.checks django.core.management django.core.serializers django.db.migrations
django.test django.utils.autoreload django.utils.six oauth2_provider.migrations oauth2_provider.management oauth2_provider.admin oauth2_provider.contrib
""".split())
#: Numbers of hashers, which are written as numbers.
HASHER_NUMBERS = ("iterations", "rounds", "work_factor", "block_size", "parallelism", "time_cost", "memory_cost")
#: Counters that Django itself goes on with.
COUNTERS = ("creation_counter", "auto_creation_counter")


def patches(document, settings):
    for name in sorted(sys.modules):
        module = sys.modules[name]
        if not inside(name, WATCHED) or inside(name, NOT_WATCHED) or module is None:
            continue
        file = getattr(module, "__file__", None)
        if getattr(module, "__name__", name) != name and is_strange_module(module.__name__) or file and not is_trusted(file):
            document.finding("patch: " + name, "module %s" % module.__name__, "slash-o does what the original does",
                             "undo it, or keep the paths that need it at Django", danger=True)
        tree = source_of(module) if file and module.__name__ == name else None
        if tree is not None:
            patched_module(document, module, tree)
    in_c(document)
    patched_settings(document)


def inside(name, packages):
    return any(name == package or name.startswith(package + ".") for package in packages)


def source_of(module):
    try:
        with open(module.__file__, "rb") as file:
            return ast.parse(file.read())
    except (IOError, SyntaxError, ValueError):
        return None


#: Functions and classes in C, which have no source text to compare with.
IN_C = [("time", "time"), ("os", "urandom"), ("datetime", "datetime"), ("datetime", "date"), ("hashlib", "sha256"), ("hashlib", "sha1"),
        ("hashlib", "sha512"), ("hashlib", "md5"), ("hashlib", "pbkdf2_hmac"), ("hashlib", "scrypt"), ("hmac", "compare_digest"),
        ("secrets", "choice"), ("secrets", "token_bytes"), ("builtins", "hash"), ("builtins", "open")]


def in_c(document):
    for home, name in IN_C:
        value = getattr(sys.modules.get(home), name, None)
        kept = is_of_c(value) or isinstance(value, (type, types.FunctionType, types.MethodType))
        if value is not None and (not kept or is_strange(value)):
            replaced(document, home + "." + name, value)


def patched_module(document, module, tree):
    source = Source(tree.body)
    compare_body(document, module.__name__, vars(module), tree.body, source)
    for node in statements(tree.body):
        if isinstance(node, ast.ImportFrom):
            imports(document, module, node, source)
        elif isinstance(node, ast.Import):
            for alias in node.names:
                value = vars(module).get(alias.asname or alias.name.split(".")[0], sys)
                is_only = source.times[alias.asname or alias.name] == 1
                if not isinstance(value, types.ModuleType) and (is_only or is_strange(value)):
                    replaced(document, "%s.%s" % (module.__name__, alias.asname or alias.name), value)


FUNCTIONS = (ast.FunctionDef, getattr(ast, "AsyncFunctionDef", ast.FunctionDef))


def compare_body(document, name, values, body, source):
    """What a module or a class holds, beside its source."""
    for node in statements(body):
        if isinstance(node, FUNCTIONS) and node.name in values:
            function(document, "%s.%s" % (name, node.name), values[node.name], source)
        elif isinstance(node, ast.ClassDef) and node.name in values and not source.times[node.name]:
            nested(document, name, values[node.name], node)
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            constant(document, name, values, node, source)


def function(document, name, value, source):
    """A function in the place of another: of a stranger, or of Django's own from somewhere else."""
    value = bare(value)
    nodes, last = source.functions[name.rsplit(".", 1)[-1]], name.rsplit(".", 1)[-1]
    decorated = source.is_decorated or any(node.decorator_list for node in nodes)
    plain_one = isinstance(value, types.FunctionType) and not source.times[last] and not decorated
    code = value.__code__ if isinstance(value, types.FunctionType) else None
    moved = plain_one and (code.co_name != last or code.co_firstlineno not in [node.lineno for node in nodes])
    if is_strange(value) and callable(value) or moved:
        replaced(document, name, value)


def nested(document, name, value, node):
    name = "%s.%s" % (name, node.name)
    if not isinstance(value, type):
        return replaced(document, name, value) if is_strange(value) else None
    if is_strange(value) or not node.decorator_list and "%s.%s" % (value.__module__, value.__qualname__) != name:
        return replaced(document, name, value)
    compare_class(document, name, value, node)


def imports(document, module, node, source):
    """A name that a module has imported, and that is another object now."""
    package = module.__package__.rsplit(".", node.level - 1)[0] if node.level > 1 else module.__package__
    origin = sys.modules.get(".".join(part for part in (package if node.level else "", node.module) if part))
    for alias in node.names:
        value = vars(module).get(alias.asname or alias.name)
        stock = getattr(origin, "__dict__", {}).get(alias.name, value)
        if value is stock or is_model(value):
            continue
        named = (type, types.FunctionType)
        swapped = isinstance(value, named) and isinstance(stock, named) and value.__name__ != alias.name == stock.__name__
        # Imported in two ways, or assigned later.
        swapped = swapped and source.times[alias.asname or alias.name] == 1
        if is_strange(value) or swapped:
            replaced(document, module.__name__ + "." + (alias.asname or alias.name), value)


def is_model(value):
    from django.db.models import Model

    return isinstance(value, type) and issubclass(value, Model)


def statements(body):
    """Those of a module or class, also below if and try."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try)):
                for inner in statements(getattr(node, part, [])):
                    yield inner


def compare_class(document, name, cls, node):
    source = Source(node.body, node.decorator_list)
    if is_model(cls):
        # What the project does to the methods of models has been looked at.
        constants = [inner for inner in node.body if isinstance(inner, ast.Assign)]
        return compare_body(document, name, vars(cls), constants, source)
    written = set(source.functions) | set(source.times) | {inner.name for inner in node.body if isinstance(inner, ast.ClassDef)}
    is_view = any(step.__module__ == "django.views.generic.base" for step in cls.__mro__)
    for base in cls.__bases__:
        if is_strange(base) and not is_model(base):
            replaced(document, name + ".__bases__", base)
    for key, value in list(vars(cls).items()):
        if key in written or key in ("__module__", "__doc__") or is_model(value):
            continue
        inner = bare(value)
        # Decorators and metaclasses bring functions from inside of others.
        made = node.decorator_list or key.startswith("_") or not isinstance(inner, types.FunctionType) or "<locals>" in inner.__qualname__
        added = not made and not inner.__qualname__.startswith(cls.__qualname__ + ".")
        shown = is_view and not key.startswith("_") and not isinstance(inner, types.FunctionType)
        if callable(inner) and is_strange(inner) or shown or added:
            replaced(document, name + "." + key, value)
    compare_body(document, name, vars(cls), node.body, source)


def constant(document, name, values, node, source):
    """A value that is no longer what the source says."""
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    if not isinstance(target, ast.Name) or target.id not in values or target.id in COUNTERS:
        return
    found = values[target.id]
    if target.id in HASHER_NUMBERS and name.startswith("django.contrib.auth.hashers.") and isinstance(found, int):
        return
    if isinstance(bare(found), (type, types.FunctionType)) and is_strange(found) and not is_model(found):
        return replaced(document, "%s.%s" % (name, target.id), found)
    is_only = isinstance(node, ast.AnnAssign) or len(node.targets) == 1
    if is_only and source.times[target.id] == 1 and inside(name, OURS) and differs(found, source.said(node.value)):
        replaced(document, "%s.%s" % (name, target.id), found)


def replaced(document, name, value):
    found = name_of(value)
    if found.startswith(WATCHERS):
        document.note("patch: %s is %s, which only watches" % (name, found))
        return
    value = bare(value)
    place = found if callable(value) or isinstance(value, property) else "another value"
    document.finding("patch: " + name, place, "slash-o does what the original does",
                     "undo it, or keep the paths that need it at Django", danger=True)


def patched_settings(document):
    """Values that code has put into DOT's settings object."""
    try:
        from oauth2_provider.settings import DEFAULTS, oauth2_settings
    except ImportError:
        return
    from django.conf import settings

    said = getattr(settings, P, None) or {}
    for name in sorted(set(said) | set(oauth2_settings.user_settings)):
        if said.get(name, UNSET) is not oauth2_settings.user_settings.get(name, UNSET):
            document.finding("patch: oauth2_provider.settings.oauth2_settings.user_settings." + name, "set by code", "slash-o reads settings.py",
                             "say it in OAUTH2_PROVIDER", danger=True)
    # Older versions do not tell what they have only looked up.
    asked = getattr(oauth2_settings, "_cached_attrs", DEFAULTS)
    for name, value in vars(oauth2_settings).items():
        if name not in DEFAULTS or name.endswith("_MODEL"):
            continue
        said = oauth2_settings.user_settings.get(name, DEFAULTS[name])
        if name in asked and (value == said or isinstance(said, (str, list, tuple)) and name in oauth2_settings.import_strings):
            continue
        if name != "OAUTH2_SERVER_CLASS" and not name.startswith("_"):
            document.finding("patch: oauth2_provider.settings.oauth2_settings." + name, "set by code", "slash-o reads settings.py",
                             "say it in OAUTH2_PROVIDER", danger=True)
