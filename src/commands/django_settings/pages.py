# What the project's own pages look up: context processors, form renderers, overrides that Django itself does not use.

#: Django's processors, and those of its companions that a page of slash-o's URLs can do without.
PROCESSORS = "django.template.context_processors. django.contrib.auth.context_processors.auth " \
             "django.contrib.messages.context_processors.messages".split()


def own_folders(settings):
    """Template folders that are neither Django's nor DOT's."""
    import django
    from django.template.utils import get_app_template_dirs

    stock = [os.path.dirname(os.path.abspath(django.__file__)) + os.sep]
    if "oauth2_provider" in sys.modules:
        stock.append(os.path.dirname(os.path.abspath(sys.modules["oauth2_provider"].__file__)) + os.sep)
    folders = [str(folder) for engine in settings.TEMPLATES for folder in engine.get("DIRS", [])]
    folders += [str(folder) for folder in get_app_template_dirs("templates")]
    return [folder for folder in folders if not os.path.abspath(folder).startswith(tuple(stock))]


#: The pages that slash-o shows.
SHOWN_PAGES = ("oauth2_provider/", "registration/", "400.html", "403.html", "404.html", "500.html", "403_csrf.html")


def own_pages(document, settings):
    """The text of the project's templates, "" where it has none for a page of slash-o's."""
    if document.pages is None:
        files = collections.OrderedDict()
        for folder in own_folders(settings):
            for place, _, names in os.walk(folder):
                for name in names:
                    path = os.path.join(place, name)
                    if name.endswith((".html", ".txt")) and os.path.getsize(path) < 1000000:
                        files[path] = os.path.relpath(path, folder).replace(os.sep, "/")
        if not any(name.startswith(SHOWN_PAGES) for name in files.values()):
            files = {}
        texts = []
        for path in files:
            with open(path, "rb") as file:
                texts.append(file.read().decode("utf-8", "replace"))
        document.pages = "\n".join(texts)
    return document.pages


def looks_up(pages, name):
    return re.search(r"(?<![\w.])%s(?!\w)" % re.escape(name), pages) is not None


def processors(document, settings):
    """Context processors of the project's own, asked for the names that its pages look up."""
    for engine in settings.TEMPLATES:
        for name in (engine.get("OPTIONS") or {}).get("context_processors") or []:
            name = dotted(name)
            if not name.startswith(tuple(PROCESSORS)):
                processor(document, settings, name)


def processor(document, settings, name):
    from django.utils.module_loading import import_string

    pages = own_pages(document, settings)
    instead = "write its values into the templates"
    try:
        values = [ask(name, import_string(name), request) for request in sample_requests()]
        names = sorted(set(values[0] or {}) | set(values[1] or {}))
        wanted = [one for one in names if looks_up(pages, one)]
    except (NotAsked, ImportError, TypeError) as error:
        wanted, instead = ["everything it gives"] if pages else [], "%s (it was not asked: %s)" % (instead, error)
    if wanted:
        document.finding("context processor: " + name, "pages look up " + ", ".join(wanted), "these names are empty in slash-o's pages",
                         instead)
    else:
        document.note("context processor: no page of the project looks up what %s gives" % name)


def sample_requests():
    """Two requests that differ in whatever a request can differ in."""
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    for host, path in (("a.slash-o.example", "/"), ("b.slash-o.example", "/o/authorize/?client_id=x")):
        request = RequestFactory(HTTP_HOST=host).get(path)
        request.user, request.session = AnonymousUser(), {}
        request.LANGUAGE_CODE = "en"
        yield request


def hidden_overrides(document, folders, stock, dirs):
    """Overrides that stand behind the app whose page they would replace: Django does not use them."""
    seen = set()
    for folder in folders:
        for place, _, names in os.walk(folder):
            for name in names:
                page = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
                if not page.startswith(SHOWN_PAGES) or any(os.path.exists(os.path.join(own, page)) for own in dirs):
                    continue
                if folder.startswith(tuple(stock)):
                    seen.add(page)
                elif page in seen:
                    document.finding("template: " + page, folder, "Django does not use it, because its app stands behind the app "
                                     "whose page it would replace; slash-o uses it", "remove it, or move its app in front")
