"""Templates for tags, inheritance, errors, languages and forms."""
import conformance_forms_cases
from conformance_files import FILES

CONTEXT = {
    "name": "<Ada>", "n": 3, "zero": 0, "none": None, "t": True, "f": False, "s": "abc", "e": "",
    "list": [1, 2, 3], "strs": ["a", "b", "c"], "elist": [], "pairs": [{"$tuple": ["k", 1]}, {"$tuple": ["<l>", 2]}],
    "d": {"a": 1, "b": {"c": "deep"}, "items_": "x"}, "safe": {"$safe": "<b>"}, "pi": 3.5,
    "people": [{"n": "A", "g": "x"}, {"n": "B", "g": "x"}, {"n": "C", "g": "y"}, {"n": "D", "g": "x"}],
    "when": {"$utc": "2024-01-15T22:30:00"}, "plain": {"$naive": "2024-07-01T08:00:00"}, "langs": ["de", "en"],
    "tpl": "base", "dup": [1, 1, 2, 2, 1], "matrix": [[1, 2], [3, 4]],
}

# Each line one template.
SIMPLE = r"""
{{ name }} {{ name|safe }} {{ missing }} {{ d.a }} {{ d.b.c }} {{ d.b.x }} {{ list.0 }} {{ list.9 }} {{ s.1 }}
{{ "lit<" }} {{ 'it''s' }} {{ 5 }} {{ -5 }} {{ 1.5 }} {{ .5 }} {{ 1e3 }} {{ 1. }} {{ "a\"b" }} {{ 1_000 }}
{{ d.items }} {{ d.keys }} {{ d.values }} {{ s.upper }} {{ list }} {{ pairs }} {{ d }}
{{ None }} {{ True }} {{ False }} {{ none.x }} {{ n.x }} {{ t.x.y }} {{ name.strip }}
{{ name | lower }} {{ name|lower|upper }} {{ s|add:"d" }} {{ s|add:n }} {{ n|add:"4" }} {{ list|add:list }}
{{ _("Hello") }} {{ _('a<b') }} {{ s|default:_("x") }} {{ e|default:_("y<") }} {{ _("50%") }}
{{ }}
{{ name|nope }}
{{ name|upper:"x" }}
{{ name|cut }}
{{ name|default:missing }}
{{ _private }}
{{ d._x }}
{{ name..x }}
{{ name|upper| }}
{{ name|add: "x" }}
{{ (name) }}
{{ name name }}
{{ "unclosed }}
{{ a-b }}
{{ +5 }} {{ 5|add:-3 }} {{ 5|add:+2 }}
{%  %}
{% nope %}
{% if t %}
{% if t %}{% endfor %}
{% endif %}
{# comment #}a{# {% if %} #}b{#
{{ x
{% x
{{ "{% raw %}" }} {% templatetag openblock %}{% templatetag closeblock %}{% templatetag openvariable %}{% templatetag closevariable %}{% templatetag openbrace %}{% templatetag closebrace %}{% templatetag opencomment %}{% templatetag closecomment %}
{% templatetag nope %}
{% templatetag %}
{% autoescape off %}{{ name }}{% autoescape on %}{{ name }}{% endautoescape %}{% endautoescape %}
{% autoescape %}{% endautoescape %}
{% autoescape maybe %}{% endautoescape %}
{% comment %}{{ x|nope }}{% nope %}{% endcomment %}ok
{% comment "note" %}x{% endcomment %}ok
{% comment %}x
{% csrf_token %}
{% for i in list %}{% cycle 'a' 'b<' safe %}{% endfor %}
{% for i in list %}{% cycle 'a' 'b' as c %}-{{ c }} {% endfor %}
{% for i in list %}{% cycle 'a' 'b' as c silent %}-{{ c }} {% endfor %}
{% cycle 'a' 'b' as c %}{% cycle c %}{% cycle c %}{{ c }}
{% for i in list %}{% cycle name 'x' as c %}{% endfor %}
{% cycle 'a' as c %}
{% cycle 'a' as c silent %}{{ c }}
{% cycle c %}
{% cycle %}
{% cycle 'a' 'b' as c loud %}
{% for i in list %}{% cycle 'a' 'b' 'c' %}{% if i == 2 %}{% resetcycle %}{% endif %}{% endfor %}
{% for i in list %}{% cycle 'a' 'b' as x %}{% cycle 1 2 3 as y %}{% resetcycle x %}{% endfor %}
{% resetcycle %}
{% resetcycle zz %}
{% filter upper %}x {{ name }}{% endfilter %}
{% filter force_escape|lower %}A<B{% endfilter %}
{% filter safe %}x{% endfilter %}
{% filter length %}x{% endfilter %}
{% filter cut:"a" %}banana{% endfilter %}
{% filter %}x{% endfilter %}
{% firstof none e zero name %} {% firstof none e "fall<" %} {% firstof missing safe %} {% firstof none %}
{% firstof name as x %}[{{ x }}]{% firstof none as y %}[{{ y }}]
{% autoescape off %}{% firstof name %}{% firstof name as x %}{% endautoescape %}{{ x }}
{% firstof %}
{% for x in list %}{{ forloop.counter }}{{ forloop.counter0 }}{{ forloop.revcounter }}{{ forloop.revcounter0 }}{{ forloop.first }}{{ forloop.last }} {% endfor %}
{% for x in list reversed %}{{ x }}{% endfor %}{% for x in s %}{{ x }}-{% endfor %}{% for k in d %}{{ k }}{% endfor %}
{% for k, v in d.items %}{{ k }}={{ v }};{% endfor %}{% for k,v in pairs %}{{ k }}{{ v }}{% endfor %}{% for k , v in pairs %}{{ k }}{% endfor %}
{% for x in elist %}a{% empty %}none{% endfor %}{% for x in missing %}a{% empty %}miss{% endfor %}{% for x in none %}a{% endfor %}
{% for a in list %}{% for b in strs %}{{ forloop.parentloop.counter }}{{ b }}{% endfor %}{% endfor %}
{% for a in list %}{{ forloop.parentloop }}{% endfor %}
{% for x in list %}{{ forloop }}{% endfor %}
{% for a, b in list %}{% endfor %}
{% for a, b in matrix %}{{ a }}{{ b }} {% endfor %}
{% for a, b, c in matrix %}{% endfor %}
{% for x in n %}{% endfor %}
{% for x in t %}{% endfor %}
{% for x list %}{% endfor %}
{% for x in %}{% endfor %}
{% for in list %}{% endfor %}
{% for a,,b in list %}{% endfor %}
{% for a|b in list %}{% endfor %}
{% for "a" in list %}{% endfor %}
{% for x in list %}a
{% for x in list|slice:":2" %}{{ x }}{% endfor %}{{ x }}
{% for x in list %}{% endfor extra %}
{% if t and f or n %}1{% endif %}{% if not f %}2{% endif %}{% if n > 2 and n < 4 %}3{% endif %}{% if n == 3 %}4{% endif %}
{% if "a" in s %}1{% endif %}{% if "z" not in s %}2{% endif %}{% if 2 in list %}3{% endif %}{% if "a" in d %}4{% endif %}{% if n in s %}5{% endif %}{% if n not in n %}6{% endif %}
{% if none is None %}1{% endif %}{% if t is True %}2{% endif %}{% if t is not None %}3{% endif %}{% if n is None %}4{% endif %}{% if missing is None %}5{% endif %}
{% if s > n %}1{% else %}2{% endif %}{% if s < "abd" %}3{% endif %}{% if list == list %}4{% endif %}{% if n != 3.0 %}5{% endif %}{% if t == 1 %}6{% endif %}{% if list < strs %}7{% endif %}
{% if f %}a{% elif e %}b{% elif n %}c{% else %}d{% endif %}
{% if s|length >= 3 %}y{% endif %}{% if not missing %}z{% endif %}{% if missing|default:"q" == "q" %}w{% endif %}
{% if n|divisibleby:"x" %}a{% else %}b{% endif %}
{% if n|divisibleby:"x" == 1 %}a{% else %}b{% endif %}
{% if n|add:missing %}a{% else %}b{% endif %}
{% if not n|add:missing %}a{% else %}b{% endif %}
{% if %}{% endif %}
{% if and %}{% endif %}
{% if t and %}{% endif %}
{% if t f %}{% endif %}
{% if t not f %}{% endif %}
{% if (t) %}{% endif %}
{% if t = f %}{% endif %}
{% if t == f == t %}1{% else %}2{% endif %}{% if not t == f %}3{% endif %}{% if not not t %}4{% endif %}{% if t or f and f %}5{% endif %}
{% if t %}a{% else %}b{% else %}c{% endif %}
{% if t %}a{% else if f %}c{% endif %}
{% if t %}a{% endif x %}
{% if n is not 4 %}1{% endif %}{% if n not in list %}2{% else %}3{% endif %}{% if not n in list %}4{% endif %}
{% for x in dup %}{% ifchanged %}{{ x }}{% endifchanged %}{% endfor %}
{% for x in dup %}{% ifchanged x %}c{% else %}s{% endifchanged %}{% endfor %}
{% for a in matrix %}{% for x in dup %}{% ifchanged x n %}{{ x }}{% endifchanged %}{% endfor %}|{% endfor %}
{% ifchanged n %}x{% endifchanged %}{% ifchanged none %}y{% else %}z{% endifchanged %}
{% for x in dup %}{% ifchanged %}{% if x == 2 %}t{% endif %}{% endifchanged %}{% endfor %}
{% now "Y" %} {% now "Y-m-d H:i" as x %}[{{ x }}] {% now 'jS F Y' %} {% now "DATETIME_FORMAT" %} {% now "SHORT_DATE_FORMAT" %}
{% now %}
{% now "Y" as %}
{% now Y %}
{% regroup people by g as gs %}{% for g in gs %}{{ g.grouper }}:{% for p in g.list %}{{ p.n }}{% endfor %} {% endfor %}
{% regroup people by g as gs %}{% for g, l in gs %}{{ g }}{{ l|length }} {% endfor %}{{ gs.0.0 }}
{% regroup missing by g as gs %}[{{ gs }}]{% regroup people by zz as gs %}{{ gs|length }}
{% regroup people by g|upper as gs %}{% for g in gs %}{{ g.grouper }}{% endfor %}
{% regroup people g as gs %}
{% regroup people on g as gs %}
{% regroup people by g is gs %}
{% spaceless %} <p>  <a>x </a>  </p> {{ safe }} <i> {% endspaceless %}
{% spaceless %}  a  <b> </b>  c > < {% endspaceless %}
{% verbatim %}{{ x }}{% if %}{# c #}{% endverbatim %} {% verbatim my %}{% endverbatim %}{{ y }}{% endverbatim my %}
{% verbatim %}{{ x }}
{% verbatimx %}
{% widthratio 50 100 300 %} {% widthratio n 6 "10" %} {% widthratio n 0 100 %} {% widthratio e 6 100 %} {% widthratio 5 2 1 %} {% widthratio 7 2 1 %}
{% widthratio n 6 100 as w %}[{{ w }}] {% widthratio missing 6 100 %} {% widthratio 175 200 100.7 %}
{% widthratio n 6 s %}
{% widthratio n 6 %}
{% widthratio n 6 100 is w %}
{% with a=n b="x<" %}{{ a }}{{ b }}{% endwith %}{{ a }}{% with n as c %}{{ c }}{% endwith %}{% with n as a and s as b %}{{ a }}{{ b }}{% endwith %}
{% with a=n|add:"1" %}{{ a }}{% endwith %}{% with a=missing %}[{{ a }}]{% endwith %}{% with name=n n=5 %}{{ name }}{{ n }}{% endwith %}
{% with %}{% endwith %}
{% with a %}{% endwith %}
{% with a=1 b %}{% endwith %}
{% with a=1 %}
{% url 'home' %} {% url 'item' n %} {% url 'search' q=s %} {% url 'admin:index' as x %}[{{ x }}] {% url "nope" as y %}[{{ y }}]
{% autoescape off %}{% url 'search' q=s %}{% endautoescape %} {% url 'search' q=s as u %}{{ u }}
{% url 'nope' %}
{% url 'item' %}
{% url %}
{% url tpl %}
{% url 'item' missing %}
{% load static %}{% static 'css/a b.css' %} {% static "js/x.js" as j %}[{{ j }}] {% get_static_prefix %} {% get_media_prefix as m %}{{ m }}
{% load static %}{% static 'missing.css' %}
{% load static %}{% static %}
{% static 'js/x.js' %}
{% load nope %}{% nope %}
{% load i18n static l10n tz cache humanize %}ok
{% load static from static %}{% static 'js/x.js' %}
{% load trans from i18n %}{% trans "Hello" %}
{% load nope from i18n %}
{% load intcomma from humanize %}{{ 12345|intcomma }}
{% load %}x
{% load cache %}{% cache 500 frag n s %}a{{ n }}{% endcache %}{% cache None other %}b{% endcache %}
{% load cache %}{% cache 500 %}x{% endcache %}
{% load cache %}{% cache s frag2 %}x{% endcache %}
{% lorem 3 w %} {% lorem 0 w %}
{% lorem x y z %}
{% debug %}x
{% block a %}x{{ name }}{% endblock %} {% block b %}y{% endblock b %}{{ a }}
{% block a %}{{ block.name }}{% block c %}in{% endblock %}{% endblock %}
{% block a %}{% endblock %}{% block a %}{% endblock %}
{% block %}{% endblock %}
{% block a b %}{% endblock %}
{% block a %}{% endblock b %}
{% block a %}
{% block a %}{{ block.super }}{% endblock %}
{% extends %}
{% extends "nope" %}
{% extends missing %}
{% extends none %}
{% extends n %}
{% include "nope" %}
{% include missing %}
{% include %}
{% include "main" with %}
{% include "x" foo %}
{% include "x" only only %}
{% load l10n %}{{ pi }} {{ pi|unlocalize }} {{ pi|localize }} {% localize off %}{{ pi }}{% endlocalize %}{% localize on %}{{ pi }}{% endlocalize %}{% localize %}{{ when }}{% endlocalize %}
{% load l10n %}{% localize maybe %}{% endlocalize %}
{% load l10n %}{% localize off %}{{ when }} {{ plain }} {{ n }}{% endlocalize %}
{% load tz %}{{ when }} {{ when|utc }} {{ when|timezone:"America/New_York" }} {{ when|localtime }} {{ plain|utc }} {{ s|utc }} {{ when|timezone:"Nope/X" }}
{% load tz %}{% localtime off %}{{ when }}{% endlocaltime %}{% localtime %}{{ when }}{% endlocaltime %}{% timezone "Asia/Tokyo" %}{{ when }}{% get_current_timezone as z %}{{ z }}{% endtimezone %}{% timezone None %}{{ when }}{% endtimezone %}
{% load tz %}{% get_current_timezone as z %}{{ z }} {{ when|date:"H:i e T O" }} {{ plain|date:"H:i e T O" }}
{% load tz %}{% timezone "Nope/X" %}{% endtimezone %}
{% load tz %}{% timezone %}{% endtimezone %}
{% load tz %}{% get_current_timezone %}
{% load i18n %}{% trans "Hello" %} {% translate "Hello <b>" %} {% trans name %} {% trans "100% sure" %} {% trans "x" noop %} {% trans "May" context "verb" %} {% trans "May" %}
{% load i18n %}{% trans "Hello" as h %}[{{ h }}] {% trans name as h %}{{ h }} {% trans "a<b" as h %}{{ h }} {% trans missing %}. {% trans "hello"|upper %}
{% load i18n %}{% trans n %}
{% load i18n %}{% trans none %}
{% load i18n %}{% trans %}
{% load i18n %}{% trans "a" foo %}
{% load i18n %}{% trans "a" noop noop %}
{% load i18n %}{% trans "a" context %}
{% load i18n %}{% trans "a" context as %}
{% load i18n %}{% trans "a" as %}
{% load i18n %}{% blocktrans %}Hi {{ name }}{% endblocktrans %} {% blocktranslate with x=n|add:1 %}{{ x }} 100%{% endblocktranslate %} {% blocktrans with n as y %}{{ y }}{% endblocktrans %}
{% load i18n %}{% blocktrans count n=n %}{{ n }} cat{% plural %}{{ n }} cats{% endblocktrans %} {% blocktrans count n=1 %}{{ n }} cat{% plural %}{{ n }} cats{% endblocktrans %} {% blocktrans count n=9 %}{{ n }} cat{% plural %}{{ n }} cats{% endblocktrans %}
{% load i18n %}{% blocktrans asvar b %}x {{ name }}{% endblocktrans %}[{{ b }}] {% blocktrans %}{{ missing }}{{ d.a }}{{ True }}{% endblocktrans %}
{% load i18n %}{% blocktrans context "verb" %}May{% endblocktrans %} {% blocktrans with name="z" %}Bad {{ name }}{% endblocktrans %}
{% load i18n %}{% blocktrans count n=s %}a{% plural %}b{% endblocktrans %}
{% load i18n %}{% blocktrans %}{% if t %}{% endif %}{% endblocktrans %}
{% load i18n %}{% blocktrans %}{# c #}{% endblocktrans %}
{% load i18n %}{% blocktrans count n=1 %}a{% endblocktrans %}
{% load i18n %}{% blocktrans %}a{% plural %}b{% endblocktrans %}
{% load i18n %}{% blocktrans with %}a{% endblocktrans %}
{% load i18n %}{% blocktrans foo %}a{% endblocktrans %}
{% load i18n %}{% blocktrans count a=1 b=2 %}a{% plural %}b{% endblocktrans %}
{% load i18n %}{% blocktrans %}a
{% load i18n %}{% language "de" %}{% get_current_language as l %}{{ l }} {{ pi }}{% endlanguage %}{% get_current_language as l %}{{ l }} {% get_current_language_bidi as b %}{{ b }}
{% load i18n %}{% language "ar" %}{% get_current_language_bidi as b %}{{ b }}{% endlanguage %}{% get_available_languages as ls %}{% for c, l in ls %}{{ c }}={{ l }};{% endfor %}
{% load i18n %}{% get_language_info for "de" as i %}{{ i.code }}{{ i.name }}{{ i.name_local }}{{ i.bidi }}{{ i.name_translated }}{% get_language_info_list for langs as il %}{% for i in il %}{{ i.name }}{% endfor %}
{% load i18n %}{{ "de"|language_name }} {{ "pt-br"|language_name_local }} {{ "he"|language_bidi }} {{ "de"|language_name_translated }} {{ "de-xx"|language_name }}
{% load i18n %}{% get_language_info for "qq" as i %}
{% load i18n %}{{ "qq"|language_name }}
{% load i18n %}{% get_current_language %}
{% load i18n %}{% language %}{% endlanguage %}
{% load i18n %}{{ t|yesno }} {{ f|yesno }} {{ when|date:"F l P" }}
{% load i18n %}{{ when|date:"DATE_FORMAT" }} {{ plain|time:"TIME_FORMAT" }}
"""

MULTI = [
    "{% load i18n %}{% blocktrans trimmed %}\n  Hello\n   there {{ name }}\n\n  you\n{% endblocktrans %}",
    "{% load i18n %}{% blocktrans count n=n trimmed %}\n one \n{% plural %}\n many {{ n }} \n{% endblocktrans %}",
    "{{ name\n}}{% if\nt %}x", "{% comment %}\n{% endcomment %}\n", "{{ x }}\r\n{% if t %}\r\ny{% endif %}",
]
QUERY = (
    "{% querystring %}|{% querystring page=2 %}|{% querystring a=None %}|{% querystring a=None b=None %}"
    "|{% querystring x=list %}|{% querystring q page=1 %}|{% querystring page=5 as u %}{{ u }}|{% querystring c='a b&' %}"
)


def cases(values):
    for line in SIMPLE.strip("\n").split("\n"):
        yield {"t": line, "c": CONTEXT}
        if "i18n" in line or "_(" in line or "now" in line:
            yield {"t": line, "c": CONTEXT, "lang": "xx"}
    for files in FILES + MULTI:
        yield {"t": files, "c": CONTEXT}
    for token in ("tok<en", "", "NOTPROVIDED", None, {"$safe": "a&b"}):
        yield {"t": "{% csrf_token %}", "c": {"csrf_token": token}}
    for query in ("a=1&b=2&a=3", "", "a=%26+%3C"):
        context = {**CONTEXT, "request": {"GET": {"$query": query}}, "q": {"$query": "z=9"}}
        yield {"t": QUERY, "c": context}
        yield {"t": "{{ request.GET.a }} {{ request.GET.urlencode }}", "c": context}
    yield {"t": "{% querystring a b %}", "c": CONTEXT}
    for zone in ("UTC", "America/New_York", "Asia/Kolkata"):
        for text in ("{{ when }} {{ plain }}", "{{ when|date:'r c U Z I' }}", "{% now 'H:i T' %}"):
            yield {"t": text, "c": CONTEXT, "tz": zone}
    operators = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "and", "or")
    keys = ("empty", "hello", "safe", "zero", "one", "pi", "yes", "none", "list", "tuple", "dict", "date", "aware")
    for a in keys:
        for b in keys:
            parts = ["{%% if a %s b %%}1{%% else %%}0{%% endif %%}" % o for o in operators]
            yield {"t": "".join(parts), "c": {"a": values[a], "b": values[b]}}
    yield from conformance_forms_cases.cases()
