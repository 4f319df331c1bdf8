# What a server loads before its first request: receivers and patches in such modules count, so they are loaded first.


def loaded(document, settings):
    from django.template import engines
    from django.urls import get_resolver

    get_resolver().url_patterns
    names = list(settings.MIDDLEWARE) + list(settings.AUTHENTICATION_BACKENDS) + [settings.CSRF_FAILURE_VIEW]
    names += [validator["NAME"] for validator in settings.AUTH_PASSWORD_VALIDATORS]
    names += list(own_processors(settings)) + [name for name in settings.DATABASE_ROUTERS if isinstance(name, str)]
    mine = getattr(settings, "OAUTH2_PROVIDER", None) or {}
    for value in mine.values():
        names += [one for one in (value if isinstance(value, (list, tuple)) else [value]) if isinstance(one, str)]
    for name in names:
        load(name.rpartition(".")[0] if isinstance(name, str) and re.match(r"[A-Za-z_][\w.]*\.\w+$", name) else "")
    load(settings.SESSION_ENGINE)
    try:
        engines.all()
    except Exception as error:
        document.note("TEMPLATES: the engines cannot be made here: %s" % one_line(error))
    entry_point(document, settings, "WSGI_APPLICATION", "django.core.handlers.wsgi.WSGIHandler")
    entry_point(document, settings, "ASGI_APPLICATION", "django.core.handlers.asgi.ASGIHandler")


def load(name):
    """Whoever needs the module says what is wrong with it."""
    import importlib

    try:
        if name:
            importlib.import_module(name)
    except Exception:
        pass


#: Packages whose wrappers change no answer of slash-o's URLs.
HARMLESS_WRAPPERS = ("whitenoise.", "dj_static.")


def entry_point(document, settings, setting, stock):
    """Django's own handler, or what the project has put around it."""
    from django.utils.module_loading import import_string

    name = getattr(settings, setting, None)
    if not name:
        return
    try:
        found = ask(name, import_string, name)
    except NotAsked as error:
        document.note("%s: %s was not loaded: %s" % (setting, name, error))
        return
    inner = getattr(found, "application_mapping", None)
    if isinstance(inner, dict) and name_of(type(found)).startswith("channels."):
        found = inner.get("http", found)
    around = name_of(found)
    if around == stock:
        return
    if around.startswith(WATCHERS + HARMLESS_WRAPPERS):
        document.note("%s: %s around it changes no answer" % (setting, around))
        return
    document.finding("%s: %s" % (setting, name), "%s around Django" % around, "slash-o answers without it",
                     "move what it does into the proxy", danger=True)


#: Package and the distribution that brings it.
PUBLISHED = (("django", "Django"), ("oauth2_provider", "django-oauth-toolkit"), ("oauthlib", "oauthlib"))


def published(document, settings):
    """Whether the files of Django, DOT and oauthlib are those that their distributions have brought."""
    try:
        from importlib import metadata
    except ImportError:
        # Before Python 3.8.
        return
    for package, name in PUBLISHED:
        file = getattr(sys.modules.get(package), "__file__", None)
        if file is None:
            continue
        folder = os.path.dirname(os.path.realpath(file)) + os.sep
        try:
            distribution = metadata.distribution(name)
            files = {os.path.realpath(str(distribution.locate_file(one))): one.hash for one in distribution.files or []}
        except metadata.PackageNotFoundError:
            files = {}
        sums = {path: found for path, found in files.items() if found and path.startswith(folder)}
        if sums:
            changed_files(document, package, folder, sums)
        elif "dist-packages" in folder:
            document.note("package: %s: its files cannot be compared with the published ones: the system's package has no checksums" % package)
        else:
            document.finding("package: " + package, folder, "slash-o does what the published package does",
                             "install %s as it is published" % name, danger=True)


def changed_files(document, package, folder, sums):
    import base64
    import hashlib

    for path, found in sorted(sums.items()):
        if not path.endswith((".py", ".html", ".txt")) or not os.path.exists(path):
            continue
        with open(path, "rb") as file:
            digest = hashlib.new(found.mode, file.read()).digest()
        if base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=") != found.value.rstrip("="):
            document.finding("package: %s/%s" % (package, path[len(folder):]), "it is not as it was published",
                             "slash-o does what the published file does", "install it anew", danger=True)
