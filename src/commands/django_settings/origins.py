# Whose code something is: by the file that holds its code, where it has one. functools.wraps copies names, not files.
import functools
import sysconfig
import types


def bare(value):
    """The function that is called first: below a property, a class method, a partial, a wrapper of wrapt."""
    for _ in range(10):
        inner = below(value)
        if inner is None:
            break
        value = inner
    return value


def below(value):
    kind = type(value)
    if kind.__name__ in ("FunctionWrapper", "BoundFunctionWrapper"):
        # They say in everything else that they are what they wrap.
        return value._self_wrapper
    if issubclass(kind, property):
        return value.fget
    if issubclass(kind, (staticmethod, classmethod, types.MethodType)):
        return value.__func__
    if issubclass(kind, functools.partial) or kind.__name__ in ("partialmethod", "cached_property"):
        return value.func
    return value.__wrapped__ if kind.__name__ == "_lru_cache_wrapper" else None


def name_of(thing):
    """`module.object` of a class, function or instance. No attribute of an instance is looked up: it may be a lazy one."""
    thing = bare(thing)
    if isinstance(thing, types.FunctionType):
        home = thing.__globals__.get("__name__") or ""
        if is_foreign(home) and not is_foreign(thing.__module__ or ""):
            # functools.wraps has copied Django's name.
            return "%s.%s" % (home, getattr(thing.__code__, "co_qualname", thing.__code__.co_name))
    is_named = isinstance(thing, (type, types.FunctionType, types.BuiltinFunctionType)) or is_of_c(thing)
    thing = thing if is_named else type(thing)
    return "%s.%s" % (getattr(thing, "__module__", None) or "builtins", thing.__qualname__)


def is_of_c(value):
    return type(value).__name__ in ("builtin_function_or_method", "method_descriptor", "wrapper_descriptor", "getset_descriptor",
                                    "member_descriptor", "classmethod_descriptor", "method-wrapper")


#: Where code of Django, DOT, oauthlib, what they import, and Python's library lies; filled by the first question.
HOMES = []


def homes():
    if not HOMES:
        folders = [sysconfig.get_paths()[key] for key in ("stdlib", "platstdlib")]
        for name in ("django", "oauth2_provider", "oauthlib", "jwcrypto", "corsheaders", "asgiref", "deprecated", "wrapt"):
            if getattr(sys.modules.get(name), "__file__", None):
                folders.append(os.path.dirname(os.path.abspath(sys.modules[name].__file__)))
        HOMES.extend(os.path.realpath(folder) + os.sep for folder in folders)
    return HOMES


def is_trusted(file):
    path = os.path.realpath(file)
    return any(path.startswith(home) and "-packages" not in path[len(home):] for home in homes())


#: Packages that Django's own engines are built on.
DRIVERS = ("psycopg", "psycopg2", "psycopg_pool", "MySQLdb", "pymysql")


def is_strange_module(name):
    """Whether a module is none of Django's, DOT's or oauthlib's, nor of Python's own."""
    file = getattr(sys.modules.get(name), "__file__", None)
    if (name or "").startswith("unittest."):
        # A mock is the project's.
        return True
    if (name or "").split(".")[0] in DRIVERS:
        return False
    if file:
        return not is_trusted(file)
    return is_foreign(name or "builtins") and (name or "").split(".")[0] not in sys.builtin_module_names


def is_strange(value):
    """Whether a function, a class or an instance is the project's own, or another package's."""
    value = bare(value)
    if isinstance(value, types.FunctionType):
        file = value.__code__.co_filename
        # Frozen and generated code has no file of its own.
        return is_foreign(value.__globals__.get("__name__") or "") if file.startswith("<") else not is_trusted(file)
    if is_of_c(value):
        return False
    return is_strange_module(getattr(value if isinstance(value, type) else type(value), "__module__", None))
