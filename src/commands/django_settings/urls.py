# URLs: mounts of the provider, the project's URL names, who answers at the login page.


def urls(document, settings):
    walk = walk_urls(settings)
    found = find_endpoints(document, walk)
    advertise(document, found, settings)
    for mount in walk.mounts:
        if not is_mount(mount):
            document.finding("mount: %s" % mount, "", "slash-o serves plain paths such as /o/ only", "keep this mount at Django in the proxy")
    mounts = mounts_of(found, "provider", walk.mounts)
    if not mounts and any(found.paths[name] for of, name, _ in ENDPOINTS if of):
        mounts = [next((mount for mount in walk.mounts if is_mount(mount)), "/o/")]
    if mounts:
        document.put("mount", mounts, "server")
        at_root(document, found, mounts)
        write_endpoints(document, found, mounts, "provider")
        strangers(document, walk, found, mounts, "provider")
    else:
        document.finding("mount: none", "no include of oauth2_provider.urls was found", "slash-o serves /o/",
                         'say [server] mount in slash-o.local.toml')
    differences(document, found, "provider")
    in_languages(document, settings, found)
    accounts(document, settings, walk, found)
    documentation(document, walk)
    names(document, settings, walk)


def documentation(document, walk):
    """slash-o's own pages below /docs/ give way to what the project has there."""
    if any(path.startswith("/docs/") for route in walk.routes for path in route.paths or ()) or answering("/docs/"):
        document.put("docs", "", "server")
        document.note("/docs/ is the project's own: slash-o shows its documentation of the API nowhere; say [server] docs for another place", "server")


def accounts(document, settings, walk, found):
    """Where Django's own login view is; a login of the project's own stays with Django."""
    from django.shortcuts import resolve_url

    script = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    try:
        login = str(resolve_url(settings.LOGIN_URL)).split("?")[0].split("#")[0]
    except Exception:
        login = ""
    login = login[len(script):] if script and login.startswith(script + "/") else login
    callback = answering(login) if login.startswith("/") else None
    seen = found.told.get(login)
    logins = found.paths["login"]
    if seen is None or seen.name != "login" or own_login(seen):
        who = login or "another host" if callback is None else name_of(getattr(callback, "view_class", callback))
        left_to_django(document, "LOGIN_URL: %s: the login page stays with Django" % who)
        return
    logins.sort(key=lambda path: path != login)
    for name in document.own_backends:
        document.finding("AUTHENTICATION_BACKENDS: " + name, "", "slash-o's login page asks ModelBackend only",
                         "[server] accounts = \"\" leaves the login to Django", danger=True, kept=True)
    bases = mounts_of(found, "", ())[:1]
    if bases != ["/accounts/"]:
        document.put("accounts", bases[0] if bases else "", "server")
    write_endpoints(document, found, bases, "")
    strangers(document, walk, found, bases, "")
    differences(document, found, "")
    stays(document, walk, found, bases)
    told = found.told[logins[0]]
    if told.told:
        document.finding("URL: " + logins[0], "; ".join(told.told), "slash-o answers as Django does", "keep this path at Django in the proxy", danger=True)
    login_arguments(document, settings, logins[0], dict(told.arguments))


def own_login(seen):
    """Whether the login page is a class of the project's own."""
    return any(" overrides " in text or " sets " in text for text in seen.told)


def left_to_django(document, why):
    document.put("accounts", "", "server")
    document.note(why, "server")
    for name in document.own_backends:
        document.note("AUTHENTICATION_BACKENDS: %s: Django asks it, because the login page stays there" % name, "server")


def stays(document, walk, found, bases):
    """The project's URLs beside slash-o's login pages, for `slash-o check`."""
    beside = tuple(base for base in bases if base != "/")
    out = [path for route in walk.routes for path in route.paths or () if path not in found.told and path.startswith(beside)]
    if beside and out:
        document.put("left_to_django", list(collections.OrderedDict.fromkeys(out)), "server")


def login_arguments(document, settings, login, changed):
    """LoginView.as_view(...): what can be said is written, the rest is named."""
    next_page(document, "LOGIN_REDIRECT_URL", changed)
    for name, value in sorted(changed.items()):
        if name == "template_name" and value == "registration/login.html" or name == "redirect_authenticated_user" and not value:
            continue
        if name == "redirect_authenticated_user":
            document.put(name, True, "server")
            continue
        if name == "extra_context":
            extra_context(document, settings, login, value or {})
            continue
        instead = {"template_name": "give the template as registration/login.html"}
        document.finding("LoginView: %s.%s" % (login, name), dotted(value) if callable(value) else repr(value),
                         "slash-o's login page does without it", instead.get(name, "keep the login at Django"))


def extra_context(document, settings, login, values):
    """Plain values that no other page looks up."""
    pages = page_texts(document, settings)
    others = "\n".join(text for page, text in pages.items() if page != "registration/login.html")
    for name, value in values.items():
        data = template_value(name, [value])
        if not looks_up(own_pages(document, settings), name):
            continue
        if data is UNSET or looks_up(others, name):
            document.finding("LoginView: %s.extra_context.%s" % (login, name), "", "it is empty in slash-o's pages",
                             "write it into the template registration/login.html")
        elif not document.holds(name, "server.template_values"):
            document.put(name, data, "server.template_values")


def names(document, settings, walk):
    """The project's own URL names that its templates or settings use; those of the provider are slash-o's."""
    script = (settings.FORCE_SCRIPT_NAME or "").rstrip("/")
    kept, unsaid = collections.OrderedDict(), []
    for route in walk.routes:
        if route.name and route.paths is None:
            unsaid.append(route.name)
        elif route.name and not route.name.startswith("oauth2_provider:"):
            paths = kept.setdefault(route.name, [])
            paths.extend(script + path for path in route.paths if script + path not in paths)
    pages = own_pages(document, settings)
    said = [str(value) for value in [settings.LOGIN_URL, settings.LOGIN_REDIRECT_URL, settings.LOGOUT_REDIRECT_URL,
                                     (getattr(settings, P, None) or {}).get("OIDC_RP_INITIATED_REGISTRATION_URL")]]
    for name, paths in kept.items():
        if name in said or re.search("[\"']%s[\"']" % re.escape(name), pages):
            document.put(name, paths[0] if len(paths) == 1 else paths, "server.urls")
    for name in collections.OrderedDict.fromkeys(unsaid):
        if name not in kept and not name.startswith("oauth2_provider:") and re.search("[\"']%s[\"']" % re.escape(name), pages):
            document.finding("URL name: " + name, "a regular expression", "templates that name it do not work",
                             "say its path in [server.urls] in slash-o.local.toml")
