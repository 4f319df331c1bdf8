"""Builds real Django forms from the specifications in conformance_cases.py."""
from django import forms
from django.forms.utils import ErrorDict, ErrorList
from django.utils.datastructures import MultiValueDict

WIDGETS = {
    "text": forms.TextInput,
    "password": forms.PasswordInput,
    "hidden": forms.HiddenInput,
    "number": forms.NumberInput,
    "email": forms.EmailInput,
    "url": forms.URLInput,
    "textarea": forms.Textarea,
    "checkbox": forms.CheckboxInput,
    "select": forms.Select,
    "multiple": forms.SelectMultiple,
    "radio": forms.RadioSelect,
    "checkboxes": forms.CheckboxSelectMultiple,
}


def choices(spec):
    """Flat choices; neighbours with a third element form a group."""
    out = []
    for item in spec:
        if len(item) == 2:
            out.append((item[0], item[1]))
        elif out and isinstance(out[-1][1], list) and out[-1][0] == item[2]:
            out[-1][1].append((item[0], item[1]))
        else:
            out.append((item[2], [(item[0], item[1])]))
    return out


def field(spec):
    options = {
        "required": spec.get("required", True),
        "help_text": spec.get("help", ""),
        "label": spec.get("label"),
        "initial": spec.get("initial"),
        "disabled": spec.get("disabled", False),
        "show_hidden_initial": spec.get("hidden_initial", False),
        "label_suffix": spec.get("suffix"),
    }
    kind = spec.get("kind", "text")
    widget = WIDGETS[kind](attrs=spec.get("attrs"))
    if kind in ("select", "radio"):
        return forms.ChoiceField(choices=choices(spec["choices"]), widget=widget, **options)
    if kind in ("multiple", "checkboxes"):
        return forms.MultipleChoiceField(choices=choices(spec["choices"]), widget=widget, **options)
    if kind == "checkbox":
        return forms.BooleanField(widget=widget, **options)
    return forms.Field(widget=widget, **options)


def build(spec):
    fields = {f["name"]: field(f) for f in spec["fields"]}
    attributes = dict(fields)
    for name in ("error_css_class", "required_css_class"):
        if name in spec:
            attributes[name] = spec[name]
    cls = type("SpecForm", (forms.Form,), attributes)
    options = {"prefix": spec.get("prefix"), "auto_id": spec.get("auto_id", "id_%s")}
    data = None
    if spec.get("bound"):
        data = MultiValueDict()
        for f in spec["fields"]:
            if f.get("value") is not None and f["value"] is not False:
                name = f["name"] if not spec.get("prefix") else "%s-%s" % (spec["prefix"], f["name"])
                data.setlist(name, f["value"] if isinstance(f["value"], list) else [f["value"]])
    form = cls(data, **options)
    form._errors = ErrorDict(renderer=form.renderer)
    for f in spec["fields"]:
        if f.get("errors"):
            auto_id = form[f["name"]].auto_id
            form._errors[f["name"]] = ErrorList(f["errors"], renderer=form.renderer, field_id=auto_id)
    if spec.get("errors"):
        form._errors["__all__"] = ErrorList(spec["errors"], "nonfield", renderer=form.renderer)
    return form
