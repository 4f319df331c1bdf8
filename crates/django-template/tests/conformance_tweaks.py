"""Templates that use django-widget-tweaks."""

CHOICES = [["", "---------"], ["a", "A<"]]
HELP = "Some <b>help</b>"
NAME = {"name": "f", "label": "Name", "attrs": {"class": "own", "autofocus": True}, "help": HELP}
FIELDS = [
    {"name": "f"},
    NAME,
    {**NAME, "errors": ["Wrong <x>."], "value": "v<", "required": False},
    {"name": "f", "kind": "password", "attrs": {"id": "own"}},
    {"name": "f", "kind": "hidden"},
    {"name": "f", "kind": "textarea", "errors": ["Bad"]},
    {"name": "f", "kind": "checkbox", "attrs": {"class": ""}},
    {"name": "f", "kind": "select", "choices": CHOICES},
    {"name": "f", "kind": "multiple", "choices": CHOICES},
    {"name": "f", "kind": "radio", "choices": CHOICES, "attrs": {"class": "c"}},
]
LOAD = "{% load widget_tweaks %}"
ON_FIELD = [
    '{{ form.f|add_class:"wide" }}',
    '{{ form.f|add_class:"a"|add_class:"b c" }}|{{ form.f }}',
    '{{ form.f|attr:"placeholder:Your <name>" }}',
    '{{ form.f|attr:"x-on::click:go()"|attr:"hidden" }}',
    '{{ form.f|attr:"data-x:1:2"|attr:"::b:c"|attr:":d" }}',
    '{{ form.f|attr:"class:only" }}{{ form.f|append_attr:"class:more"|attr:"class:only" }}',
    '{{ form.f|attr:"class:only"|append_attr:"class:more" }}{{ form.f|append_attr:"rel:x" }}',
    '{{ form.f|attr:"id:mine"|attr:"required:no" }}',
    '{{ form.f|attr:"aria-describedby:me" }}',
    '{{ form.f|attr:"type:email" }}',
    '{{ form.f|remove_attr:"class"|add_class:"x" }}',
    '{{ form.f|remove_attr:"none" }}{{ form.f|set_data:"filter:OverText" }}{{ form.f|set_data:"on" }}',
    '{{ form.f|add_error_class:"bad"|add_required_class:"must" }}{{ form.f|add_error_attr:"aria-x:y" }}',
    '{{ form.f|add_label_class:"lab" }}{{ form.f|widget_type }}',
    '{% with w=form.f|add_class:"once" %}{{ w }}|{{ w }}|{{ w|add_class:"more" }}|{{ w.errors }}{{ w.label_tag }}{% endwith %}',
    '{% with w=form.f|add_class:"a"|attr:"b:c" %}{{ w }}|{{ w }}|{{ w }}{% endwith %}',
    '{{ form.f|add_class:"x"|safe|length }}{% if form.f|add_class:"x" %}yes{% endif %}',
    "{% render_field form.f %}",
    '{% render_field form.f class="x" %}{% render_field form.f class+="x" placeholder=form.f.name %}',
    '{% render_field form.f class+=\'a "b"\' %}',
    "{% render_field form.f type='email' data-x=\"a:b\" @click='go' x.y:z=1 %}",
    '{% render_field form.f class=missing title+="t" rows=5 %}',
    '{% with WIDGET_ERROR_CLASS="err" WIDGET_REQUIRED_CLASS="req" %}{% render_field form.f class+="x" %}{% render_field form.f class="x" %}{% endwith %}',
    "{% for field in form %}{% render_field field class+='all' %}{{ field.label_tag }}{% endfor %}",
]
ELSEWHERE = [
    '{{ missing|add_class:"x" }}|{{ missing|attr:"a:b" }}|{{ missing|add_error_class:"x" }}',
    '{{ "text"|add_class:"x" }}', '{{ "text"|add_error_class:"x" }}', "{{ missing|field_type }}{{ 'a'|widget_type }}",
    "{% render_field missing %}", '{% render_field missing class="x" %}', '{% render_field "text" %}', '{% render_field "text" class="x" %}',
    "{% render_field %}", "{% render_field form.f class %}", "{% render_field form.f =x %}", "{% render_field form.f class= %}",
    "{{ form.f|add_class }}", "{{ form.f|add_class:5 }}", "{{ form.f|widget_type:'x' }}", "{% load add_class from widget_tweaks %}{{ form.f|add_class:'x' }}",
    "{% load add_class from widget_tweaks %}{{ form.f|attr:'x' }}",
]  # fmt: skip


def cases():
    for field in FIELDS:
        form = {"$form": {"fields": [field], "bound": "value" in field}}
        for text in ON_FIELD:
            yield {"t": LOAD + text, "c": {"form": form}}
    form = {"$form": {"fields": [NAME]}}
    for text in ELSEWHERE:
        yield {"t": text if text.startswith("{% load") else LOAD + text, "c": {"form": form}}
    yield {"t": LOAD + "{{ form.f|add_label_class:'a' }}", "c": {"form": {"$form": {"fields": [NAME], "required_css_class": "must"}}}}
