# What the source text of a module or class says without being run.

UNKNOWN = object()
#: How a translated text begins in Django's and DOT's sources.
TRANSLATORS = ("_", "gettext_lazy", "ugettext_lazy", "gettext", "gettext_noop")
PLAIN_TYPES = (str, bytes, int, float, bool, type(None))


class Source(object):
    def __init__(self, body, decorators=()):
        #: A decorator of the class may wrap its methods.
        self.is_decorated = bool(decorators)
        #: How often each name is assigned: one that is assigned twice tells nothing.
        self.times = collections.Counter()
        self.functions = collections.defaultdict(list)
        self.values = {}
        for node in ast.walk(ast.Module(body=body, type_ignores=[])):
            if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                self.times[node.id] += 1
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                self.times.update(alias.asname or alias.name for alias in node.names)
        for node in statements(body):
            if isinstance(node, FUNCTIONS):
                self.functions[node.name].append(node)
            if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and self.times[node.targets[0].id] == 1:
                self.values[node.targets[0].id] = self.said(node.value)

    def said(self, node):
        """The value of an expression; UNKNOWN where that takes running it."""
        try:
            return ast.literal_eval(node)
        except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
            pass
        if isinstance(node, ast.Name):
            return self.values.get(node.id, UNKNOWN)
        if isinstance(node, (ast.Tuple, ast.List)):
            return UNKNOWN if any(isinstance(item, ast.Starred) for item in node.elts) else [self.said(item) for item in node.elts]
        if isinstance(node, ast.Dict):
            pairs = [(UNKNOWN if key is None else self.said(key), self.said(item)) for key, item in zip(node.keys, node.values)]
            return dict(pairs) if all(isinstance(key, PLAIN_TYPES) for key, _ in pairs) else UNKNOWN
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in TRANSLATORS and len(node.args) == 1:
            return self.said(node.args[0])
        return UNKNOWN


def differs(found, wanted):
    """Whether a value is surely another one than the source says. What begins empty is filled by Django itself."""
    if wanted is UNKNOWN or wanted in ([], {}, (), set()):
        return False
    if type(found).__name__ == "__proxy__":
        from django.utils import translation

        with translation.override(None):
            found = str(found)
    if isinstance(found, dict) and isinstance(wanted, dict):
        return set(found) != set(wanted) or any(differs(found[key], wanted[key]) for key in wanted)
    if isinstance(found, (list, tuple)) and isinstance(wanted, (list, tuple)):
        return len(found) != len(wanted) or any(differs(one, other) for one, other in zip(found, wanted))
    if isinstance(wanted, (dict, list, tuple)):
        return type(found) in PLAIN_TYPES
    return type(found) in PLAIN_TYPES + (list, tuple, dict, set) and found != wanted
