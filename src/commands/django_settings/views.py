# Which of DOT's and Django's views stands behind a callback, and what the project has put around it or changed in it.

#: Decorators around which slash-o's answers are the same.
SAME_ANSWER = {"sensitive_post_parameters", "sensitive_variables", "non_atomic_requests", "login_not_required"}
#: What Django's own login pages have already.
AROUND_ACCOUNTS = {"never_cache", "csrf_protect"}
#: Attributes of a class that are no answers.
NO_ANSWER = set("__module__ __doc__ __qualname__ __dict__ __weakref__ __firstlineno__ __static_attributes__ __annotations__".split())


def stock_views():
    """View class to its URLs: pairs of the name and the names of the arguments."""
    from django.contrib.auth import views as auth

    found = collections.OrderedDict()
    try:
        from oauth2_provider import urls as stock

        patterns = stock.urlpatterns
    except ImportError:
        patterns = []
    for entry in patterns:
        names = sorted(entry.pattern.regex.groupindex)
        found.setdefault(entry.callback.view_class, []).append((entry.name, names, entry.callback))
    for name, cls in (("login", auth.LoginView), ("logout", auth.LogoutView), ("password_change", auth.PasswordChangeView),
                      ("password_change_done", auth.PasswordChangeDoneView)):
        found[cls] = [(name, [], cls.as_view())]
    return found


class Seen(object):
    """What stands behind a callback: the URL's name, the class, and what is different, in words."""

    def __init__(self, name, cls, told, arguments, is_called):
        self.name, self.cls, self.told, self.arguments = name, cls, told, arguments
        #: Only named in a function of the project's, which answers as it likes.
        self.is_called = is_called


def look_behind(callback, path, stock):
    """The view of DOT's or Django's behind a callback; None where there is none."""
    around, inner = layers(callback, stock)
    called = None if class_of(inner, stock) else named_in(inner, stock)
    cls, base = class_of(called or inner, stock) or (None, None)
    if base is None:
        return None
    wanted = sorted(re.findall(r"<(?:\w+:)?(\w+)>", path or ""))
    matching = [(name, one) for name, names, one in stock[base] if names == wanted]
    if not matching:
        return None
    name, own = matching[0]
    arguments = dict(getattr(inner, "view_initkwargs", None) or {})
    told = [text for text in (around_text(one, base, own) for one in around) if text]
    told += marks_on(callback, own)
    told += subclass(cls, base) if called is None else ["%s calls it" % name_of(inner)]
    return Seen(name, base, told, {key: value for key, value in arguments.items() if not same_value(value, getattr(base, key, UNSET))},
                called is not None)


def class_of(view, stock):
    """Class of a view, and the one of DOT's or Django's that it is or comes from; None for another view."""
    cls = view if isinstance(view, type) else getattr(view, "view_class", None)
    base = next((step for step in getattr(cls, "__mro__", ()) if step in stock), None)
    return (cls, base) if base else None


def layers(callback, stock):
    """The functions around a view, the outermost first, and the view itself. Nothing is called."""
    around = []
    for _ in range(20):
        code = getattr(callback, "__code__", None)
        if type(callback).__name__ == "partial":
            around.append("functools.partial")
            callback = callback.func
        elif isinstance(callback, type) or code is None:
            return around, callback
        elif code.co_filename.replace(os.sep, "/").endswith("django/views/generic/base.py"):
            return around, callback
        else:
            inner = vars(callback).get("__wrapped__") or held(callback, stock)
            if inner is None:
                return around, callback
            around.append(callback)
            callback = inner
    return around, callback


def held(function, stock):
    """The view that a decorator without functools.wraps holds in its closure."""
    for cell in function.__closure__ or ():
        try:
            value = cell.cell_contents
        except ValueError:
            continue
        if class_of(layers(value, stock)[1] if hasattr(value, "__code__") else value, stock):
            return value
    return None


def named_in(function, stock):
    """A view that a function of the project names."""
    code = getattr(function, "__code__", None)
    if code is None or not is_foreign(function.__module__ or ""):
        return None
    named = [function.__globals__.get(name) for name in code.co_names]
    named += [vars(module).get(name) for module in named if type(module) is type(sys) for name in code.co_names]
    return next((value for value in named if class_of(value, stock)), None)


def around_text(layer, base, own):
    """What a decorator is called; nothing where it changes no answer."""
    if isinstance(layer, str):
        return "%s around it" % layer
    code = layer.__code__
    file = code.co_filename.replace(os.sep, "/")
    name = decorator_name(layer)
    accounts = name_of(own.view_class).startswith("django.")
    if "django/views/decorators/" in file or "django/utils/decorators.py" in file or "django/contrib/auth/decorators.py" in file:
        if name in SAME_ANSWER or accounts and name in AROUND_ACCOUNTS:
            return None
        if name == "csrf_exempt" and getattr(own, "csrf_exempt", False):
            return None
        if name == "login_required" and any(one.__name__ == "LoginRequiredMixin" for one in base.__mro__) and base.__name__ != "AuthorizationView":
            return None
        if name == "csrf_protect" and not getattr(own, "csrf_exempt", False):
            return None
        return "Django's decorator %s around it" % name
    return "%s of %s around it" % (code.co_name, file.rsplit("/", 1)[-1])


#: What Django's middlewares look up on the function behind a URL, and what they take where it is not there.
MARKS = (("csrf_exempt", False), ("login_required", True), ("login_url", None), ("redirect_field_name", None))


def marks_on(callback, own):
    """Such attributes that say something else than those of DOT's or Django's own view."""
    from django.conf import settings

    needs_login = "django.contrib.auth.middleware.LoginRequiredMiddleware" in settings.MIDDLEWARE
    out = []
    for name, default in MARKS if needs_login else MARKS[:1]:
        mine = getattr(callback, name, default)
        if not same_value(mine, getattr(own, name, default)):
            out.append("%s = %s on it" % (name, mine if isinstance(mine, (bool, str, type(None))) else type(mine).__name__))
    return out


#: Name of Django's middleware to the decorator that it stands in; conditional_page is made of another class than it says.
DECORATORS = {"CsrfViewMiddleware": "csrf_protect", "GZipMiddleware": "gzip_page", "ConditionalGetMiddleware": "conditional_page",
              "CacheMiddleware": "cache_page", "_EnsureCsrfToken": "requires_csrf_token", "_EnsureCsrfCookie": "ensure_csrf_cookie"}


def decorator_name(layer):
    """Django's name of the decorator that made this function."""
    from django.utils import decorators

    def holds(code):
        return any(inner == layer.__code__ or holds(inner) for inner in code.co_consts if hasattr(inner, "co_code"))

    file = layer.__code__.co_filename
    for module in [one for name, one in sorted(sys.modules.items()) if name.startswith(("django.views.decorators.", "django.contrib.auth.deco"))]:
        for name, value in vars(module).items():
            code = getattr(value, "__code__", None)
            if code is not None and code.co_filename == file and holds(code):
                return "login_required" if name == "user_passes_test" and asks_for_login(layer) else name
    if layer.__code__.co_filename == decorators.__file__:
        # Made from a middleware, which the closure holds.
        for cell in layer.__closure__ or ():
            middleware = type(cell.cell_contents).__name__
            if middleware in DECORATORS or middleware.endswith("Middleware"):
                return DECORATORS.get(middleware, middleware)
    return layer.__code__.co_name


def asks_for_login(layer):
    """Whether the test of user_passes_test is the one of login_required."""
    tests = [cell.cell_contents for cell in layer.__closure__ or () if getattr(cell.cell_contents, "__name__", "") == "<lambda>"]
    return any(test.__module__ == "django.contrib.auth.decorators" for test in tests)


def subclass(cls, base):
    """What a subclass of the project does in another way; nothing where it is only another name."""
    if cls is base:
        return []
    methods, attributes = [], []
    for step in cls.__mro__[: cls.__mro__.index(base)]:
        if step in base.__mro__:
            continue
        for name, value in vars(step).items():
            if name in NO_ANSWER or value is getattr(base, name, UNSET):
                continue
            if bare(value) is not value or callable(value) and not isinstance(value, type):
                methods.append(name)
            elif not same_value(value, getattr(base, name, UNSET)):
                attributes.append(name)
    out = ["%s overrides %s" % (name_of(cls), ", ".join(sorted(set(methods))))] if methods else []
    return out + (["%s sets %s" % (name_of(cls), ", ".join(sorted(set(attributes))))] if attributes else [])


def same_value(one, other):
    """Also of texts that are made late, such as reverse_lazy()."""
    try:
        return one == other or str(one) == str(other)
    except Exception:
        return False


def instead_of(seen, texts):
    """How the operator may say it."""
    text = " ".join(texts)
    if "template_name" in text:
        return "give the page as the template %s" % seen.cls.template_name
    if "login_url" in text:
        return "say it as LOGIN_URL"
    if "ratelimit" in text:
        return "say it as [server.limits], then accept this"
    return "keep this path at Django in the proxy"
