"""Forms as they are compared with Django."""

CHOICES = [["", "---------"], ["a", "A<"], ["b", "B"]]
GROUPED = [["x", "X"], ["1", "One", "Numbers"], ["2", "Two", "Numbers"], ["y", "Y", "Letters"]]
HELP = "Some <b>help</b>"
WIDGETS = [
    {"name": "f"},
    {"name": "f", "attrs": {"maxlength": "10", "class": "c", "autofocus": True}},
    {"name": "f", "attrs": {"id": "own"}, "help": HELP},
    {"name": "f", "attrs": {"aria-describedby": "x"}, "help": HELP},
    {"name": "my_field", "help": HELP, "label": "Label?"},
    {"name": "f", "label": ""},
    {"name": "f", "label": "A<B", "suffix": "!"},
    {"name": "f", "required": False, "disabled": True},
    {"name": "f", "hidden_initial": True, "help": HELP},
    {"name": "f", "kind": "password"},
    {"name": "f", "kind": "hidden"},
    {"name": "f", "kind": "number", "attrs": {"min": 1, "step": "any"}},
    {"name": "f", "kind": "email"},
    {"name": "f", "kind": "url"},
    {"name": "f", "kind": "textarea"},
    {"name": "f", "kind": "textarea", "attrs": {"rows": 3}},
    {"name": "f", "kind": "checkbox"},
    {"name": "f", "kind": "checkbox", "required": False},
    {"name": "f", "kind": "select", "choices": CHOICES},
    {"name": "f", "kind": "select", "choices": CHOICES[1:], "help": HELP},
    {"name": "f", "kind": "select", "choices": GROUPED},
    {"name": "f", "kind": "multiple", "choices": GROUPED},
    {"name": "f", "kind": "radio", "choices": CHOICES, "help": HELP},
    {"name": "f", "kind": "radio", "choices": GROUPED, "attrs": {"class": "c"}},
    {"name": "f", "kind": "checkboxes", "choices": CHOICES},
    {"name": "f", "kind": "checkboxes", "choices": GROUPED},
]
FIELD = (
    "{{ form.f }}{{ form.my_field }}|{{ form.f.label_tag }}|{{ form.f.legend_tag }}|{{ form.f.errors }}|{{ form.f.help_text }}"
    "|{{ form.f.id_for_label }}|{{ form.f.auto_id }}|{{ form.f.name }}|{{ form.f.html_name }}|{{ form.f.value }}"
    "|{{ form.f.is_hidden }}|{{ form.f.widget_type }}|{{ form.f.css_classes }}|{{ form.f.as_hidden }}"
    "|{{ form.f.field.required }}|{{ form.f.aria_describedby }}|{{ form.f.use_fieldset }}|{{ form.f.label }}"
)
PARTS = "{% for w in form.f %}[{{ w }}|{{ w.tag }}|{{ w.choice_label }}|{{ w.id_for_label }}]{% endfor %}"
WHOLE = [
    "{{ form }}", "{{ form.as_p }}", "{{ form.as_ul }}", "{{ form.as_table }}", "{{ form.as_div }}",
    "{{ form.errors }}|{{ form.non_field_errors }}|{{ form.is_bound }}|{{ form.media }}|{{ form.errors.items|length }}",
    "{% for field in form %}{{ field.name }}:{{ field }}{{ field.errors }};{% endfor %}",
    "{% for f in form.hidden_fields %}{{ f }}{% endfor %}|{% for f in form.visible_fields %}{{ f.label_tag }}{{ f }}{% endfor %}",
    "{% for f in form %}{{ f.as_field_group }}{% endfor %}",
    "{% if form.errors %}e{% endif %}{% if form.non_field_errors %}n{% endif %}{% for e in form.non_field_errors %}{{ e }}{% endfor %}{% for f, e in form.errors.items %}{{ f }}{{ e }}{% endfor %}",
    "{{ form.nope }}{{ form.user.errors }}{{ form.user.errors.as_text }}{{ form.non_field_errors.as_text }}{{ form.errors.user }}",
    "{% if form.user.errors %}x{% endif %}{{ form.user.errors.0 }}{{ form.user|length }}{{ form.errors|length }}",
]
USER = {"name": "user", "label": "User", "help": HELP}
SECRET = {"name": "hidden_one", "kind": "hidden"}
FORMS = [
    {"fields": []},
    {"fields": [USER]},
    {"fields": [SECRET]},
    {"fields": [], "errors": ["Form is <bad>."]},
    {"fields": [SECRET], "errors": ["Bad."]},
    {"fields": [USER, SECRET], "errors": ["Bad.", "Worse."]},
    {"fields": [{**USER, "errors": ["Required."], "value": "<x>"}, {**SECRET, "value": "v"}], "bound": True},
    {"fields": [USER, {**SECRET, "errors": ["Hidden bad."]}], "bound": True},
    {"fields": [{**SECRET, "errors": ["Hidden bad."]}], "bound": True},
    {"fields": [USER, {"name": "kind", "kind": "radio", "choices": CHOICES, "help": HELP, "errors": ["No."]}, {"name": "ok", "kind": "checkbox"}]},
    {"fields": [USER, SECRET], "prefix": "p"},
    {"fields": [USER, {"name": "kind", "kind": "radio", "choices": CHOICES}], "auto_id": False},
    {"fields": [{**USER, "errors": ["A"]}, {"name": "b", "required": False}], "error_css_class": "err", "required_css_class": "req"},
    {"fields": [{"name": "sel", "kind": "select", "choices": CHOICES, "initial": "b"}, {"name": "area", "kind": "textarea", "initial": "a<\n"}, {"name": "ok", "kind": "checkbox", "initial": True}]},
]


def values_for(kind):
    if kind == "checkbox":
        return [True, False, None]
    if kind in ("multiple", "checkboxes"):
        return [["a", "2"], None]
    if kind in ("select", "radio"):
        return ["b", "1", None]
    return ["v<\"'&", None, ""]


def cases():
    for field in WIDGETS:
        for value in values_for(field.get("kind")):
            for bound in (False, True):
                for errors in ([], ["Wrong <x>.", "Bad"]):
                    spec = {**field, "value": value, "initial": value, "errors": errors}
                    form = {"$form": {"fields": [spec], "bound": bound}}
                    yield {"t": FIELD, "c": {"form": form}}
                    if field.get("choices"):
                        yield {"t": PARTS, "c": {"form": form}}
    for form in FORMS:
        for text in WHOLE:
            yield {"t": text, "c": {"form": {"$form": form}}}
