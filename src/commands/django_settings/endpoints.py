# Where each of DOT's URLs stands in this project: `[server] mount` and `[server.endpoints]`, in as few lines as possible.


class Endpoints(object):
    """URL name to its paths, the advertised one first; `NAMES` are DOT's, by their lists."""

    def __init__(self):
        self.paths = collections.OrderedDict((name, []) for _, name, _ in ENDPOINTS)
        self.told = collections.OrderedDict()
        #: Paths by language, where the languages differ.
        self.by_language = collections.OrderedDict()


def find_endpoints(document, walk):
    """Every callback whose view is DOT's or Django's login, where Django itself would call it."""
    stock, found = stock_views(), Endpoints()
    for route in walk.routes:
        seen = look_behind(route.callback, (route.paths or [""])[0], stock)
        place = route.paths[0] if route.paths else route.name
        if seen is None:
            if any(class_of(view, stock) and is_dots(class_of(view, stock)[1]) for view in [layers(route.callback, stock)[1]]):
                left(document, walk, place, "a view of DOT's with arguments of the project's own")
        elif seen.name in found.paths:
            where = [path for path in route.paths or () if answering(path, route.language) is route.callback]
            if seen.is_called:
                if is_dots(seen.cls) and where:
                    left(document, walk, place, "%s, which calls %s" % (name_of(route.callback), name_of(seen.cls)))
                continue
            if route.paths is None:
                left(document, walk, place, "%s behind a regular expression" % name_of(seen.cls))
            for path in where:
                add(document, walk, found, route, seen, path)
    return found


def add(document, walk, found, route, seen, path):
    if not PLAIN_PATH.match(re.sub(r"<(?:(?:slug|str|int|uuid|path):)?\w+>", "x", path)):
        return left(document, walk, path, name_of(seen.cls))
    if route.loose:
        instead = ("write the URL with path() and a converter, such as <slug:pk>" if "fewer" in route.loose else
                   "let the expression begin with ^ and end with $, or keep the others at Django in the proxy")
        document.finding("URL: %s and others" % path, route.loose, "slash-o answers at this one", instead)
    if path not in found.paths[seen.name]:
        found.paths[seen.name].append(path)
        found.by_language.setdefault(seen.name, collections.OrderedDict()).setdefault(route.language, path)
    found.told.setdefault(path, seen)


#: What slash-o can serve.
PLAIN_PATH = re.compile(r"(?:/(?!/)[A-Za-z0-9._~-]*)+$")


def left(document, walk, place, what):
    """A URL of DOT's that slash-o cannot serve; a mount that cannot be said is told as one."""
    if not any(not is_mount(mount) and (mount is None or str(place).startswith(mount)) for mount in walk.mounts):
        document.finding("URL: %s" % place, what, "slash-o does not serve it", "keep it at Django in the proxy; slash-o check --proxy does")


def is_mount(path):
    return path is not None and path.endswith("/") and PLAIN_PATH.match(path) is not None


def is_dots(cls):
    return name_of(cls).startswith("oauth2_provider.")


def base_of(path, end):
    """What stands before DOT's own spelling; None where the path is spelled otherwise."""
    base = path[: -len(end)] if path.endswith(end) else None
    return base if base is not None and base.endswith("/") and "<" not in base else None


def mounts_of(found, group, hints):
    """Bases below which the URLs stand as DOT spells them: the best one, and those that have the very same URLs."""
    bases = collections.OrderedDict()
    for of, name, ends in ENDPOINTS:
        if (of == "") != (group == ""):
            continue
        for path in found.paths[name]:
            # Without their first spelling there is nothing at the base.
            for base in {base_of(path, end) for end in ends} - {None}:
                bases.setdefault(base, []).append(name)
    if not bases:
        return []
    order = list(bases)
    best = max(order, key=lambda base: (len(set(bases[base])), base in hints, -order.index(base)))
    first_named = [base for base in order if set(bases[base]) == set(bases[best])]
    advertised_at = next((base_of(found.paths[name][0], ends[0]) for _, name, ends in ENDPOINTS if name in bases[best]), best)
    first_named.sort(key=lambda base: (base != advertised_at, order.index(base)))
    return first_named


def advertise(document, found, settings):
    """The path that reverse() gives comes first; where it gives another one DOT's documents name that."""
    from django.urls import NoReverseMatch, reverse

    script = reverse_prefix()
    provider = getattr(settings, P, None) or {}
    has_documents = any(found.paths[one] for one in DOCUMENTS)
    for of, name, ends in ENDPOINTS:
        paths = found.paths[name]
        space = "oauth2_provider:" if of else ""
        if "<" in ends[0]:
            continue
        try:
            path = reverse(space + name)
        except NoReverseMatch:
            path = None
        except Exception as error:
            # Such as (?i) in an expression, from which no path can be made: Django's own pages fail there, too.
            document.finding("URL: reverse(%s%s)" % (space, name), "it raises %s" % type(error).__name__, "slash-o names the path that it serves",
                             "write the URL with path()")
            continue
        path = path[len(script):] if path and script and path.startswith(script) else path
        if path in paths:
            paths.sort(key=lambda one: one != path)
        elif has_documents and name in ADVERTISED and (path or paths) and provider.get(ADVERTISED[name], ADVERTISED[name] is None):
            changes = "DOT's documents name %s, those of slash-o %s" % (path or "no such endpoint", paths[0] if paths else "none")
            if name in DOCUMENTS:
                changes = "DOT makes its issuer of %s, slash-o of %s" % (path or "nothing", paths[0] if paths else "the mount")
            document.finding("URL name: %s%s" % (space, name), "reverse() gives %s" % (path or "nothing"), changes,
                             "give the name to the URL, or say the path that is to be advertised first in [server.endpoints]")


#: The documents, and the names that stand in them, with the setting that each depends on.
DOCUMENTS = ("oauth-server-metadata", "oauth-server-metadata-issuer", "oidc-connect-discovery-info")
ADVERTISED = collections.OrderedDict([
    ("authorize", None), ("token", None), ("revoke-token", None), ("introspect", None), ("jwks-info", "OIDC_ENABLED"),
    ("user-info", "OIDC_ENABLED"), ("rp-initiated-logout", "OIDC_RP_INITIATED_LOGOUT_ENABLED"), ("dcr-register", "DCR_ENABLED"),
    # The issuer is what stands before these.
    ("oidc-connect-discovery-info", "OIDC_ENABLED"), ("oauth-server-metadata", None),
])


def reverse_prefix():
    from django.urls import get_script_prefix

    return get_script_prefix().rstrip("/")


def relative(paths, bases, ends):
    """The spellings as `[server.endpoints]` says them; None where they are DOT's own below each base."""
    out, left = [], list(paths)
    for path in paths:
        if path not in left:
            continue
        base = next((base for base in bases if path.startswith(base)), None)
        rest = path[len(base):] if base else None
        if rest and all(base + rest in left for base in bases):
            out.append(rest)
            left = [one for one in left if one not in [base + rest for base in bases]]
        else:
            out.append(path)
            left.remove(path)
    return None if out == list(ends) else out


def write_endpoints(document, found, bases, group):
    """Lists that are absent, then names: whatever needs fewer lines."""
    said = collections.OrderedDict()
    for of, name, ends in ENDPOINTS:
        if (of == "") == (group == ""):
            said[name] = (of, relative(found.paths[name], bases, ends) if found.paths[name] else False)
    lists = [of for of in collections.OrderedDict.fromkeys(of for of, _ in said.values()) if of]
    lines = collections.OrderedDict()
    base_names = [name for name, (of, _) in said.items() if of in ("base_urlpatterns", "device_urlpatterns")]
    if "base_urlpatterns" in lists and leave_out(said, base_names):
        write_list(lines, "base_urlpatterns", said, base_names)
        lists = [of for of in lists if of not in ("base_urlpatterns", "device_urlpatterns")]
    for of in lists:
        names = [name for name, (one, _) in said.items() if one == of]
        if leave_out(said, names):
            write_list(lines, of, said, names)
        else:
            lines.update((name, value) for name, value in ((n, said[n][1]) for n in names) if value is not None)
    if not group:
        lines.update((name, value) for name, (_, value) in said.items() if value is not None and (bases or value))
    for name, value in lines.items():
        document.put(name, value[0] if isinstance(value, list) and len(value) == 1 else value, "server.endpoints")


def leave_out(said, names):
    """Whether it is shorter to leave the list out and to name what is there; on a tie too: it is never more open."""
    absent = [name for name in names if said[name][1] is False]
    there = [name for name in names if said[name][1] is None]
    return bool(absent) and len(there) + 1 <= len(absent)


def write_list(lines, of, said, names):
    lines[of] = False
    for name in names:
        value = said[name][1]
        if value is not False:
            lines[name] = True if value is None else value


def at_root(document, found, mounts):
    """The documents that also stand at the root: one setting for all of them."""
    names = [(name, ends[0]) for of, name, ends in ENDPOINTS if of == "metadata_urlpatterns" and found.paths[name]]
    if "/" in mounts or not names:
        return
    if all("/" + end in found.paths[name][1:] and any(m + end in found.paths[name] for m in mounts) for name, end in names):
        document.put("metadata_at_root", True, "server")
        for name, end in names:
            found.paths[name].remove("/" + end)


def differences(document, found, group):
    """What the project has put around or changed in a view that slash-o serves."""
    for path, seen in found.told.items():
        if is_dots(seen.cls) != (group == "provider") or seen.name == "login":
            continue
        arguments = dict(seen.arguments)
        if seen.name == "logout":
            next_page(document, "LOGOUT_REDIRECT_URL", arguments)
        texts = seen.told + (["%s.as_view(%s)" % (name_of(seen.cls), ", ".join(sorted(arguments)))] if arguments else [])
        if texts:
            document.finding("URL: " + path, "%s (%s)" % ("; ".join(texts), name_of(seen.cls)),
                             "slash-o answers as %s does" % ("DOT" if group else "Django"), instead_of(seen, texts), danger=True)


def next_page(document, setting, arguments):
    """`next_page` of a view wins over the setting that slash-o has for it."""
    from django.shortcuts import resolve_url

    try:
        path = str(resolve_url(arguments["next_page"])) if arguments.get("next_page") else None
    except Exception:
        path = None
    if path:
        arguments.pop("next_page")
        document.replace(setting, path)


def strangers(document, walk, found, bases, group):
    """Views of the project's own where DOT has one: they stay with Django."""
    own = collections.OrderedDict()
    for route in walk.routes:
        for path in route.paths or ():
            if path not in found.told:
                own.setdefault(path, route)
    for of, name, ends in ENDPOINTS:
        if (of == "") != (group == "") or name == "login":
            continue
        for path in [base + end for base in bases for end in ends]:
            # What is not DOT's own spelling may have another name for its argument.
            route = own.get(path)
            if route is not None and answering(path, route.language) is route.callback:
                document.finding("URL: " + path, name_of(getattr(route.callback, "view_class", route.callback)), "slash-o does not serve it",
                                 "keep this path at Django in the proxy; slash-o check --proxy does")
        for path in found.paths[name]:
            pages_inside(document, own, path)


def pages_inside(document, own, pattern):
    """Pages of the project's own below one of DOT's paths with an argument, such as `applications/new/`."""
    if "<" not in pattern:
        return
    values = {"path": ".+", "slug": "[-a-zA-Z0-9_]+", "int": "[0-9]+"}
    parts = re.split(r"(<[^>]*>)", pattern)
    regex = "".join(values.get(part[1:].split(":")[0], "[^/]+") if part.startswith("<") else re.escape(part) for part in parts)
    for path, route in own.items():
        if "<" not in path and re.match(regex + "$", path) and answering(path, route.language) is route.callback:
            document.finding("URL: " + path, name_of(getattr(route.callback, "view_class", route.callback)),
                             "slash-o takes it for %s" % pattern, "send this path to Django before the line for %s" % pattern)
