# Templates: folders in search order, what an engine is told, catalogues, static files.


def templates(document, settings):
    """The first engine of Django's own; folders in the order in which it searches."""
    app_dirs, seen, dirs = False, False, []
    for engine in settings.TEMPLATES:
        backend = engine.get("BACKEND")
        if backend != "django.template.backends.django.DjangoTemplates" or seen:
            document.finding("TEMPLATES: " + str(backend), "", "slash-o renders the first engine of Django's own templates only",
                             "write the pages of slash-o's URLs for Django's engine")
            continue
        seen = True
        dirs = [os.path.abspath(str(folder)) for folder in engine.get("DIRS", [])]
        document.copies = copies(document, settings)
        first = [os.path.abspath(FOLDER)] if document.copies else []
        if first + dirs:
            document.put("DIRS", first + dirs, "[[TEMPLATES]]")
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
        hidden_overrides(document, folders, stock, dirs)


def locales(document, settings):
    """The catalogues of the installed apps, in the order in which Django looks; its own come last."""
    import django
    from django.apps import apps

    if not settings.USE_I18N:
        return
    folders = [os.path.join(config.path, "locale") for config in apps.get_app_configs()]
    folders.append(os.path.join(os.path.dirname(os.path.abspath(django.__file__)), "conf", "locale"))
    found = [folder for folder in folders if os.path.isdir(folder)]
    if found:
        document.put("locale_dirs_of_apps", found, "server")


def engine_options(document, options):
    """What a template can tell from: context processors and the like."""
    kept = collections.OrderedDict()
    for name in ("context_processors", "builtins", "string_if_invalid", "autoescape"):
        if name in options:
            try:
                kept[name] = plain(options[name])
            except TypeError as error:
                document.finding("TEMPLATES.OPTIONS: " + name, str(error), "slash-o has Django's default", "say it as plain data")
    if "context_processors" in kept:
        # The others are asked, and what they give becomes data or is named.
        kept["context_processors"] = [one for one in kept["context_processors"] if one.startswith(tuple(PROCESSORS))]
    if "builtins" in kept:
        # Each tag of the others is frozen or named.
        kept["builtins"] = [one for one in kept["builtins"] if one in TAG_MODULES]
    if kept:
        document.put("OPTIONS", kept, "[[TEMPLATES]]")
    if options.get("file_charset"):
        document.finding("TEMPLATES.OPTIONS: file_charset", str(options["file_charset"]), "slash-o reads UTF-8", "write the templates in UTF-8")
    for loader in loaders(options.get("loaders") or []):
        if loader not in ("filesystem", "app_directories"):
            document.finding("TEMPLATES.OPTIONS.loaders: " + loader, "", "slash-o reads folders only", "name them in DIRS")
    if "app_directories" in loaders(options.get("loaders") or [])[:1]:
        document.finding("TEMPLATES.OPTIONS.loaders: app_directories first", "", "slash-o looks into DIRS first",
                         "name the folders of the apps in DIRS, in this order")


def loaders(given):
    """The loaders below a cached one, by the last module of their names."""
    out = []
    for loader in given:
        name, rest = (loader, []) if isinstance(loader, str) else (loader[0], list(loader[1:]))
        if name.endswith("cached.Loader"):
            out.extend(loaders(rest[0] if rest else []))
        elif rest:
            out.append(name + " with arguments")
        else:
            parts = name.split(".")
            out.append(parts[-2] if name.startswith("django.template.loaders.") else name)
    return out


def statics(document, settings):
    if settings.STATIC_ROOT:
        document.put("STATIC_ROOT", os.path.abspath(str(settings.STATIC_ROOT)))
    storage(document, settings)
    for name in ("LANGUAGES", "LOCALE_PATHS", "LANGUAGE_COOKIE_NAME", "MEDIA_URL", "INTERNAL_IPS", "USE_THOUSAND_SEPARATOR"):
        if settings.is_overridden(name):
            put(document, name, getattr(settings, name), UNSET)
    view = dotted(settings.CSRF_FAILURE_VIEW)
    if view != "django.views.csrf.csrf_failure":
        document.finding("CSRF_FAILURE_VIEW: " + view, "", "slash-o shows Django's page, or a template 403_csrf.html",
                         "give a template 403_csrf.html")


#: Storages whose URLs slash-o makes too.
STORAGES = """
django.contrib.staticfiles.storage.StaticFilesStorage django.contrib.staticfiles.storage.ManifestStaticFilesStorage
django.contrib.staticfiles.storage.CachedStaticFilesStorage
whitenoise.storage.CompressedStaticFilesStorage whitenoise.storage.CompressedManifestStaticFilesStorage
""".split()


def storage(document, settings):
    storages = getattr(settings, "STORAGES", None) or {}
    given = storages.get("staticfiles") or {}
    backend = given.get("BACKEND") or getattr(settings, "STATICFILES_STORAGE", "")
    if not backend or backend == STORAGES[0] and not given.get("OPTIONS"):
        return
    if backend not in STORAGES:
        own_storage(document, backend)
        return
    entry = collections.OrderedDict([("BACKEND", backend)])
    strict = (given.get("OPTIONS") or {}).get("manifest_strict")
    if strict is not None:
        entry["OPTIONS"] = {"manifest_strict": bool(strict)}
    document.put("STORAGES", {"staticfiles": entry})
    other = sorted(set(given.get("OPTIONS") or {}) - {"manifest_strict", "location"})
    for name in other:
        document.finding("STORAGES.staticfiles.OPTIONS: " + name, "", "slash-o does not heed it", "say STATIC_URL and STATIC_ROOT")
