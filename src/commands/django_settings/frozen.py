# A tag that slash-o does not know, and that shows the same to everybody at all times, is rendered now: its text stands in a
# copy of the template, in a folder of the exporter's own that is the first of DIRS. Every other tag is named.
import hashlib
import types

FOLDER = "slash-o.templates"
MARK = "{# slash-o: made of "
#: Names that pages look up.
PAGE_NAMES = """
user request perms messages form next site site_name application applications object object_list view scopes scopes_descriptions
client_id redirect_uri response_type state nonce claims error url title LANGUAGE_CODE debug token tokens authorized_tokens
""".split()
WAY_OUT = "write the page without it, under the same name, in a folder that stands first in DIRS"


def copies(document, settings):
    """Name to text of the templates that are copied; what could not be frozen is named."""
    engine = django_engine()
    foreign = foreign_functions(engine) if engine else {}
    out = collections.OrderedDict()
    for name, origin, text in shown_templates(engine) if foreign else []:
        if not any(mentions(text, function) for function in foreign.values()):
            continue
        try:
            uses = ask("tags of %s" % name, uses_of, engine, origin, text, foreign, rows=False)
        except NotAsked as error:
            for function in sorted(set(foreign.values())):
                if mentions(text, function):
                    not_frozen(document, function, name, text, None, "it was not asked: %s" % error)
            continue
        made = frozen_text(document, settings, (engine, name, origin, text), uses)
        if made is not None:
            digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
            out[name] = "%s%s, sha256 %s #}%s" % (MARK, origin.name, digest, made)
    out.update(handler_copies(settings, engine))
    out.update(form_copies(settings))
    return out


def mentions(text, function):
    return re.search(r"[%%|]\s*%s\b" % re.escape(function.rsplit(".", 1)[1]), text) is not None


def not_frozen(document, function, name, text, use, why):
    place = name if use is None else "%s, line %d: %s" % (name, text.count("\n", 0, use.start) + 1, use.tag)
    document.finding("template tag: " + function, place, "slash-o does not know it, and it cannot be frozen: %s" % why, WAY_OUT)


def frozen_text(document, settings, template, uses):
    """The template with the texts in the places of the tags; None where nothing is to be done, or not all can be."""
    engine, name, origin, text = template
    parts, failed = [], TO_STDOUT
    for use in uses:
        why = None
        if use.node is None:
            why = "it is a filter in another tag"
        elif TO_STDOUT:
            why = "--stdout writes no templates"
        elif extends_itself(text, name):
            why = "the template extends its own name"
        else:
            try:
                parts.append((use.start, use.end, frozen_use(settings, template, use)))
            except NotAsked as error:
                why = str(error)
        if why:
            not_frozen(document, use.function, name, text, use, why)
            failed = True
    if failed or not uses:
        return None
    inside = lambda token: any(start <= token.position[0] < end for start, end, _ in parts)
    for token in tokens_of(text):
        if token.token_type.value == 2 and token.contents.split()[:1] == ["load"] and not inside(token):
            parts.append((token.position[0], token.position[1], without_foreign(engine, token)))
    for start, end, part in sorted(parts, reverse=True):
        text = text[:start] + part + text[end:]
    return text


def extends_itself(text, name):
    return re.search(r"{%%\s*extends\s+[\"']%s[\"']" % re.escape(name), text) is not None


def frozen_use(settings, template, use):
    """The text for one tag. Raises NotAsked with the reason where it is not the same always."""
    seen, (engine, name, origin, text) = [], template
    template = engine, name, origin, text[:use.start] + text[use.end:]
    if getattr(use.node, "takes_context", False):
        raise NotAsked("it takes the page's context")
    try:
        shown = ask(use.function, renderings, settings, template, use.node, seen, rows=False)
    except NotAsked:
        if seen:
            raise NotAsked("it looks up %s" % seen[0])
        raise
    if seen:
        raise NotAsked("it looks up %s" % seen[0])
    first = shown[0][1]
    for what, text in shown:
        if text != first:
            raise NotAsked("it shows something else with another %s" % what)
    names, text = first
    if names:
        return as_variable(names, text)
    if re.search("{|^[%#]", text):
        return "{%% verbatim slash_o %%}%s{%% endverbatim slash_o %%}" % text
    return text


def as_variable(names, text):
    """`{% tag … as name %}`."""
    value = list(names.values())[0]
    is_text = isinstance(value, str) and (hasattr(value, "__html__") or not re.search("[<>&\"']", value))
    quote = "'" if is_text and '"' in value else '"'
    if len(names) > 1 or text or not is_text or quote in value or re.search(r"[\n\\]|%}", value):
        raise NotAsked("it sets %s to what no template can say" % ", ".join(sorted(names)))
    return "{%% firstof %s%s%s as %s %%}" % (quote, value, quote, list(names)[0])


def renderings(settings, template, node, seen):
    """Pairs: in what it differs from the first one, and what the tag sets and shows."""
    from django.contrib.auth.models import AnonymousUser
    from django.utils import translation

    hosts = sample_hosts(settings)
    speaks = any(dotted(name) == "django.middleware.locale.LocaleMiddleware" for name in settings.MIDDLEWARE)
    codes = [code for code, _ in settings.LANGUAGES] if settings.USE_I18N and speaks else [settings.LANGUAGE_CODE]
    codes = list(collections.OrderedDict.fromkeys([settings.LANGUAGE_CODE] + codes))
    first, second = sample_user("a"), sample_user("b")
    ways = [("request", codes[0], hosts[0], first, 0)] * 2 + [("time", codes[0], hosts[0], first, 500)]
    ways += [("user or host", codes[0], hosts[1], second, 0)] + [("language", code, hosts[0], first, 0) for code in codes[1:]]
    ways.append(("user", codes[0], hosts[0], AnonymousUser(), 0))
    out, number = [], 0
    for what, code, host, user, days in ways:
        number += 1
        request = sample_request(host, user, number)
        with translation.override(code), other_day(days):
            done = layered(settings, request, lambda: rendered(template, node, seen, number))
        if not done and user.is_authenticated:
            raise NotAsked("a middleware of the project does not let a sample request through")
        out.extend((what, one) for one in done)
    return out


def sample_user(letter):
    from django.contrib.auth import get_user_model

    model = get_user_model()
    user, probe = model(), "slash-o-probe-" + letter
    for field in model._meta.concrete_fields:
        if field.get_internal_type() in ("CharField", "TextField", "EmailField") and not field.choices:
            setattr(user, field.attname, probe)
    if not model._meta.pk.remote_field:
        user.pk = model._meta.pk.to_python("0" * 31 + letter if model._meta.pk.get_internal_type() == "UUIDField" else ord(letter))
    return user


def sample_request(host, user, number):
    from django.contrib.sessions.backends.base import SessionBase
    from django.test import RequestFactory

    path = "/accounts/login/" if number % 2 else "/o/authorize/?client_id=x&number=%d" % number
    request = RequestFactory(HTTP_HOST=host).get(path, secure=True)
    request.session = SessionBase("slashoprobesession%d" % number)
    request.session._session_cache = {"probe": number}
    request.user = user
    return request


def layered(settings, request, view):
    """What the view gives below the project's own middleware; empty where one of them answers itself."""
    from django.core.exceptions import MiddlewareNotUsed
    from django.http import HttpResponse
    from django.utils.module_loading import import_string

    given, hooks = [], []

    def respond(request):
        if all(hook(request, respond, (), {}) is None for hook in hooks):
            given.append(view())
        return HttpResponse()

    handler = respond
    for name in reversed(list(settings.MIDDLEWARE)):
        if older_name(dotted(name)) in LAYERS or not is_foreign(dotted(name)):
            continue
        try:
            handler = import_string(name)(handler)
        except MiddlewareNotUsed:
            continue
        hooks = [handler.process_view] + hooks if hasattr(handler, "process_view") else hooks
    handler(request)
    return given


def rendered(template, node, seen, number):
    """What the tag sets, and what it shows: twice the same, with and without escaping."""
    from django.template import Context, Template

    class Spy(Context):
        """Remembers what is looked up of the page's own names."""

        def __getitem__(self, key):
            self.look(key)
            return Context.__getitem__(self, key)

        def get(self, key, otherwise=None):
            self.look(key)
            return Context.get(self, key, otherwise)

        def __contains__(self, key):
            self.look(key)
            return Context.__contains__(self, key)

        def flatten(self):
            # It may hand the names on: what uses one of them differs from one rendering to the next.
            probes = {name: "slash-o-probe-%d" % number for name in PAGE_NAMES}
            return dict(probes, **Context.flatten(self))

        def look(self, key):
            if key not in ("True", "False", "None", "csrf_token") and not any(key in names for names in self.dicts[2:]):
                seen.append(str(key))

        def new(self, values=None):
            made = Context(values, autoescape=self.autoescape)
            made.template, made.render_context = self.template, self.render_context
            return made

    engine, name, origin, text = template
    whole, out = Template("", origin, name, engine), []
    for autoescape in (engine.autoescape, engine.autoescape, not engine.autoescape if "autoescape" in text else engine.autoescape):
        context = Spy({"csrf_token": "slash-o-probe-%d" % number}, autoescape=autoescape)
        context.push()
        context.template = whole
        with context.render_context.push_state(whole):
            shown = str(node.render(context))
        names = dict(context.dicts[-1])
        used = [key for key in sorted(names) if shown and re.search(r"\b%s\b" % re.escape(key), text)]
        if used:
            raise NotAsked("it shows something and sets %s, which the template looks up" % used[0])
        out.append(({} if shown else names, shown))
    if out.count(out[0]) != len(out):
        raise NotAsked("it shows something else each time")
    return out[0]


@contextlib.contextmanager
def other_day(days):
    """The clock, so many days later, for all that does not belong to Python itself."""
    import datetime
    import sysconfig
    import time

    own = sysconfig.get_paths()["stdlib"]
    real, shift = (datetime.datetime, datetime.date, time.time), datetime.timedelta(days=days)
    like = lambda base: type("Meta", (type,), {"__instancecheck__": lambda cls, value: isinstance(value, base)})
    day = like(real[1])("date", (real[1],), {"today": classmethod(lambda cls: real[1].today() + shift)})
    moment = like(real[0])("datetime", (real[0],), {
        "now": classmethod(lambda cls, tz=None: real[0].now(tz) + shift), "today": classmethod(lambda cls: real[0].now() + shift),
        "utcnow": classmethod(lambda cls: real[0].now(datetime.timezone.utc).replace(tzinfo=None) + shift)})
    fake, module_of_time = types.ModuleType("datetime"), types.ModuleType("time")
    fake.__dict__.update(vars(datetime), datetime=moment, date=day)
    later = lambda: real[2]() + days * 86400
    module_of_time.__dict__.update(vars(time), time=later, localtime=lambda at=None: time.localtime(later() if at is None else at),
                                   gmtime=lambda at=None: time.gmtime(later() if at is None else at))
    others = {id(datetime): fake, id(real[0]): moment, id(real[1]): day, id(time): module_of_time, id(real[2]): later}
    changed = []
    for module in list(sys.modules.values()) if days else []:
        file = getattr(module, "__file__", None) or ""
        if file.startswith(own + os.sep) and "-packages" not in file:
            continue
        for name, value in list(getattr(module, "__dict__", {}).items()):
            if id(value) in others and module not in (datetime, time):
                setattr(module, name, others[id(value)])
                changed.append((module, name, value))
    try:
        yield
    finally:
        for module, name, value in changed:
            setattr(module, name, value)
