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


def page_texts(document, settings):
    """Name to text of the project's templates; nothing where it has none for a page of slash-o's."""
    if document.pages is None:
        texts = collections.OrderedDict()
        for folder in own_folders(settings):
            for place, _, names in os.walk(folder):
                for path in [os.path.join(place, name) for name in names if name.endswith((".html", ".txt"))]:
                    if os.path.getsize(path) < 1000000:
                        with open(path, "rb") as file:
                            text = file.read().decode("utf-8", "replace")
                        page = os.path.relpath(path, folder).replace(os.sep, "/")
                        texts[page] = texts.get(page, "") + "\n" + text
        document.pages = texts if any(name.startswith(SHOWN_PAGES) for name in texts) else {}
    return document.pages


def own_pages(document, settings):
    """The text of all of them."""
    return "\n".join(page_texts(document, settings).values())


def looks_up(pages, name):
    return re.search(r"(?<![\w.])%s(?!\w)" % re.escape(name), pages) is not None


def own_processors(settings):
    """Context processors that slash-o does not have."""
    for engine in settings.TEMPLATES:
        for name in (engine.get("OPTIONS") or {}).get("context_processors") or []:
            if not dotted(name).startswith(tuple(PROCESSORS)):
                yield dotted(name)


def processors(document, settings):
    """Those of the project are asked for the names that its pages look up: plain values become data."""
    for name in own_processors(settings):
        processor(document, settings, name)


def processor(document, settings, name):
    from django.utils.module_loading import import_string

    pages = own_pages(document, settings)
    try:
        function = import_string(name)
        before = len(READ)
        asked_in = [ask(name, in_language, code, function, request) for code, request in sample_requests(settings)]
        for code, request in probing_requests(settings):
            asked_in.append(ask(name, later, code, function, request))
        wanted = [one for one in sorted(set().union(*asked_in)) if looks_up(pages, one)]
    except (NotAsked, ImportError, TypeError, ValueError) as error:
        if pages:
            document.finding("context processor: " + name, "it was not asked: %s" % error, "what it gives is empty in slash-o's pages",
                             "say its values as [server.template_values] in slash-o.local.toml")
        return
    for one in wanted:
        values = [given.get(one, UNSET) for given in asked_in]
        value = template_value(one, values) if len(READ) == before else UNSET
        if value is UNSET:
            document.finding("context processor: %s.%s" % (name, one), "pages look it up, and it is no plain value that is always the same",
                             "it is empty in slash-o's pages", "say it as [server.template_values], or write it into the templates")
        elif not document.holds(one, "server.template_values"):
            document.put(one, value, "server.template_values")


def template_value(name, values):
    """The value as data; UNSET where requests differ, where it is no data, and where it could be a secret."""
    if re.search("KEY|SECRET|TOKEN|PASSWORD", name.upper()) or not re.match(r"[A-Za-z_]\w*$", name):
        return UNSET
    try:
        values = [plain_value(value) for value in values]
    except TypeError:
        return UNSET
    first = values[0]
    return first if all(value == first and type(value) is type(first) for value in values) else UNSET


class Anything(dict):
    """Cookies, a session, parameters, headers: whatever is looked up is there, and is another thing each time."""

    def __init__(self, mark, known=()):
        dict.__init__(self, known)
        self.mark = mark

    def __missing__(self, key):
        return self.mark

    def get(self, key, default=None):
        return dict.get(self, key, self.mark)

    def getlist(self, key, default=None):
        return [self.mark]

    def __contains__(self, key):
        return True

    has_key = __contains__


def probing_requests(settings):
    """Requests that have whatever is looked for, on other paths."""
    from django.contrib.auth import get_user_model
    from django.test import RequestFactory

    for number, path in enumerate(("/accounts/login/", "/o/applications/", "/o/authorize/")):
        mark = "slash-o-probe-%d" % number
        request = RequestFactory(HTTP_HOST=sample_hosts(settings)[0]).get(path)
        request.COOKIES, request.session, request.GET = Anything(mark), Anything(mark), Anything(mark)
        request.headers = Anything(mark, request.headers)
        request.META = Anything(mark, request.META)
        user = get_user_model()()
        setattr(user, user.USERNAME_FIELD, mark)
        user.pk, request.user, request.LANGUAGE_CODE = None, user, settings.LANGUAGE_CODE
        yield settings.LANGUAGE_CODE, request


def later(code, function, request):
    with other_day(500):
        return in_language(code, function, request)


def plain_value(value):
    """Text that a template would not escape is no data: slash-o would escape it."""
    if hasattr(value, "__html__") and re.search("[<>&\"']", value) or value is None:
        raise TypeError(type(value).__name__)
    if isinstance(value, dict):
        return collections.OrderedDict((str(key), plain_value(item)) for key, item in value.items())
    if isinstance(value, (list, tuple)):
        return [plain_value(item) for item in value]
    return plain(value)


def in_language(code, function, request):
    """Lazy texts become texts while the language holds."""
    from django.utils import translation

    with translation.override(code):
        given = function(request) or {}
        return {name: str(value) if type(value).__name__ == "__proxy__" else value for name, value in given.items()}


def sample_requests(settings):
    """Two languages and requests that differ in whatever a request can differ in."""
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import AnonymousUser
    from django.test import RequestFactory

    hosts = sample_hosts(settings)
    codes = [code for code, _ in settings.LANGUAGES] if settings.USE_I18N else [settings.LANGUAGE_CODE]
    first = RequestFactory(HTTP_HOST=hosts[0]).get("/")
    first.user, first.session, first.LANGUAGE_CODE = AnonymousUser(), {}, codes[0]
    yield codes[0], first
    headers = {"HTTP_USER_AGENT": "slash-o (Mobile)", "REMOTE_ADDR": "192.0.2.7", "HTTP_ACCEPT_LANGUAGE": codes[-1],
               "HTTP_REFERER": "https://a.example/", "HTTP_X_REQUESTED_WITH": "XMLHttpRequest", "HTTP_X_FORWARDED_FOR": "192.0.2.8"}
    second = RequestFactory(HTTP_HOST=hosts[1], **headers).post("/o/authorize/?client_id=x&embed=1", {"client_id": "x"}, secure=True)
    second.COOKIES.update({"theme": "dark", "cookie_consent": "1", settings.LANGUAGE_COOKIE_NAME: codes[-1]})
    user = get_user_model()()
    for name in ("is_staff", "is_superuser"):
        if hasattr(user, name):
            setattr(user, name, True)
    second.user, second.session, second.LANGUAGE_CODE = user, {"theme": "dark"}, codes[-1]
    yield codes[-1], second


def sample_hosts(settings):
    """Two hosts that the project answers at; the same one with and without a port where there is no other."""
    names = [name for name in settings.ALLOWED_HOSTS if name != "*"] or (["localhost"] if not settings.ALLOWED_HOSTS else ["a.example"])
    first = "a" + names[0] if names[0].startswith(".") else names[0]
    last = "b" + names[-1] if names[-1].startswith(".") else names[-1]
    return [first, last if last != first else first + ":8001"]


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
