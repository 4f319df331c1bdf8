# Error pages that are functions of the project: one that shows a template as Django's own would is a copy that extends it, every
# other one is named.


def own_handlers():
    """Status to dotted path."""
    from django.urls import get_resolver

    module = get_resolver().urlconf_module
    found = [(status, getattr(module, "handler" + status, None)) for status in ("400", "403", "404", "500")]
    return collections.OrderedDict((status, dotted(one)) for status, one in found if one is not None and is_foreign(dotted(one)))


def handler_copies(settings, engine):
    """Name of Django's error page to a template that extends the one that the project's function shows."""
    import hashlib

    out = collections.OrderedDict()
    for status, path in own_handlers().items() if engine and not TO_STDOUT else []:
        try:
            name = ask(path, shown_by_handler, settings, status, rows=False)
        except NotAsked:
            continue
        if name is not None and name != status + ".html":
            origin = engine.get_template(name).origin.name
            with open(origin, "rb") as template:
                text = template.read().decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
            digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
            out[status + ".html"] = '%s%s, sha256 %s #}{%% extends "%s" %%}' % (MARK, origin, digest, name)
    return out


def shown_by_handler(settings, status):
    """The template, where every answer is what Django's own handler would make of it; else None."""
    from django.core import mail
    from django.core.exceptions import PermissionDenied, SuspiciousOperation
    from django.http import Http404
    from django.urls import Resolver404, get_resolver
    from django.utils import translation

    handler = get_resolver().resolve_error_handler(int(status))
    exceptions = {"400": [SuspiciousOperation("odd")], "403": [PermissionDenied("no"), PermissionDenied()],
                  "404": [Http404("nothing"), Resolver404({"path": "x", "tried": []})], "500": [None]}[status]
    names = set()
    for exception in exceptions:
        for code, request in sample_requests(settings):
            if request.method == "POST":
                # A path that Django's own handler escapes.
                request.path = request.path_info = "/\u00e4 b/'<x>"
            with translation.override(code):
                response, seen = answer_of(handler, request, exception)
                if response.status_code != int(status) or not seen or not is_plain_page(response):
                    return None
                if response.content.decode("utf-8") != djangos_page(seen[0], request, status, exception):
                    return None
                names.add(seen[0])
    # A mail would not be sent here.
    return names.pop() if len(names) == 1 and not getattr(mail, "outbox", []) else None


def is_plain_page(response):
    headers = set(name.lower() for name, _ in response.items())
    return headers == {"content-type"} and response["Content-Type"] == "text/html; charset=utf-8" and not response.cookies


def answer_of(handler, request, exception):
    """What a handler answers, and the names of the templates in the order in which they are begun."""
    from django.template.base import Template

    seen, original = [], Template._render

    def noted(self, context):
        seen.append(self.name)
        return original(self, context)

    Template._render = noted
    try:
        response = handler(request) if exception is None else handler(request, exception=exception)
        if hasattr(response, "render"):
            response = response.render()
    finally:
        Template._render = original
    return response, seen


def djangos_page(name, request, status, exception):
    """The template in the hands of `django.views.defaults`."""
    from urllib.parse import quote

    from django.template import loader

    template = loader.get_template(name)
    if status in ("400", "500"):
        return template.render()
    context = {"exception": str(exception)}
    if status == "404":
        message = exception.args[0] if exception.args else None
        context = {"request_path": quote(request.path), "exception": message if isinstance(message, str) else type(exception).__name__}
    return template.render(request=request, context=context)


def handlers(document, settings):
    for status, path in own_handlers().items():
        if status + ".html" not in document.copies:
            document.finding("handler%s: %s" % (status, path), "the URL configuration", "slash-o shows Django's page, or the template "
                             "%s.html" % status, "write the page as the template %s.html" % status)
