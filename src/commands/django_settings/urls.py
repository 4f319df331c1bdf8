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


class Walk(object):
    """What the resolver holds, with static paths only."""

    def __init__(self):
        self.mounts, self.names, self.views = [], collections.OrderedDict(), []

    def run(self, patterns, prefix="/", namespaces=()):
        for entry in patterns:
            text = static_text(entry.pattern)
            path = None if prefix is None or text is None else prefix + text
            if hasattr(entry, "url_patterns"):
                self.include(entry, path, namespaces)
            else:
                self.view(entry, path, namespaces)

    def include(self, entry, path, namespaces):
        if entry.app_name == "oauth2_provider":
            if path not in self.mounts:
                self.mounts.append(path)
            inner = namespaces + (entry.namespace or "oauth2_provider",)
        else:
            inner = namespaces + ((entry.namespace,) if entry.namespace else ())
        self.run(entry.url_patterns, path, inner)

    def view(self, entry, path, namespaces):
        if path is None:
            return
        self.views.append((path, entry.callback))
        if entry.name and isinstance(entry.name, str):
            self.names.setdefault(":".join(namespaces + (entry.name,)), path)


def urls(document, settings):
    from django.urls import get_resolver
    from django.utils import translation

    walk = Walk()
    languages = [code for code, _ in settings.LANGUAGES] if settings.USE_I18N else [settings.LANGUAGE_CODE]
    if not any("LocalePrefixPattern" in type(e.pattern).__name__ for e in get_resolver().url_patterns):
        languages = languages[:1]
    for language in languages:
        with translation.override(language):
            walk.run(get_resolver().url_patterns)
    mounts = [mount for mount in walk.mounts if mount and mount != "/" and mount.endswith("/")]
    for mount in walk.mounts:
        if mount not in mounts:
            document.not_translated("mount", repr(mount), "slash-o serves plain paths such as /o/", table="server")
    loose(document, walk, mounts)
    if mounts:
        document.put("mount", mounts, "server")
    else:
        document.not_translated("mount", "no include of oauth2_provider.urls found", 'say mount = ["/o/"]', table="server")
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
            document.not_translated("mount", path, "slash-o answers at MOUNT/token/", table="server")


def overridden(document, walk, mounts):
    """A view of the project in the place of one of DOT's."""
    from django.urls import Resolver404, resolve

    for mount in mounts:
        for end in ("authorize/", "token/", "revoke_token/", "introspect/", "device/", "device-authorization/",
                    "userinfo/", "logout/", "register/", ".well-known/openid-configuration", ".well-known/jwks.json"):
            try:
                callback = resolve(mount + end).func
            except Resolver404:
                continue
            found = name_of(getattr(callback, "view_class", callback))
            if not found.startswith("oauth2_provider."):
                document.not_translated("URL %s%s" % (mount, end), found,
                                        "slash-o answers as DOT does: keep this path at Django in the proxy", table="server")


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
        document.not_translated("LOGIN_URL", name_of(getattr(callback, "view_class", callback)),
                                "the login page stays with Django", changes=False, table="server")
        return
    for path in stock:
        if path.endswith("/login/") and path != "/login/":
            folder = path[: -len("login/")]
            if folder != "/accounts/" and not any(folder.startswith(m) or m.startswith(folder) for m in mounts):
                document.put("accounts", folder, "server")
            break
    changed = getattr(callback, "view_initkwargs", None)
    if changed:
        document.not_translated("LoginView.as_view()", ", ".join(sorted(changed)),
                                "give the template as registration/login.html", table="server")


def names(document, settings, walk):
    """The project's own URL names; those of the provider and of the accounts are slash-o's."""
    script = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    kept = collections.OrderedDict()
    for name, path in walk.names.items():
        if not name.startswith("oauth2_provider:"):
            kept[name] = script + path
    for name, path in kept.items():
        document.put(name, path, "server.urls")


def templates(document, settings):
    """The first engine of Django's own; folders in the order in which it searches."""
    app_dirs, seen = False, False
    for engine in settings.TEMPLATES:
        backend = engine.get("BACKEND")
        if backend != "django.template.backends.django.DjangoTemplates" or seen:
            document.not_translated("TEMPLATES", backend, "slash-o renders the first engine of Django's own templates only")
            continue
        seen = True
        dirs = [os.path.abspath(str(folder)) for folder in engine.get("DIRS", [])]
        if dirs:
            document.put("DIRS", dirs, "[[TEMPLATES]]")
        options = engine.get("OPTIONS") or {}
        engine_options(document, options)
        loaders = json.dumps(options.get("loaders") or [], default=str)
        app_dirs = engine.get("APP_DIRS") or "app_directories" in loaders
    if app_dirs:
        from django.template.utils import get_app_template_dirs

        import django
        import oauth2_provider

        stock = [os.path.dirname(os.path.abspath(module.__file__)) + os.sep for module in (django, oauth2_provider)]
        folders = [str(folder) for folder in get_app_template_dirs("templates")]
        document.put("template_dirs_of_apps", [f for f in folders if not f.startswith(tuple(stock))], "server")


def engine_options(document, options):
    """What a template can tell from: context processors and the like."""
    kept = collections.OrderedDict()
    for name in ("context_processors", "builtins", "string_if_invalid", "autoescape"):
        if name in options:
            kept[name] = plain(options[name])
    if kept:
        document.put("OPTIONS", kept, "[[TEMPLATES]]")


def statics(document, settings):
    if settings.STATIC_ROOT:
        document.put("STATIC_ROOT", os.path.abspath(str(settings.STATIC_ROOT)))
    storages = getattr(settings, "STORAGES", None) or {}
    backend = (storages.get("staticfiles") or {}).get("BACKEND") or getattr(settings, "STATICFILES_STORAGE", "")
    if backend and backend != "django.contrib.staticfiles.storage.StaticFilesStorage":
        document.put("STORAGES", {"staticfiles": {"BACKEND": backend}})
    for name in ("LANGUAGES", "LOCALE_PATHS", "LANGUAGE_COOKIE_NAME", "MEDIA_URL", "INTERNAL_IPS", "USE_THOUSAND_SEPARATOR"):
        if settings.is_overridden(name):
            put(document, name, getattr(settings, name), UNSET)
    if settings.is_overridden("CSRF_FAILURE_VIEW"):
        document.not_translated("CSRF_FAILURE_VIEW", dotted(settings.CSRF_FAILURE_VIEW), "give a template 403_csrf.html")
