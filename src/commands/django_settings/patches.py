# Functions and classes of DOT, oauthlib and Django that the project has replaced: what a module holds is compared with
# its own source text.
import ast
import sysconfig

#: Packages whose code slash-o does in their place.
WATCHED = ("oauth2_provider", "oauthlib", "django.contrib.auth", "django.contrib.sessions", "django.contrib.messages",
           "django.middleware", "django.core.signing", "django.core.handlers", "django.utils.crypto", "django.http",
           "django.views.csrf", "django.views.defaults", "django.views.generic", "corsheaders")
#: Not asked while slash-o's URLs are answered.
NOT_WATCHED = ("django.contrib.auth.management", "django.contrib.auth.migrations", "django.contrib.auth.admin",
               "oauth2_provider.migrations", "oauth2_provider.management", "oauth2_provider.admin", "oauth2_provider.contrib",
               "django.contrib.sessions.management")


def patches(document, settings):
    homes = trusted_folders()
    for name in sorted(sys.modules):
        module = sys.modules[name]
        if not inside(name, WATCHED) or inside(name, NOT_WATCHED) or not getattr(module, "__file__", None):
            continue
        tree = source_of(module)
        if tree is not None and getattr(module, "__name__", None) == name:
            patched_module(document, module, tree, homes)
    patched_settings(document)


def inside(name, packages):
    return any(name == package or name.startswith(package + ".") for package in packages)


def trusted_folders():
    """Where code of Django, DOT, oauthlib, what they import, and Python's library lies."""
    import django

    folders = [sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib")]
    for name in ("django", "oauth2_provider", "oauthlib", "jwcrypto", "corsheaders", "asgiref", "deprecated", "wrapt"):
        if getattr(sys.modules.get(name), "__file__", None):
            folders.append(os.path.dirname(os.path.abspath(sys.modules[name].__file__)))
    return [os.path.realpath(folder) + os.sep for folder in folders]


def source_of(module):
    try:
        with open(module.__file__, "rb") as file:
            return ast.parse(file.read())
    except (IOError, SyntaxError, ValueError):
        return None


def is_stranger(value):
    """Whether something that has no code of its own to look at comes from outside; functions in C are Python's."""
    if type(value).__name__ in ("builtin_function_or_method", "method_descriptor", "wrapper_descriptor"):
        return False
    return callable(value) and is_foreign(name_of(value))


def file_of(value):
    """The file of the function that is called first; None for what is no function of Python."""
    value = bare(value)
    code = getattr(value, "__code__", None)
    return None if code is None else code.co_filename


def is_trusted(file, homes):
    # Frozen and generated code has no file of its own.
    if file.startswith("<"):
        return True
    path = os.path.realpath(file)
    return any(path.startswith(home) and "-packages" not in path[len(home):] for home in homes)


def patched_module(document, module, tree, homes):
    times = count(tree.body)
    for node in statements(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and hasattr(module, node.name):
            compare(document, module.__name__ + "." + node.name, vars(module).get(node.name), node, homes)
        elif isinstance(node, ast.ImportFrom):
            imports(document, module, node, homes)
        elif isinstance(node, ast.Assign):
            constants(document, module.__name__, vars(module), node, times)


def imports(document, module, node, homes):
    """A name that a module has imported, and that is another object now."""
    package = module.__package__.rsplit(".", node.level - 1)[0] if node.level > 1 else module.__package__
    origin = sys.modules.get(".".join(part for part in (package if node.level else "", node.module) if part))
    for alias in node.names:
        value = vars(module).get(alias.asname or alias.name)
        stock = getattr(origin, alias.name, value)
        file = file_of(value)
        if value is not stock and is_stranger(value) and not (file and is_trusted(file, homes)):
            replaced(document, module.__name__ + "." + (alias.asname or alias.name), value)


def statements(body):
    """Those of a module or class, also below if and try."""
    for node in body:
        yield node
        for part in ("body", "orelse", "finalbody"):
            if isinstance(node, (ast.If, ast.Try)):
                for inner in statements(getattr(node, part, [])):
                    yield inner


def count(body):
    """How often each name is assigned: one that is assigned twice tells nothing."""
    times = collections.Counter()
    for node in ast.walk(ast.Module(body=body, type_ignores=[])):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            times[node.id] += 1
    return times


def compare(document, name, value, node, homes):
    if isinstance(node, ast.ClassDef):
        if not isinstance(value, type):
            return replaced(document, name, value) if is_stranger(value) else None
        if is_foreign(value.__module__):
            return replaced(document, name, value)
        if value.__module__ + "." + value.__name__ == name:
            compare_class(document, name, value, node, homes)
        return
    file = file_of(value)
    if file is not None and not is_trusted(file, homes) or file is None and is_stranger(value):
        replaced(document, name, value)


def compare_class(document, name, cls, node, homes):
    from django.db.models import Model

    if issubclass(cls, Model):
        # What the project does to models has been looked at.
        return
    written = {inner.name for inner in statements(node.body) if isinstance(inner, (ast.FunctionDef, ast.ClassDef))}
    written |= set(count(node.body))
    is_view = any(step.__module__ == "django.views.generic.base" for step in cls.__mro__)
    for key, value in list(vars(cls).items()):
        if key in ("__module__", "__doc__") or isinstance(value, type) and issubclass(value, Model):
            continue
        file = file_of(value)
        if file is not None and not is_trusted(file, homes) or file is None and is_stranger(value):
            replaced(document, name + "." + key, value)
        elif is_view and key not in written and not key.startswith("_") and file is None:
            replaced(document, name + "." + key, value)
    times = count(node.body)
    for inner in node.body:
        if isinstance(inner, ast.Assign):
            constants(document, name, vars(cls), inner, times)


def constants(document, name, values, node, times):
    """A plain value that is no longer what the source says."""
    target = node.targets[0]
    if len(node.targets) != 1 or not isinstance(target, ast.Name) or times[target.id] != 1 or target.id not in values:
        return
    try:
        wanted = ast.literal_eval(node.value)
    except (ValueError, TypeError, SyntaxError):
        return
    found = values[target.id]
    if type(found) in (str, bytes, int, float, bool, list, tuple, dict, set, type(None)) and found != wanted:
        replaced(document, name + "." + target.id, found)


def replaced(document, name, value):
    found = name_of(bare(value))
    if found.startswith(WATCHERS):
        document.note("patch: %s is %s, which only watches" % (name, found))
        return
    place = found if callable(value) or isinstance(value, property) else "another value"
    document.finding("patch: " + name, place, "slash-o does what the original does",
                     "undo it, or keep the paths that need it at Django", danger=True)


def patched_settings(document):
    """Values that code has put into DOT's settings object."""
    try:
        from oauth2_provider.settings import DEFAULTS, oauth2_settings
    except ImportError:
        return
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
