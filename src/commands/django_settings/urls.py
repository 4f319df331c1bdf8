# URLs: mounts of the provider, the project's URL names, who answers at the login page.


def static_text(pattern):
    """The text of a pattern without variables, or None."""
    text = getattr(pattern, "_route", None)
    if text is not None:
        return None if "<" in str(text) else str(text)
    text = getattr(pattern, "_regex", None)
    if text is not None:
        text = re.sub(r"\\([./_-])", r"\1", str(text))
        text = text[1:] if text.startswith("^") else text
        text = text[:-1] if text.endswith("$") else text
        text = text[:-2] if text.endswith("\\Z") else text
        return None if re.search(r"[\\()\[\]{}?*+^$|]", text) else text
    prefix = getattr(pattern, "language_prefix", None)
    return prefix if prefix is not None else None


def route_text(pattern):
    """The text of a pattern as slash-o's `[server.urls]` says it, with `<int:pk>` for variables; None if it cannot."""
    text = static_text(pattern)
    if text is not None:
        return text
    text = getattr(pattern, "_route", None)
    if text is not None:
        return str(text)
    text = re.sub(r"\(\?P<(\w+)>(?:[^()\\]|\\.)*\)", r"<\1>", str(pattern._regex))
    text = re.sub(r"\\([./_-])", r"\1", re.sub(r"^\^|\$$|\\Z$", "", text))
    return None if re.search(r"[\\()\[\]{}?*+^$|]", text) else text


class Walk(object):
    """What the resolver holds."""

    def __init__(self):
        self.mounts, self.names, self.views, self.unsaid = [], collections.OrderedDict(), [], []
        #: In which language each mount is resolved.
        self.language, self.languages = None, {}

    def run(self, patterns, prefix="/", namespaces=()):
        for entry in patterns:
            text = route_text(entry.pattern)
            path = None if prefix is None or text is None else prefix + text
            if hasattr(entry, "url_patterns"):
                self.include(entry, path, namespaces)
            else:
                self.view(entry, path, namespaces)

    def include(self, entry, path, namespaces):
        if entry.app_name == "oauth2_provider":
            mount = None if path is None or "<" in path else path
            if mount not in self.mounts:
                self.mounts.append(mount)
                self.languages[mount] = self.language
            inner = namespaces + (entry.namespace or "oauth2_provider",)
        else:
            inner = namespaces + ((entry.namespace,) if entry.namespace else ())
        self.run(entry.url_patterns, path, inner)

    def view(self, entry, path, namespaces):
        name = ":".join(namespaces + (entry.name,)) if entry.name and isinstance(entry.name, str) else None
        if path is None:
            self.unsaid.extend([name] if name else [])
            return
        if "<" not in path:
            self.views.append((path, entry.callback))
        if name and path not in self.names.setdefault(name, []):
            self.names[name].append(path)


def urls(document, settings):
    from django.urls import get_resolver
    from django.utils import translation

    walk = Walk()
    languages = [code for code, _ in settings.LANGUAGES] if settings.USE_I18N else [settings.LANGUAGE_CODE]
    if not any("LocalePrefixPattern" in type(e.pattern).__name__ for e in get_resolver().url_patterns):
        languages = languages[:1]
    for language in languages:
        walk.language = language
        with translation.override(language):
            walk.run(get_resolver().url_patterns)
    mounts = [mount for mount in walk.mounts if mount and mount != "/" and mount.endswith("/")]
    for mount in walk.mounts:
        if mount not in mounts:
            document.finding("mount: %s" % mount, "", "slash-o serves plain paths such as /o/ only", "keep this mount at Django in the proxy")
    loose(document, walk, mounts)
    if mounts:
        document.put("mount", mounts, "server")
    else:
        document.finding("mount: none", "no include of oauth2_provider.urls was found", "slash-o serves /o/",
                         'say [server] mount in slash-o.local.toml')
    overridden(document, walk, mounts)
    if view_at("/.well-known/oauth-authorization-server", settings):
        document.put("metadata_at_root", True, "server")
    accounts(document, settings, walk, mounts)
    names(document, settings, walk)


def loose(document, walk, mounts):
    """DOT's token view that stands alone, outside an include."""
    for path, callback in walk.views:
        cls = getattr(callback, "view_class", None)
        if cls is None or name_of(cls) != "oauth2_provider.views.base.TokenView":
            continue
        mount = path[: -len("token/")]
        if path.endswith("/token/") and mount != "/" and mount not in mounts:
            mounts.append(mount)
        elif not any(path.startswith(known) for known in mounts):
            document.finding("mount: " + path, "DOT's token view", "slash-o answers at MOUNT/token/ only", "keep this path at Django in the proxy")


def overridden(document, walk, mounts):
    """Views of the project in the place of one of DOT's or around it, and views of DOT that it left out."""
    from django.urls import Resolver404, resolve
    from django.utils import translation

    from oauth2_provider import urls as stock

    for mount in mounts:
        absent = []
        for entry in stock.urlpatterns:
            end = route_text(entry.pattern)
            if end is None:
                continue
            try:
                with translation.override(walk.languages.get(mount) or translation.get_language()):
                    callback = resolve(mount + sample(end)).func
            except Resolver404:
                absent.append(mount + end)
                continue
            told = stranger(callback, "oauth2_provider.")
            if told:
                document.finding("URL: %s%s" % (mount, end), told, "slash-o answers as DOT does", "keep this path at Django in the proxy",
                                 danger=True)
        for path in absent:
            document.finding("URL that is absent: " + path, "DOT's URLs that this project leaves out", "slash-o serves it",
                             "let the proxy answer 404 there", danger="applications" in path or "register" in path)


def sample(text):
    """A path that a route matches, with something for each variable."""
    return re.sub(r"<(?:(\w+):)?\w+>", "1", text)


def stranger(callback, home):
    """What stands in the place of a view of `home`, or around it; None where it is the view itself."""
    cls = getattr(callback, "view_class", None)
    found = name_of(cls or callback)
    if not found.startswith(home):
        return found
    changed = getattr(callback, "view_initkwargs", None)
    if changed:
        return "%s.as_view(%s)" % (found, ", ".join(sorted(changed)))
    while callback is not None and hasattr(callback, "__code__"):
        file = callback.__code__.co_filename.replace(os.sep, "/")
        if file.endswith("django/views/generic/base.py"):
            return None
        # Django's own decorators of caching and CSRF change nothing that slash-o does not do.
        if "django/views/decorators/" not in file and "django/utils/" not in file:
            return "%s around %s" % (callback.__code__.co_name + " of " + file.rsplit("/", 1)[-1], found)
        callback = vars(callback).get("__wrapped__")
    return None


def view_at(path, settings):
    """Whether DOT answers there."""
    from django.urls import Resolver404, resolve

    try:
        callback = resolve(path).func
    except Resolver404:
        return False
    return name_of(getattr(callback, "view_class", callback)).startswith("oauth2_provider.")


def accounts(document, settings, walk, mounts):
    """Where Django's own login view is; a login of the project's own stays with Django."""
    from django.contrib.auth.views import LoginView
    from django.shortcuts import resolve_url
    from django.urls import Resolver404, resolve

    script = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    try:
        login = str(resolve_url(settings.LOGIN_URL)).split("?")[0].split("#")[0]
    except Exception:
        login = ""
    login = login[len(script):] if script and login.startswith(script + "/") else login
    try:
        callback = resolve(login).func if login.startswith("/") else None
    except Resolver404:
        callback = None
    stock = [path for path, view in walk.views if getattr(view, "view_class", None) is LoginView]
    own = callback is not None and getattr(callback, "view_class", None) is not LoginView
    if own:
        document.put("accounts", "", "server")
        document.note("LOGIN_URL: %s: the login page stays with Django" % name_of(getattr(callback, "view_class", callback)), "server")
        for name in document.own_backends:
            document.note("AUTHENTICATION_BACKENDS: %s: Django asks it, because the login page stays there" % name, "server")
        return
    for name in document.own_backends:
        document.finding("AUTHENTICATION_BACKENDS: " + name, "", "slash-o's login page asks ModelBackend only",
                         "[server] accounts = \"\" leaves the login to Django", danger=True, kept=True)
    for path in stock:
        if path.endswith("/login/") and path != "/login/":
            folder = path[: -len("login/")]
            if folder != "/accounts/" and not any(folder.startswith(m) or m.startswith(folder) for m in mounts):
                document.put("accounts", folder, "server")
            break
    changed = getattr(callback, "view_initkwargs", None)
    if changed:
        login_arguments(document, settings, login, changed)
    folder = next((path[: -len("login/")] for path in stock if path.endswith("/login/") and path != "/login/"), "/accounts/")
    for end in ("login/", "logout/", "password_change/", "password_change/done/"):
        try:
            found = resolve(folder + end).func
        except Resolver404:
            document.note("URL %s%s: not in this project; slash-o has a page there: let the proxy answer 404" % (folder, end), "server")
            continue
        told = stranger(found, "django.contrib.auth.views.")
        if told and not (end == "login/" and changed):
            document.finding("URL: " + folder + end, told, "slash-o answers as Django does", "keep this path at Django in the proxy",
                             danger=True)


def login_arguments(document, settings, login, changed):
    """LoginView.as_view(...): what can be said is written, the rest is named."""
    for name, value in sorted(changed.items()):
        if name == "template_name" and value == "registration/login.html" or name == "redirect_authenticated_user" and not value:
            continue
        if name == "extra_context":
            extra_context(document, settings, login, value or {})
            continue
        instead = {"template_name": "give the template as registration/login.html",
                   "redirect_authenticated_user": "keep the login at Django: whoever is logged in sees slash-o's form again"}
        document.finding("LoginView: %s.%s" % (login, name), dotted(value) if callable(value) else repr(value),
                         "slash-o's login page does without it", instead.get(name, "keep the login at Django"))


def extra_context(document, settings, login, values):
    """Plain values that no other page looks up."""
    pages = page_texts(document, settings)
    others = "\n".join(text for page, text in pages.items() if page != "registration/login.html")
    for name, value in values.items():
        data = template_value(name, value, value)
        if not looks_up(own_pages(document, settings), name):
            continue
        if data is UNSET or looks_up(others, name):
            document.finding("LoginView: %s.extra_context.%s" % (login, name), "", "it is empty in slash-o's pages",
                             "write it into the template registration/login.html")
        elif not document.holds(name, "server.template_values"):
            document.put(name, data, "server.template_values")


def handlers(document, settings):
    """Error pages that are functions of the project."""
    from django.urls import get_resolver

    module = get_resolver().urlconf_module
    for status in ("400", "403", "404", "500"):
        found = getattr(module, "handler" + status, None)
        if found is not None and is_foreign(dotted(found)):
            document.finding("handler%s: %s" % (status, dotted(found)), "the URL configuration", "slash-o shows Django's page, or the template "
                             "%s.html" % status, "write the page as the template %s.html" % status)


def names(document, settings, walk):
    """The project's own URL names that its templates or settings use; those of the provider are slash-o's."""
    script = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    kept = collections.OrderedDict()
    for name, paths in walk.names.items():
        if not name.startswith("oauth2_provider:"):
            kept[name] = [script + path for path in paths]
    used = own_pages(document, settings) + " ".join(
        str(value) for value in [settings.LOGIN_URL, settings.LOGIN_REDIRECT_URL, settings.LOGOUT_REDIRECT_URL,
                                 (getattr(settings, P, None) or {}).get("OIDC_RP_INITIATED_REGISTRATION_URL")])
    for name, paths in kept.items():
        if name not in used:
            continue
        document.put(name, paths[0] if len(paths) == 1 else paths, "server.urls")
    for name in collections.OrderedDict.fromkeys(walk.unsaid):
        if name not in kept and not name.startswith("oauth2_provider:"):
            if name in own_pages(document, settings):
                document.finding("URL name: " + name, "a regular expression", "templates that name it do not work",
                                 "say its path in [server.urls] in slash-o.local.toml")
