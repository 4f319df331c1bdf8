# The claims of a validator class become data: it is called with marked users, and what comes out has to be just what
# [server.claims] would send, for each of them, with each scope, in ID tokens and at userinfo. Else the method is named.

#: Methods and attributes that make claims and nothing else.
CLAIM_METHODS = ["get_additional_claims", "get_claim_dict", "get_oidc_claims", "get_userinfo_claims", "get_discovery_claims", "oidc_claim_scope"]
STOCK_VALIDATOR = "oauth2_provider.oauth2_validators.OAuth2Validator"


class ClaimRequest(object):
    """What claims are asked with; whatever else is looked at is told."""

    def __init__(self, user, scopes):
        self.__dict__.update(user=user, scopes=list(scopes), access_token=Opaque("request.access_token"))

    def __getattr__(self, name):
        raise Unreadable("it looks at request.%s" % name)


def own_methods(cls):
    """What the project's class and its foreign bases have in the place of DOT's."""
    from django.utils.module_loading import import_string

    stock, names = import_string(STOCK_VALIDATOR), set()
    for step in cls.__mro__:
        if is_foreign(step.__module__):
            names.update(name for name in vars(step) if hasattr(stock, name) and not (name.startswith("__") and name != "__init__"))
    return sorted(names)


def validator_claims(document, found):
    """Writes what is sure; a list of what the class does beside it, empty where that is all."""
    from django.utils.module_loading import import_string

    try:
        cls = import_string(found)
        own = own_methods(cls)
    except Exception as error:
        return ["it cannot be imported: %s" % type(error).__name__]
    left = ["%s is overridden" % name for name in own if name not in CLAIM_METHODS]
    made = [name for name in own if name in CLAIM_METHODS]
    if not made:
        return left
    method = next((name for name in CLAIM_METHODS if name in made))
    if any(is_about_spelling(getattr(cls, name)) for name in made):
        return left + ["%s: it looks for a pattern" % method]
    try:
        rules, unsure, dropped = ask("%s.%s" % (found, method), claim_rules, cls, rows=False)
    except (NotAsked, Unreadable) as error:
        return left + ["%s: %s" % (method, error)]
    document.comment("The claims of %s, called with users that do not exist. Check these lines." % found, "server.claims")
    for name, rule in rules.items():
        document.put(name, rule, "server.claims")
    for name in dropped:
        document.note("claim %s of %s: DOT drops it, as no scope of SCOPES releases it by oidc_claim_scope" % (name, found), "server.claims")
    return left + ["claim %s of %s: %s" % (name, method, why) for name, why in unsure.items()]


def claim_rules(cls):
    """Rules by claim, reasons by claim that has none, and claims that DOT drops."""
    from django.contrib.auth import get_user_model

    model = get_user_model()
    columns = claim_columns(model)
    people = crowd(columns)
    scopes = sorted(set(released_scopes(cls)) | {"openid"})
    with marked_groups(model):
        everything = [answers(cls, model, person, scopes) for person in people]
        with other_day(500):
            later = [answers(cls, model, person, scopes) for person in people]
        by_scope = {scope: answers(cls, model, people[0], sorted({"openid", scope})) for scope in scopes}
        every_claim = offered(cls, model, people[0], scopes)
        supported = discovered(cls, model, people[0], scopes)
    found = everything + [by_scope[scope] for scope in scopes]
    names = list(collections.OrderedDict.fromkeys(name for both in found for claims in both for name in claims))
    rules, unsure = collections.OrderedDict(), collections.OrderedDict()
    for name in names:
        rule = rule_of(name, columns, people, everything) if every(name, everything) == every(name, later) else None
        where = released_by(name, everything[0], by_scope)
        if name == "sub" and (rule, where) == (SUBJECT, {"scope": "openid"}):
            continue
        if LOOKED_AT:
            unsure[name] = "it looks at what user.%s holds" % ", user.".join(sorted(LOOKED_AT))
        elif rule is None:
            unsure[name] = "it is no column, no constant and no list of groups"
        elif where is None:
            unsure[name] = "no single scope releases it"
        else:
            rules[name] = collections.OrderedDict(list(rule.items()) + list(where.items()))
            if name not in (supported or ()):
                rules[name]["advertise"] = False
    if "sub" not in names:
        unsure["sub"] = "it is left out"
    if supported is not None and [name for name in supported if name != "sub"] != [name for name in names if name in supported and name != "sub"]:
        unsure["get_discovery_claims"] = "it names other claims than those that are sent"
    return rules, unsure, [name for name in every_claim if name not in names]


def every(name, everything):
    """What everybody has of a claim."""
    return [claims.get(name) for both in everything for claims in both]


#: DOT's own subject.
SUBJECT = {"from": ["id"], "kind": "text"}


def released_scopes(cls):
    """The scopes that a token can have."""
    from oauth2_provider.scopes import get_scopes_backend

    return [str(scope) for scope in get_scopes_backend().get_all_scopes()]


def answers(cls, model, person, scopes):
    """The claims of the ID token and of userinfo, as bare values."""
    values, groups = person
    out = []
    for method, more in (("get_oidc_claims", (None, None)), ("get_userinfo_claims", ())):
        claims = getattr(cls(), method)(*(more + (ClaimRequest(marked_user(model, values, groups), scopes),)))
        out.append(collections.OrderedDict((str(name), bare_value(value)) for name, value in claims.items()))
    return out


def offered(cls, model, person, scopes):
    """The names of all claims, released or not."""
    return [str(name) for name in cls().get_claim_dict(ClaimRequest(marked_user(model, *person), scopes))]


def discovered(cls, model, person, scopes):
    """The names in claims_supported; None for a DOT that does not ask."""
    if not hasattr(cls, "get_discovery_claims"):
        return None
    return [str(name) for name in cls().get_discovery_claims(ClaimRequest(marked_user(model, *person), scopes))]


def released_by(name, everywhere, by_scope):
    """`scope` and `in`; None where several scopes, or none alone, decide."""
    places = [place for place, claims in zip(("id_token", "userinfo"), everywhere) if name in claims]
    out = collections.OrderedDict()
    number = ("id_token", "userinfo").index(places[0]) if places else 0
    holding = {scope for scope, both in by_scope.items() if name in both[number]}
    if "openid" in holding and len(holding) == len(by_scope):
        out["scope"] = "openid"
    elif len(holding) == 1:
        out["scope"] = holding.pop()
    else:
        return None
    if len(places) == 1:
        out["in"] = places
    elif {scope for scope, both in by_scope.items() if name in both[0]} != {scope for scope, both in by_scope.items() if name in both[1]}:
        return None
    return out
