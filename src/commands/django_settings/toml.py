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
    """The value in types that TOML has; raises TypeError where it holds something else."""
    if isinstance(value, (bool, int, float)):
        return value
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


class Document(object):
    """Lines of the file: top-level keys first, then tables."""

    def __init__(self):
        self.top = []
        self.tables = collections.OrderedDict()
        self.answers_change = False
        self.untranslated = []

    def _lines(self, table):
        return self.top if table is None else self.tables.setdefault(table, [])

    def put(self, name, value, table=None):
        self._lines(table).append("%s = %s" % (key_text(name), value_text(value)))

    def holds(self, name, table=None):
        return any(line.startswith("%s = " % key_text(name)) for line in self._lines(table))

    def comment(self, text, table=None):
        self._lines(table).extend("# " + line for line in text.splitlines())

    def not_translated(self, name, found, instead, changes=True, table=None):
        """What is Python code: named in the file and on the terminal."""
        line = "NOT TRANSLATED: %s = %s; %s" % (name, found, instead)
        self.comment(" ".join(line.split()), table)
        self.untranslated.append(line)
        self.answers_change = self.answers_change or changes

    def text(self):
        parts = ["\n".join(self.top)]
        for header, lines in self.tables.items():
            parts.append("\n".join(["[%s]" % header if not header.startswith("[") else header] + lines))
        return "\n\n".join(part for part in parts if part) + "\n"


def name_of(thing):
    """`module.object` of a class, function or instance."""
    thing = thing if hasattr(thing, "__qualname__") else type(thing)
    return "%s.%s" % (thing.__module__, thing.__qualname__)
