# Functions and classes of the project that become data: each is asked in every way in which DOT asks it, and what does not
# fit into data is named.


def applications():
    """All applications; none before the first migrate; NotAsked where the database cannot be read now."""
    from django.db import connection

    from oauth2_provider.models import get_application_model

    model = get_application_model()

    def rows():
        there = model._meta.db_table in connection.introspection.table_names()
        return list(model._default_manager.all().order_by("pk")) if there else []

    return ask("%s.%s.objects" % (model.__module__, model.__name__), rows)


#: Setting to how else it is said.
INSTEAD = {
    "PKCE_REQUIRED": 'say true, false, a list of client ids, { client_types = ["public"] } or { default = true, except = ["id"] }',
    "ACCESS_TOKEN_EXPIRE_SECONDS": "say { default = 36000, client_credentials = 600, applications = { } }",
    "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": 'say "https://host/o/device?user_code={user_code}"',
}


def asked(document, name, function):
    found = name_of(function)
    try:
        if name == "PKCE_REQUIRED":
            value = pkce(found, function)
        elif name in ("ACCESS_TOKEN_EXPIRE_SECONDS", "REFRESH_TOKEN_EXPIRE_SECONDS"):
            value = lifetimes(found, function, name)
        elif name == "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE":
            value = user_code_template(found, function)
        else:
            raise NotAsked("no function is expected there")
    except Exception as error:
        document.finding("%s: %s" % (name, found), "%s.%s: %s" % (P, name, error), "slash-o does not run Python code",
                         INSTEAD.get(name, "say it as plain data"), danger=True)
        return
    document.comment("%s was %s; it was asked for what exists today. Check this line." % (name, found), P)
    document.put(name, value, P)


class Written(str):
    """A client_id; how it is written is remembered when somebody looks at it. To be equal to another one counts for nothing."""

    seen = set()

    def __getattribute__(self, name):
        if name in dir(str) and not name.startswith("__"):
            Written.seen.add(name)
        return str.__getattribute__(self, name)

    def __getitem__(self, key):
        Written.seen.add("[]")
        return str.__getitem__(self, key)

    def __contains__(self, part):
        Written.seen.add("in")
        return str.__contains__(self, part)

    def __len__(self):
        Written.seen.add("len")
        return str.__len__(self)


def is_about_spelling(function):
    """Whether it looks for a pattern, which would hold for clients of tomorrow too."""
    names, codes = set(), [getattr(function, "__code__", None)]
    while codes:
        code = codes.pop()
        names.update(getattr(code, "co_names", ()))
        codes.extend(one for one in getattr(code, "co_consts", ()) if hasattr(one, "co_names"))
    return bool(names & {"match", "fullmatch", "search", "fnmatch", "fnmatchcase", "re"})


def pkce(found, function):
    """Asked for each client, and for some that nobody has: what a new client would get."""
    everybody = applications()
    before = len(READ)
    strangers = [pkce_of_nobody(found, function, name) for name in ("slash-o-probe-a", "slash-o-probe-b", "0123456789" * 9, "SLASH_O_PROBE")]
    if len(set(strangers)) > 1:
        raise NotAsked("it answers differently for clients that nobody has")
    answers = {a.client_id: bool(ask(found, function, a.client_id)) for a in everybody}
    if len(READ) > before:
        return pkce_by_type(everybody, answers)
    Written.seen.clear()
    pkce_of_nobody(found, function, Written("slash-o-probe-a"))
    if not strangers[0] and (Written.seen or is_about_spelling(function)):
        # The other way round a client of tomorrow would be asked for more than it needs, which shows at once.
        raise NotAsked("it looks at how a client_id is written: a client of tomorrow would do without PKCE here")
    differing = [a.client_id for a in everybody if answers[a.client_id] != strangers[0]]
    return collections.OrderedDict([("default", strangers[0]), ("except", differing)]) if differing else strangers[0]


def pkce_of_nobody(found, function, name):
    """None where it finds no such client."""
    from django.core.exceptions import ObjectDoesNotExist

    def asked_for_nobody():
        try:
            return bool(function(name))
        except ObjectDoesNotExist:
            return None

    return ask(found, asked_for_nobody)


def pkce_by_type(everybody, answers):
    """It looks the client up: proven where clients of both types are there, and type alone tells them apart."""
    by_type = {a.client_type: answers[a.client_id] for a in everybody}
    if set(by_type) != {"public", "confidential"} or any(answers[a.client_id] != by_type[a.client_type] for a in everybody):
        raise NotAsked("it looks the client up, and there is not one client of each type whose type decides")
    if len(set(by_type.values())) == 1:
        return by_type["public"]
    return {"client_types": [kind for kind in sorted(by_type) if by_type[kind]]}


class Probe(object):
    """What a lifetime is asked with: grant type and client. Whatever else it looks at is remembered."""

    def __init__(self, grant_type, client, seen):
        self.__dict__.update(grant_type=grant_type, client=client, client_id=getattr(client, "client_id", None), _seen=seen)

    def __getattr__(self, name):
        self._seen.add(name)
        raise AttributeError(name)


def lifetimes(found, function, name):
    if name != "ACCESS_TOKEN_EXPIRE_SECONDS":
        raise NotAsked("slash-o has one number for all")
    seen, clients = set(), [None] + applications()
    answers = collections.OrderedDict()
    for client in clients:
        for grant in GRANTS:
            answers[client and client.client_id, grant] = ask(found, function, Probe(grant, client, seen))
    if seen:
        raise NotAsked("it looks at request.%s" % ", request.".join(sorted(seen)))
    if not all(isinstance(seconds, int) for seconds in answers.values()):
        raise NotAsked("it answers no whole numbers")
    default = answers[None, "authorization_code"]
    table = collections.OrderedDict([("default", default)])
    table.update((grant.rsplit(":", 1)[-1], answers[None, grant]) for grant in GRANTS if answers[None, grant] != default)
    own = collections.OrderedDict()
    for client in clients[1:]:
        of_client = {answers[client.client_id, grant] for grant in GRANTS}
        if [answers[client.client_id, grant] for grant in GRANTS] == [answers[None, grant] for grant in GRANTS]:
            continue
        if len(of_client) > 1:
            raise NotAsked("it has lifetimes by client and grant")
        own[client.client_id] = of_client.pop()
    if own:
        table["applications"] = own
    return table


def user_code_template(found, function):
    first, second = ask(found, function, "PROBEONE"), ask(found, function, "PROBETWO")
    template = first.replace("PROBEONE", "{user_code}")
    if template.replace("{user_code}", "PROBETWO") != second or template == first:
        raise NotAsked("the user code is not simply part of it")
    return template


def scopes_backend(document, value):
    """A backend of the project is asked for its scopes, and for those of each application."""
    found = older_name(dotted(value))
    if found == "oauth2_provider.scopes.SettingsScopes":
        return
    try:
        everything, table = scopes_of_backend(found)
    except Exception as error:
        document.put("SCOPES_BACKEND_CLASS", found, P)
        document.finding("SCOPES_BACKEND_CLASS: " + found, "%s.SCOPES_BACKEND_CLASS: %s" % (P, error), "slash-o does not run Python code",
                         'say SCOPES, and { applications = { "client-id" = { available = [] } } }', danger=True, kept=True)
        return
    document.comment("SCOPES_BACKEND_CLASS was %s; it was asked for what exists today. Check these lines." % found, P)
    document.tables[P] = [line for line in document.tables.get(P, []) if not line.startswith("SCOPES = ")]
    document.put("SCOPES", everything, P)
    document.put("SCOPES_BACKEND_CLASS", {"applications": table}, P)


class Request(object):
    """What DOT gives a backend beside the application; whatever it looks at is remembered."""

    def __init__(self, seen):
        self.__dict__["_seen"] = seen

    def __getattr__(self, name):
        self._seen.add(name)
        raise AttributeError(name)


def strangers_of_tomorrow():
    """Clients that are in no table, of each type and grant, trusted and not."""
    from oauth2_provider.models import get_application_model

    model = get_application_model()
    grants = [value for value, _ in model.GRANT_TYPES]
    for kind, _ in model.CLIENT_TYPES:
        for number, grant in enumerate(grants):
            yield model(client_id="slash-o-probe-%d" % number, name="slash-o probe", client_type=kind, authorization_grant_type=grant,
                        redirect_uris="https://slash-o-probe.example/", skip_authorization=bool(number % 2))


def scopes_of_backend(found):
    from oauth2_provider.scopes import get_scopes_backend

    seen, backend = set(), get_scopes_backend()

    def scopes(method, application):
        """As the authorization endpoint asks, and as the documents and the forms do."""
        ways = [{"application": application}, {"application": application, "request": None}, {"application": application, "request": Request(seen)}]
        answers = [list(ask(found, getattr(backend, method), **way)) for way in ways]
        if seen:
            raise NotAsked("it looks at request.%s" % ", request.".join(sorted(seen)))
        if any(answer != answers[0] for answer in answers):
            raise NotAsked("it answers differently with and without a request")
        return answers[0]

    everything = plain(dict(ask(found, backend.get_all_scopes)))
    # A document and a client of tomorrow have no application.
    if sorted(scopes("get_available_scopes", None)) != sorted(everything):
        raise NotAsked("without an application it has other scopes than all")
    from oauth2_provider.settings import oauth2_settings

    usual = oauth2_settings._DEFAULT_SCOPES if "__all__" not in oauth2_settings.DEFAULT_SCOPES else everything
    if sorted(scopes("get_default_scopes", None)) != sorted(usual):
        raise NotAsked("without an application it has other default scopes than DEFAULT_SCOPES")
    for stranger in strangers_of_tomorrow():
        for method, known in (("get_available_scopes", everything), ("get_default_scopes", usual)):
            if sorted(scopes(method, stranger)) != sorted(known):
                raise NotAsked("a client that is made later would have other scopes than all, by its %s and %s"
                               % (stranger.client_type, stranger.authorization_grant_type))
    table = collections.OrderedDict()
    for application in applications():
        table[application.client_id] = collections.OrderedDict([
            ("available", scopes("get_available_scopes", application)), ("default", scopes("get_default_scopes", application))])
    return everything, table
