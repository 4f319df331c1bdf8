# Writes TOML: plain values, tables, comments. Python 3.6, nothing but the standard library.
import collections
import re


class Table(collections.OrderedDict):
    """A table of the file; what was not translated belongs to it as comments."""


def key_text(key):
    return key if re.match(r"^[A-Za-z0-9_-]+$", key) else string_text(key)


def string_text(text):
    out = []
    for char in text:
        if char in '"\\':
            out.append("\\" + char)
        elif char == "\n":
            out.append("\\n")
        elif ord(char) < 32 or ord(char) == 127:
            out.append("\\u%04x" % ord(char))
        else:
            out.append(char)
    return '"' + "".join(out) + '"'


def value_text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, str):
        return string_text(value)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(value_text(item) for item in value) + "]"
    if isinstance(value, dict):
        if not value:
            return "{}"
        pairs = ["%s = %s" % (key_text(key), value_text(item)) for key, item in value.items()]
        return "{ " + ", ".join(pairs) + " }"
    raise TypeError("no TOML for %s" % type(value).__name__)


def plain(value):
    """The value in types that TOML has; raises TypeError where it holds something else, or answers by code of its own."""
    own = own_answers(value)
    if own:
        raise TypeError("%s, which has a %s of its own" % (type(value).__name__, own))
    if isinstance(value, (bool, int, float)):
        # The number itself, also of a member of an enumeration.
        return value if type(value) in (bool, int, float) else (int if isinstance(value, int) else float)(value)
    if isinstance(value, str):
        # The text itself, also of a member of an enumeration: str() would give the member's name.
        return str.__str__(value)
    if isinstance(value, dict):
        return collections.OrderedDict((str(plain(key)), plain(item)) for key, item in value.items())
    if isinstance(value, (set, frozenset)):
        return sorted(plain(item) for item in value)
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if hasattr(value, "__fspath__"):
        return str(value)
    if type(value).__name__ == "__proxy__":
        return str(value)
    if type(value).__name__ == "timedelta":
        return int(value.total_seconds())
    raise TypeError(type(value).__name__)


#: What a subclass may say in its own way: how it is made, shown and copied.
NOT_ASKED = set("__new__ __init__ __init_subclass__ __repr__ __doc__ __module__ __dict__ __weakref__ __slots__ __qualname__ __hash__ "
                "__reduce__ __reduce_ex__ __getnewargs__ __getstate__ __setstate__ __copy__ __deepcopy__ __dir__ __sizeof__".split())


def own_answers(value):
    """The name of a method of the project's in the place of one of Python's own types; empty where there is none."""
    base = next((step for step in type(value).__mro__ if step in (str, int, float, dict, list, tuple, set, frozenset)), None)
    if base is None or type(value) is base or type(value).__name__ == "__proxy__":
        return ""
    for step in type(value).__mro__[: type(value).__mro__.index(base)]:
        for name in sorted(vars(step)) if is_strange_module(step.__module__) else ():
            if name in NOT_ASKED or name not in vars(base) and name not in ("__missing__", "__getattr__", "__getattribute__", "__str__", "__format__"):
                continue
            if not is_strange(vars(step)[name]):
                # Such as what `enum` puts into each of its classes.
                continue
            if name in ("__str__", "__format__") and str(value) == base.__str__(value):
                continue
            return name
    return ""


def one_line(text):
    return " ".join(str(text).split())


class Document(object):
    """Lines of the file: top-level keys first, then tables, then what slash-o does not do."""

    def __init__(self):
        self.top = []
        self.tables = collections.OrderedDict()
        self.findings = collections.OrderedDict()
        self.told = []
        #: Backends of the project's own, until it is known who answers at the login page.
        self.own_backends = []
        #: The text of the project's own templates, once it has been read.
        self.pages = None
        #: Templates with frozen tags, by name.
        self.copies = {}

    def _lines(self, table):
        return self.top if table is None else self.tables.setdefault(table, [])

    def put(self, name, value, table=None):
        self._lines(table).append("%s = %s" % (key_text(name), value_text(value)))

    def replace(self, name, value):
        """A setting of Django's whose value another place gives."""
        self.top = [line for line in self.top if not line.startswith("%s = " % name)]
        self.put(name, value)

    def drop(self, name, table):
        """Takes a setting back."""
        self.tables[table] = [line for line in self._lines(table) if not line.startswith("%s = " % key_text(name))]

    def holds(self, name, table=None):
        return any(line.startswith("%s = " % key_text(name)) for line in self._lines(table))

    def comment(self, text, table=None):
        self._lines(table).extend("# " + line for line in text.splitlines())

    def finding(self, name, place="", changes="", instead="", danger=False, kept=False):
        """What the project does and slash-o does not: answers change. `name` is its kind and dotted path.

        `kept`: the setting itself stands in the file, and slash-o finds it there.
        """
        name = one_line(name)
        if name in self.findings:
            return
        parts = [one_line(part) for part in (place, changes, instead)]
        entry = collections.OrderedDict(zip(("name", "place", "changes", "instead"), [name] + parts))
        if danger:
            entry["danger"] = True
        self.findings[name] = None if kept else entry
        danger = "; IT CAN LET SOMEBODY IN OR LEAK A SECRET" if danger else ""
        self.told.append("NOT TRANSLATED: %s: %s%s" % (name, "; ".join(part for part in parts if part), danger))

    def note(self, text, table=None):
        """What changes no answer, and is worth knowing."""
        text = "NOTE: " + one_line(text)
        self.comment(text, table)
        self.told.append(text)

    def text(self):
        parts = ["\n".join(self.top)]
        for header, lines in self.tables.items():
            parts.append("\n".join(["[%s]" % header if not header.startswith("[") else header] + lines))
        for entry in self.findings.values():
            if entry:
                lines = ["%s = %s" % (key, value_text(value)) for key, value in entry.items() if value]
                parts.append("\n".join(["[[server.not_translated]]"] + lines))
        return "\n\n".join(part for part in parts if part) + "\n"


def dotted(value):
    return value if isinstance(value, str) else name_of(value)


def older_name(name):
    """The name that a class of DOT's main branch has in 3.4.1."""
    name = name.replace("oauth2_provider.core.backends_oauthlib.", "oauth2_provider.oauth2_backends.")
    return re.sub(r"^oauth2_provider\.(core|authorization_server|resource_server)\.", "oauth2_provider.", name)


def is_foreign(name):
    """Whether a dotted path is neither Django's, nor DOT's, nor oauthlib's, nor Python's own."""
    return not (name + ".").startswith(("django.", "oauth2_provider.", "oauthlib.", "builtins.", "functools.", "abc."))
