"""Renders the templates of conformance_cases.py with the real Django and writes conformance.json, or the file named.

Run it with a Python that has Django 5.2 and django-widget-tweaks; the Rust test then needs no Python.
"""
import datetime
import json
import os
import struct
import sys
import tempfile
import time
import types
import zoneinfo

import django
from django.conf import settings
from django.template import Context, Engine, RequestContext

HERE = os.path.dirname(os.path.abspath(__file__))
NOW = datetime.datetime(2024, 3, 10, 15, 4, 5, 678901, tzinfo=datetime.timezone.utc)
ZONE = "Europe/Berlin"
URLS = {"home": "/", "item": "/item/{0}/", "search": "/search/{q}/?a=1&b=2", "admin:index": "/admin/"}
MANIFEST = {"css/a b.css": "css/a b.123.css", "js/x.js": "js/x.abc.js"}

MESSAGES = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=3; plural=(n==1 ? 0 : n<5 ? 1 : 2);\n",
    "Hello": "Saluton",
    "Hello <b>": "Saluton <b>",
    "100%% sure": "100%% certa",
    "Hi %(name)s": "Ho %(name)s",
    "Bad %(name)s": "Malbona %(other)s",
    "verb\x04May": "povas",
    "May": "Majo",
    "%(n)s cat\0%(n)s cats": "%(n)s kato\0%(n)s katoj\0%(n)s da katoj",
    "yes,no,maybe": "jes,ne,eble",
    "March": "Marto",
    "Sunday": "Dimancxo",
    "%(num)d day\0%(num)d days": "%(num)d tago\0%(num)d tagoj\0%(num)d da tagoj",
    "p.m.": "ptm",
    "German": "Germana",
}


def mo_bytes(messages):
    """The bytes of a .mo file."""
    keys = sorted(messages)
    ids = [k.encode() for k in keys]
    texts = [messages[k].encode() for k in keys]
    count = len(keys)
    at = 28 + 16 * count
    table_ids, table_texts, blob = [], [], b""
    for part, table in ((ids, table_ids), (texts, table_texts)):
        for raw in part:
            table += [len(raw), at + len(blob)]
            blob += raw + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, count, 28, 28 + 8 * count, 0, at)
    return head + struct.pack("<%dI" % (4 * count), *table_ids, *table_texts) + blob


def setup():
    os.environ["TZ"] = ZONE
    time.tzset()
    folder = tempfile.mkdtemp()
    path = os.path.join(folder, "xx", "LC_MESSAGES")
    os.makedirs(path)
    with open(os.path.join(path, "django.mo"), "wb") as file:
        file.write(mo_bytes(MESSAGES))
    module = types.ModuleType("conformance_urls")
    sys.modules["conformance_urls"] = module
    module.urlpatterns = []
    settings.configure(
        USE_TZ=True,
        TIME_ZONE=ZONE,
        STATIC_URL="/static/",
        MEDIA_URL="/media/",
        LANGUAGES=[("en", "English"), ("de", "German"), ("xx", "Testish")],
        LOCALE_PATHS=[folder],
        ROOT_URLCONF="conformance_urls",
        INSTALLED_APPS=["django.contrib.humanize", "django.contrib.staticfiles"],
    )
    django.setup()
    patch()


def patch():
    """A fixed clock, URLs from the table, static names from the table."""

    class Meta(type):
        def __instancecheck__(cls, value):
            return isinstance(value, datetime.datetime)

    class Fixed(datetime.datetime, metaclass=Meta):
        @classmethod
        def now(cls, tz=None):
            if tz is None:
                return NOW.astimezone(zoneinfo.ZoneInfo(ZONE)).replace(tzinfo=None)
            return NOW.astimezone(tz)

        def __new__(cls, *args, **kwargs):
            return datetime.datetime(*args, **kwargs)

    from django.contrib.humanize.templatetags import humanize
    from django.contrib.staticfiles import storage
    from django.template import defaulttags
    from django.utils import timesince
    import django.urls

    fake = types.ModuleType("datetime")
    fake.__dict__.update(datetime.__dict__)
    fake.datetime = Fixed
    timesince.datetime = fake
    humanize.datetime = Fixed
    defaulttags.datetime = Fixed

    def reverse(name, urlconf=None, args=None, kwargs=None, current_app=None):
        try:
            return URLS[name].format(*(args or ()), **(kwargs or {}))
        except (KeyError, IndexError):
            raise django.urls.NoReverseMatch(name)

    django.urls.reverse = reverse

    class Storage(storage.ManifestStaticFilesStorage):
        def __init__(self):
            super().__init__(location="/tmp", base_url="/static/")
            self.hashed_files = MANIFEST

        def load_manifest(self):
            return MANIFEST, ""

    storage.staticfiles_storage._wrapped = Storage()
    settings.DEBUG = False


def value(spec):
    """The Python value of a JSON specification."""
    from django.http import QueryDict
    from django.utils.safestring import mark_safe

    if isinstance(spec, list):
        return [value(v) for v in spec]
    if not isinstance(spec, dict):
        return spec
    if "$safe" in spec:
        return mark_safe(spec["$safe"])
    if "$tuple" in spec:
        return tuple(value(v) for v in spec["$tuple"])
    if "$date" in spec:
        return datetime.date.fromisoformat(spec["$date"])
    if "$time" in spec:
        return datetime.time.fromisoformat(spec["$time"])
    if "$naive" in spec:
        return datetime.datetime.fromisoformat(spec["$naive"])
    if "$utc" in spec:
        return datetime.datetime.fromisoformat(spec["$utc"]).replace(tzinfo=datetime.timezone.utc)
    if "$query" in spec:
        return QueryDict(spec["$query"])
    if "$form" in spec:
        import conformance_forms

        return conformance_forms.build(spec["$form"])
    return {k: value(v) for k, v in spec.items()}


def render(case):
    from django.utils import timezone, translation

    templates = case["t"] if isinstance(case["t"], dict) else {"main": case["t"]}
    engine = Engine(
        loaders=[("django.template.loaders.locmem.Loader", templates)],
        libraries={
            "i18n": "django.templatetags.i18n",
            "static": "django.templatetags.static",
            "l10n": "django.templatetags.l10n",
            "tz": "django.templatetags.tz",
            "cache": "django.templatetags.cache",
            "humanize": "django.contrib.humanize.templatetags.humanize",
            "widget_tweaks": "widget_tweaks.templatetags.widget_tweaks",
        },
    )
    context = {k: value(v) for k, v in case.get("c", {}).items()}
    with translation.override(case.get("lang", "en-us")), timezone.override(case.get("tz")):
        try:
            main = engine.get_template("main")
            if "request" in context:
                request = types.SimpleNamespace(GET=context["request"]["GET"])
                ctx = RequestContext(request, context)
                ctx.request = request
            else:
                ctx = Context(context)
            return {"out": main.render(ctx)}
        except Exception as error:
            return {"err": type(error).__name__}


def main():
    setup()
    import conformance_cases

    seen, out = set(), []
    for case in conformance_cases.cases():
        key = json.dumps(case, sort_keys=True)
        if key in seen:
            continue
        seen.add(key)
        out.append({**case, **render(case)})
    head = {
        "now": NOW.isoformat(),
        "zone": ZONE,
        "urls": URLS,
        "manifest": MANIFEST,
        "mo": [["xx", mo_bytes(MESSAGES).hex()]],
        "languages": settings.LANGUAGES,
    }
    target = sys.argv[1] if len(sys.argv) > 1 else os.path.join(HERE, "conformance.json")
    with open(target, "w") as file:
        file.write("{\n")
        for key, item in head.items():
            file.write(json.dumps(key) + ": " + json.dumps(item) + ",\n")
        file.write('"cases": [\n' + ",\n".join(json.dumps(c) for c in out) + "\n]}\n")
    errors = sum("err" in c for c in out)
    print(len(out), "cases,", errors, "of them errors")


if __name__ == "__main__":
    sys.path.insert(0, HERE)
    main()
