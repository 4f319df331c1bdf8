# HTML of forms: FORM_RENDERER and the templates that a project has in the place of Django's.

#: Django's own, which show the same as long as no template of theirs has another.
STOCK_RENDERERS = ("django.forms.renderers.DjangoTemplates", "django.forms.renderers.TemplatesSetting")
#: What a renderer of the project's may say: names of templates.
TEMPLATE_NAMES = ("form_template_name", "field_template_name", "formset_template_name")


def form_renderer(document, settings):
    name = dotted(getattr(settings, "FORM_RENDERER", STOCK_RENDERERS[0]))
    try:
        found = renderer_of(name)
    except NotAsked as error:
        found = None
        why = str(error)
    else:
        why = "it is more than names of templates"
    if found is None:
        document.put("FORM_RENDERER", name)
        document.finding("setting: FORM_RENDERER", "%s: %s" % (name, why), "slash-o shows forms as Django's own templates do",
                         "take it out if no page shows a form", kept=True)
        return
    own = own_form_templates(settings, found)
    if not own:
        return
    if TO_STDOUT:
        for page in own:
            document.finding("form template: " + page, "--stdout writes no templates", "slash-o shows forms as Django's own templates do",
                             "export without --stdout, or write the fields into the pages themselves")
        return
    for key in TEMPLATE_NAMES[:2]:
        if getattr(found, key, None):
            document.put(key.split("_")[0], getattr(found, key), "server.form_templates")


def renderer_of(name):
    """The renderer; None where it runs code of the project's, or Jinja."""
    from django.utils.module_loading import import_string

    cls = import_string(name)
    stock = next((step for step in cls.__mro__ if name_of(step) in STOCK_RENDERERS), None)
    if stock is None:
        return None
    if name in STOCK_RENDERERS:
        return cls()
    for step in cls.__mro__[: cls.__mro__.index(stock)]:
        strange = is_strange_module(step.__module__) and set(vars(step)) - NO_ANSWER - set(TEMPLATE_NAMES)
        if strange or any(not isinstance(vars(step).get(key, ""), str) for key in TEMPLATE_NAMES):
            return None
    return ask(name, cls, rows=False)


def looks_into_folders(renderer):
    return any(name_of(step) == STOCK_RENDERERS[1] for step in type(renderer).__mro__)


def own_form_templates(settings, renderer):
    """Names of templates that are the project's, in the order in which Django looks: name to folder."""
    out = collections.OrderedDict()
    for folder in own_folders(settings) if looks_into_folders(renderer) else ():
        for place, _, names in os.walk(os.path.join(folder, "django", "forms")):
            for name in sorted(names):
                page = os.path.relpath(os.path.join(place, name), folder).replace(os.sep, "/")
                if page.endswith(".html") and "/formsets/" not in page:
                    out.setdefault(page, folder)
    for key in TEMPLATE_NAMES[:2]:
        if getattr(renderer, key, None) and not getattr(renderer, key).startswith("django/forms/"):
            out.setdefault(getattr(renderer, key), "")
    return out


def form_copies(settings):
    """Django's own templates of forms, where the project has changed one of them: those must be found beside it."""
    import django

    name = dotted(getattr(settings, "FORM_RENDERER", STOCK_RENDERERS[0]))
    try:
        renderer = renderer_of(name)
    except NotAsked:
        return {}
    own = own_form_templates(settings, renderer) if renderer is not None else {}
    root = os.path.join(os.path.dirname(os.path.abspath(django.__file__)), "forms", "templates")
    out = collections.OrderedDict()
    for place, _, names in os.walk(os.path.join(root, "django", "forms")) if own and not TO_STDOUT else ():
        for file in sorted(names):
            page = os.path.relpath(os.path.join(place, file), root).replace(os.sep, "/")
            if page.endswith(".html") and page not in own and "formsets" not in page:
                path = os.path.join(place, file)
                with open(path, "rb") as text:
                    text = text.read().decode("utf-8")
                digest = hashlib.sha256(text.encode("utf-8")).hexdigest()
                out[page] = "%s%s, sha256 %s #}%s" % (MARK, path, digest, text)
    return out
