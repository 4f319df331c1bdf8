# What the URL resolver holds: every route with the paths that it stands for, in each language.
import itertools

#: The module that takes a regular expression apart.
REGEX_PARSER = getattr(re, "_parser", None) or getattr(re, "sre_parse", None)
#: More spellings of one regular expression are not written down.
MOST_SPELLINGS = 16
#: What a group of a regular expression takes, as `path()` says it.
GROUPS = {"[\\w-]+": "slug", "[-\\w]+": "slug", "[-a-zA-Z0-9_]+": "slug", "[a-zA-Z0-9_-]+": "slug", "\\d+": "int", "[0-9]+": "int",
          "[^/]+": "str", ".+": "path",
          # Django's own word for it; the hyphen is never in a key that is a number or a word.
          "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}": "uuid"}


class Route(object):
    """One entry of the resolver: its callback, its name, and its paths, the one that reverse() gives first."""

    def __init__(self, entry, paths, namespaces, language, loose):
        self.callback, self.paths, self.language, self.loose = entry.callback, paths, language, loose
        self.name = ":".join(namespaces + (entry.name,)) if isinstance(entry.name, str) else None


class Walk(object):
    """All routes; `said` says how an entry reads where it is no plain path."""

    def __init__(self):
        self.routes, self.mounts, self.language = [], [], None

    def run(self, patterns, prefixes=("/",), namespaces=(), loose=""):
        for entry in patterns:
            texts, is_loose = spellings(entry.pattern, hasattr(entry, "url_patterns"))
            paths = None if prefixes is None or texts is None else [a + b for a in prefixes for b in texts]
            if hasattr(entry, "url_patterns"):
                inner = namespaces + ((entry.namespace,) if entry.namespace else ())
                if entry.app_name == "oauth2_provider":
                    self.mounts.extend(path for path in paths or [None] if path not in self.mounts)
                self.run(entry.url_patterns, paths, inner, loose or is_loose)
            else:
                self.routes.append(Route(entry, paths, namespaces, self.language, loose or is_loose))


def walk_urls(settings):
    """Each language has paths of its own where `i18n_patterns` is used."""
    from django.urls import get_resolver
    from django.utils import translation

    walk = Walk()
    languages = [settings.LANGUAGE_CODE]
    # Without the middleware LANGUAGE_CODE is the only language that is ever active.
    if language_patterns(settings) is not None and has_locale_middleware(settings):
        languages += [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
    for language in languages:
        walk.language = language
        with translation.override(language):
            walk.run(get_resolver().url_patterns)
    return walk


def spellings(pattern, is_include):
    """The texts that a pattern stands for, with `<slug:pk>` for variables, and in words what else is to say of it.

    None where it cannot be said.
    """
    route = getattr(pattern, "_route", None)
    if route is not None:
        return [str(route)], ""
    prefix = getattr(pattern, "language_prefix", None)
    if prefix is not None:
        return [prefix], ""
    text = str(pattern._regex)
    try:
        parsed = REGEX_PARSER.parse(text)
        state = getattr(parsed, "state", None) or parsed.pattern
        if state.flags & (re.I | re.X):
            return None, ""
        groups = {number: name for name, number in state.groupdict.items()}
        items = list(parsed)
        is_open = not (is_at(items[:1], "AT_BEGINNING") and (is_include or is_at(items[-1:], "AT_END")))
        texts = texts_of(items, groups, text)
        # `<pk>` stands where `path()` has no word for what the group takes.
        is_unsaid = any(re.search(r"<\w+>", one) for one in texts)
        return texts, "a regular expression that also matches other paths" if is_open and text else (
            "a regular expression that takes fewer paths" if is_unsaid else "")
    except (re.error, LookupError, ValueError, AttributeError):
        return None, ""


def is_at(items, place):
    return bool(items) and str(items[0][0]) == "AT" and str(items[0][1]).startswith(place)


def texts_of(items, groups, text):
    """Every text that these parts of a regular expression match; ValueError where they are too many."""
    parts = []
    for kind, value in items:
        kind = str(kind)
        if kind == "LITERAL":
            parts.append([chr(value)])
        elif kind == "AT":
            continue
        elif kind == "ANY":
            # A dot that nobody has escaped: `jwks.json`.
            parts.append(["."])
        elif kind == "IN" and all(str(one) == "LITERAL" for one, _ in value):
            parts.append([chr(code) for _, code in value])
        elif kind == "BRANCH":
            parts.append([one for branch in value[1] for one in texts_of(branch, groups, text)])
        elif kind in ("MAX_REPEAT", "MIN_REPEAT") and value[0] == 0 and value[1] == 1:
            parts.append([""] + texts_of(value[2], groups, text))
        elif kind == "SUBPATTERN" and value[0] in groups:
            parts.append(["<%s>" % argument(groups[value[0]], text)])
        elif kind == "SUBPATTERN" and value[0] is None and not value[1]:
            parts.append(texts_of(value[3], groups, text))
        else:
            raise ValueError(kind)
    found = list(collections.OrderedDict.fromkeys("".join(one) for one in itertools.product(*parts)))
    if len(found) > MOST_SPELLINGS:
        raise ValueError("too many")
    return found


def argument(name, text):
    """`slug:pk`, or the bare name where `path()` has no word for what it takes."""
    start = text.index("(?P<%s>" % name) + len(name) + 5
    depth, end = 1, start
    while depth:
        depth += {"(": 1, ")": -1}.get(text[end], 0) if text[end - 1] != "\\" else 0
        end += 1
    word = GROUPS.get(text[start:end - 1])
    return "%s:%s" % (word, name) if word else name


def sample(text):
    """A path that a route matches, with something for each variable."""
    return re.sub(r"<(?:(\w+):)?\w+>", lambda m: "0" * 8 + "-0000-0000-0000-" + "0" * 12 if m.group(1) == "uuid" else "1", text)


def answering(path, language=None):
    """The callback that Django calls there; None for 404."""
    from django.urls import Resolver404, resolve
    from django.utils import translation

    try:
        with translation.override(language or translation.get_language()):
            return resolve(sample(path)).func
    except Resolver404:
        return None
