# What pages show beside the values of context processors: sites, URLs of static files, HTML of forms.


def sites(document, settings):
    """Rows of django.contrib.sites, which account pages name."""
    from django.apps import apps

    if not apps.is_installed("django.contrib.sites"):
        return
    model = apps.get_model("sites.Site")
    number = getattr(settings, "SITE_ID", None)

    def rows():
        found = model._base_manager.all().order_by("pk")
        return [(row.pk, row.domain, row.name) for row in found if number in (None, row.pk)]

    try:
        found = ask("%s.%s.objects" % (model.__module__, model.__name__), rows)
    except NotAsked as error:
        document.finding("sites: django.contrib.sites", "its rows were not read: %s" % error, "account pages show the host in place of the site",
                         "say them as [[server.sites]] with id, domain and name")
        return
    document.put("sites", [collections.OrderedDict(zip(("id", "domain", "name"), row)) for row in found], "server")


def static_paths(engine):
    """Those that templates name with `{% static %}`, and whether there are others that only a rendering knows."""
    paths, open_ones = {"oauth2_provider/js/application_form.js"}, []
    for name, origin, text in shown_templates(engine):
        for token in tokens_of(text):
            bits = token.split_contents() if token.token_type.value == 2 else []
            if bits[:1] != ["static"] or len(bits) < 2:
                continue
            if re.match("^(\"[^\"]*\"|'[^']*')$", bits[1]):
                paths.add(bits[1][1:-1])
            else:
                open_ones.append("%s: {%% %s %%}" % (name, token.contents))
    return sorted(paths), open_ones


def own_storage(document, backend):
    """A storage of the project's own is asked for the URL of each path that templates name."""
    engine = django_engine()
    paths, open_ones = static_paths(engine) if engine else ([], [])
    why = "%s has a path that only a rendering knows" % open_ones[0] if open_ones else ""

    def urls(days):
        from django.contrib.staticfiles.storage import staticfiles_storage

        with other_day(days):
            out = collections.OrderedDict()
            for path in paths:
                try:
                    out[path] = str(staticfiles_storage.url(path))
                except ValueError:
                    # A file that the storage does not have: Django shows no page that names it.
                    continue
            return out

    try:
        first, second = [ask(backend + ".url", urls, days, rows=False) for days in (0, 500)]
        why = why or ("it has another URL on another day" if first != second else "")
    except NotAsked as error:
        first, why = {}, str(error)
    for path, url in first.items() if not why else []:
        document.put(path, url, "server.static_urls")
    if why:
        document.finding("storage: " + backend, "STORAGES.staticfiles: " + why, "slash-o makes URLs of static files as Django's own storages do",
                         "say each path that templates name in [server.static_urls]")


def shown(document, settings):
    from django.apps import apps

    if settings.is_overridden("SITE_ID"):
        put(document, "SITE_ID", settings.SITE_ID, UNSET)
    if not apps.is_installed("django.contrib.staticfiles"):
        document.put("staticfiles_app", False, "server")
    for part in (sites, form_renderer, own_columns):
        part(document, settings)
