"""The templates that are compared with Django: each filter and tag with many values."""
import conformance_tags
import conformance_tweaks

VALUES = {
    "empty": "",
    "hello": "Hello big WORLD",
    "html": "<b>it's & \"x\"</b> a > b",
    "safe": {"$safe": "<i>a &amp; b's</i> c"},
    "lines": "one\ntwo  <x>\r\n\r\n\r\nthree\n\tfour\n",
    "words": "The quick brown fox's 3rd jump — élan vital ß Ünï",
    "digits": "1234567",
    "zero": 0,
    "one": 1,
    "neg": -1234567,
    "pi": 3.14159,
    "half": 2.5,
    "big": 1e20,
    "small": 1.5e-07,
    "yes": True,
    "no": False,
    "none": None,
    "elist": [],
    "list": [3, 1, 2],
    "slist": ["b<", {"$safe": "<a>"}, "c"],
    "nested": ["States", ["Kansas", ["Law<rence", "Topeka"], "Illinois"], "Last"],
    "tuple": {"$tuple": [1, "a"]},
    "dict": {"a": 1, "b": "<x>"},
    "dicts": [{"n": "b", "v": 2}, {"n": "a", "v": 3}, {"n": "c", "v": 1}],
    "date": {"$date": "2024-02-29"},
    "time": {"$time": "15:04:05"},
    "aware": {"$utc": "2024-03-09T23:30:00"},
    "naive": {"$naive": "2023-12-31T00:00:00.123456"},
}

ARGUMENTS = {
    "add": ["2", "'x'", "list", "missing"],
    "center": ["20", "'7'", "'x'"],
    "cut": ["'l'", "' '", "';'"],
    "date": [None, "'Y-m-d H:i:s'", "'D, j N Y, P'", "'SHORT_DATE_FORMAT'", "''", "'jS \\o\\f F'"],
    "default": ["'n/a'", "none", "safe"],
    "default_if_none": ["'n/a'"],
    "dictsort": ["'n'", "'v'", "0", "'_x'", "'zz'"],
    "dictsortreversed": ["'n'"],
    "divisibleby": ["3", "'x'"],
    "floatformat": [None, "2", "-3", "0", "'2g'", "'g'", "'u'", "'x'", "'2gu'"],
    "get_digit": ["2", "0", "'x'"],
    "join": ["', '", "'<br>'", "safe"],
    "json_script": [None, "'my-id'"],
    "ljust": ["18"],
    "pluralize": [None, "'es'", "'y,ies'", "'a,b,c'"],
    "rjust": ["18"],
    "slice": ["':2'", "'1:'", "'-2:'", "'::2'", "'::-1'", "'x'", "2"],
    "stringformat": ["'s'", "'05d'", "'.2f'", "'10s|'", "'x'", "'r'", "'e'", "'g'", "'%'", "'-8d|'"],
    "time": [None, "'H:i'", "'P'", "'Y'", "'TIME_FORMAT'"],
    "timesince": [None, "aware", "naive"],
    "timeuntil": [None, "aware", "date"],
    "truncatechars": ["5", "1", "0", "'x'", "100"],
    "truncatechars_html": ["8", "0"],
    "truncatewords": ["2", "0", "'x'", "50"],
    "truncatewords_html": ["2"],
    "urlencode": [None, "''"],
    "urlizetrunc": ["10"],
    "wordwrap": ["5", "10"],
    "yesno": [None, "'a,b'", "'a,b,c'", "'a'", "'a,b,c,d'"],
}
PLAIN = (
    "addslashes capfirst escape escapejs escapeseq filesizeformat first force_escape iriencode last length "
    "linebreaks linebreaksbr linenumbers lower make_list phone2numeric safe safeseq slugify striptags title "
    "unordered_list upper urlize wordcount"
).split()
HUMANIZE = {"ordinal": [None], "intcomma": [None, "False"], "intword": [None], "apnumber": [None]}
HUMANIZE.update({"naturalday": [None, "'Y'"], "naturaltime": [None]})

URLIZE = [
    "Visit http://example.com/a?b=1&c=2, now!", "(see www.example.org/x)", "mail bob@example.com.",
    "https://x.de/ü?q=a b", "example.com/path", "http://a.com/&amp;x;", "foo.bar", "HTTP://UP.COM",
    "[www.a.com]", "https://a.com/%20x#frag", "a@b", "www.a.com;", "(http://a.com/(x))", "http://",
]
STRIP = [
    "<p>a <b>b</b></p>", "a < b > c", "<script>x()</script>y", "<a href='x>y'>z</a>", "x<!-- c -->y",
    "<<b>b>c", "a &amp; <i/>b", "<b", "</p>x", "<?php x ?>y<!doctype html>z",
]
TRUNCATE = ["<p>one <b>two three</b> four</p>", "a<br>b c d", "&lt;x&gt; y z w", "<i>é&amp;ü</i> long text here"]
ADDED = [
    "01:30:00", "12:00:00", "00:00:00", "23:59:59.000001",
]


def filter_cases():
    both = dict(ARGUMENTS)
    both.update({name: [None] for name in PLAIN})
    for name, arguments in both.items():
        for argument in arguments:
            for key in VALUES:
                used = {key: VALUES[key]}
                if argument in VALUES:
                    used[argument] = VALUES[argument]
                text = name if argument is None else "%s:%s" % (name, argument)
                yield {"t": "{{ %s|%s }}" % (key, text), "c": used}
    for name, arguments in HUMANIZE.items():
        for argument in arguments:
            for key in VALUES:
                text = name if argument is None else "%s:%s" % (name, argument)
                yield {"t": "{%% load humanize %%}{{ %s|%s }}" % (key, text), "c": {key: VALUES[key]}}


def text_cases():
    for filters, texts in (
        (("urlize", "urlizetrunc:12", "urlizetrunc:1"), URLIZE),
        (("striptags",), STRIP),
        (("truncatewords_html:2", "truncatechars_html:6", "truncatechars_html:9"), TRUNCATE),
    ):
        for name in filters:
            for text in texts:
                yield {"t": "{{ x|%s }}" % name, "c": {"x": text}}
                yield {"t": "{{ x|%s }}" % name, "c": {"x": {"$safe": text}}}
    for name in ("linebreaks", "linebreaksbr", "linenumbers", "urlize", "join:'<'", "unordered_list"):
        for key in ("html", "safe", "lines", "slist", "nested"):
            text = "{%% autoescape off %%}{{ %s|%s }}{%% endautoescape %%}" % (key, name)
            yield {"t": text, "c": {key: VALUES[key]}}
    letters = "aAbcdDeEfFgGhHiIjlLmMnNoOPrsStTUuwWyYzZ"
    for letter in letters:
        for key in ("date", "time", "aware", "naive"):
            yield {"t": "{{ %s|date:'%s' }}|{{ %s|time:'%s' }}" % (key, letter, key, letter), "c": {key: VALUES[key]}}
            yield {"t": "{{ %s|time:'%s' }}" % (key, letter), "c": {key: VALUES[key]}}
        yield {"t": "{%% now '%s' %%}" % letter}
    for size in (0, 1, 1023, 1024, 1536, 1048576, 5 << 30, 7 << 40, 3 << 50, -2048):
        yield {"t": "{{ x|filesizeformat }}", "c": {"x": size}}
    for number in (1000000, 1200000, 999999999, 2500000000, -1500000, 10**15, 6 * 10**17):
        yield {"t": "{% load humanize %}{{ x|intword }} {{ x|intcomma }}", "c": {"x": number}}
    for number in (0.05, 0.15, 1.005, 2.675, 1e-10, 123456.789, -0.4, 1e15, 34.0, "34.26", "abc", "1e3", "-0.01"):
        for argument in ("", ":1", ":-1", ":0", ":3", ":'2g'", ":-2"):
            yield {"t": "{{ x|floatformat%s }}" % argument, "c": {"x": number}}


def since_cases():
    stamps = (
        "2024-03-10T15:04:05", "2024-03-10T15:04:04", "2024-03-10T15:03:00", "2024-03-10T13:04:05",
        "2024-03-09T15:04:05", "2024-02-10T15:04:05", "2023-03-10T15:04:05", "2020-02-29T15:04:05",
        "2024-03-10T15:04:50", "2024-03-10T15:30:05", "2024-03-11T18:04:05", "2024-12-31T00:00:00",
        "2026-05-01T00:00:00",
    )
    for stamp in stamps:
        context = {"x": {"$utc": stamp}, "n": {"$naive": stamp}, "d": {"$date": stamp[:10]}}
        text = "{{ x|timesince }}|{{ x|timeuntil }}|{{ n|timesince }}|{{ d|timesince }}|{{ d|timeuntil }}"
        yield {"t": text, "c": context}
        text = "{% load humanize %}{{ x|naturaltime }}|{{ n|naturaltime }}|{{ x|naturalday }}|{{ d|naturalday }}"
        yield {"t": text, "c": context}
        yield {"t": "{{ x|timesince }}", "c": context, "lang": "xx"}


def cases():
    for key in VALUES:
        yield {"t": "{{ %s }}" % key, "c": {key: VALUES[key]}}
        yield {"t": "{%% autoescape off %%}{{ %s }}{%% endautoescape %%}" % key, "c": {key: VALUES[key]}}
        yield {"t": "{%% if %s %%}y{%% else %%}n{%% endif %%}" % key, "c": {key: VALUES[key]}}
        for lang in ("de", "fr", "es"):
            if key not in ("date", "time", "aware", "naive"):
                yield {"t": "{{ %s }} {{ %s|floatformat:'2g' }}" % (key, key), "c": {key: VALUES[key]}, "lang": lang}
            else:
                text = "{{ %s|date:'SHORT_DATE_FORMAT' }}" % key
                yield {"t": text, "c": {key: VALUES[key]}, "lang": lang}
    yield from filter_cases()
    yield from text_cases()
    yield from since_cases()
    yield from conformance_tags.cases(VALUES)
    yield from conformance_tweaks.cases()
