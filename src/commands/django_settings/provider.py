# OAUTH2_PROVIDER. Callables are asked where that only reads; everything else that is Python is named.

#: DOT 3.4.1's settings that slash-o takes as they are.
PLAIN = """
SCOPES DEFAULT_SCOPES READ_SCOPE WRITE_SCOPE AUTHORIZATION_CODE_EXPIRE_SECONDS ACCESS_TOKEN_EXPIRE_SECONDS
ID_TOKEN_EXPIRE_SECONDS REFRESH_TOKEN_EXPIRE_SECONDS REFRESH_TOKEN_GRACE_PERIOD_SECONDS REFRESH_TOKEN_REUSE_PROTECTION
ROTATE_REFRESH_TOKEN ERROR_RESPONSE_WITH_SCOPES REQUEST_APPROVAL_PROMPT ALLOWED_REDIRECT_URI_SCHEMES ALLOWED_SCHEMES
ALLOW_URI_WILDCARDS ALLOW_LOCALHOST_LOOPBACK CLIENT_SECRET_GENERATOR_LENGTH CLIENT_SECRET_HASHER PKCE_REQUIRED
OAUTH_DEVICE_VERIFICATION_URI OAUTH_DEVICE_VERIFICATION_URI_COMPLETE DEVICE_FLOW_INTERVAL
OIDC_ENABLED OIDC_ISS_ENDPOINT OIDC_USERINFO_ENDPOINT OIDC_RSA_PRIVATE_KEY OIDC_RSA_PRIVATE_KEYS_INACTIVE
OIDC_JWKS_MAX_AGE_SECONDS OIDC_RESPONSE_TYPES_SUPPORTED OIDC_SUBJECT_TYPES_SUPPORTED
OIDC_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED OIDC_RP_INITIATED_REGISTRATION_ENABLED OIDC_RP_INITIATED_REGISTRATION_URL
OIDC_RP_INITIATED_LOGOUT_ENABLED OIDC_RP_INITIATED_LOGOUT_ALWAYS_PROMPT OIDC_RP_INITIATED_LOGOUT_STRICT_REDIRECT_URIS
OIDC_RP_INITIATED_LOGOUT_ACCEPT_EXPIRED_TOKENS OIDC_RP_INITIATED_LOGOUT_DELETE_TOKENS
CLEAR_EXPIRED_TOKENS_BATCH_SIZE CLEAR_EXPIRED_TOKENS_BATCH_INTERVAL
DCR_ENABLED DCR_REGISTRATION_SCOPE DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS DCR_ROTATE_REGISTRATION_TOKEN_ON_UPDATE
CIMD_ENABLED CIMD_ALLOWED_HOSTS CIMD_FETCH_TIMEOUT_SECONDS CIMD_MAX_DOCUMENT_SIZE CIMD_METADATA_MIN_AGE_SECONDS
CIMD_METADATA_MAX_AGE_SECONDS CIMD_FAILURE_BACKOFF_SECONDS CIMD_MAX_CONCURRENT_FETCHES
OAUTH2_RESPONSE_TYPES_SUPPORTED OAUTH2_TOKEN_ENDPOINT_AUTH_METHODS_SUPPORTED OAUTH2_GRANT_TYPES_SUPPORTED
OAUTH2_PROTECTED_RESOURCE_IDENTIFIER OAUTH2_PROTECTED_RESOURCE_AUTHORIZATION_SERVERS
OAUTH2_PROTECTED_RESOURCE_BEARER_METHODS_SUPPORTED OAUTH2_PROTECTED_RESOURCE_NAME OAUTH2_PROTECTED_RESOURCE_DOCUMENTATION
OAUTH2_PROTECTED_RESOURCE_POLICY_URI OAUTH2_PROTECTED_RESOURCE_TOS_URI
COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT COMPLIANT_BCP_RFC9700_PASSWORD_GRANT COMPLIANT_BCP_RFC9700_PKCE_METHOD
COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS
COMPLIANT_BCP_RFC9700_TOKEN_STORAGE COMPLIANT_BCP_RFC9700_REFRESH_TOKEN COMPLIANT_BCP_RFC9700_REDIRECT_URI_SCHEME
COMPLIANT_BCP_RFC9700_REDIRECT_URI_MATCHING COMPLIANT_BCP_RFC9700_PKCE_REQUIRED
RESOURCE_SERVER_INTROSPECTION_URL RESOURCE_SERVER_AUTH_TOKEN RESOURCE_SERVER_INTROSPECTION_CREDENTIALS
RESOURCE_SERVER_TOKEN_CACHING_SECONDS AUTHENTICATION_SERVER_EXP_TIME_ZONE
""".split()
#: Classes and functions: the values that slash-o knows, and how else to say it.
PYTHON = {
    "OAUTH2_VALIDATOR_CLASS": (["oauth2_provider.oauth2_validators.OAuth2Validator"],
                               "say its claims as [server.claims.NAME], its other rules as settings"),
    "OAUTH2_BACKEND_CLASS": (["oauth2_provider.oauth2_backends.OAuthLibCore",
                              "oauth2_provider.oauth2_backends.JSONOAuthLibCore"],
                             'say { body = "json", extra = { name = value } }'),
    "OAUTH2_SERVER_CLASS": (["oauthlib.oauth2.Server"], 'say { grants = ["authorization_code", "refresh_token"] }'),
    "OIDC_SERVER_CLASS": (["oauthlib.openid.Server"], 'say { grants = ["authorization_code", "refresh_token"] }'),
    "CLIENT_ID_GENERATOR_CLASS": (["oauth2_provider.generators.ClientIdGenerator"], 'say "uuid" or { length = 40, alphabet = "..." }'),
    "CLIENT_SECRET_GENERATOR_CLASS": (["oauth2_provider.generators.ClientSecretGenerator"],
                                      'say "uuid" or { length = 128, alphabet = "..." }'),
    "ACCESS_TOKEN_GENERATOR": ([], 'say "uuid", { length = 30, alphabet = "..." } or { signed = "key.pem", claims = { ... } }'),
    "REFRESH_TOKEN_GENERATOR": ([], 'say "uuid", { length = 30, alphabet = "..." } or { signed = "key.pem", claims = { ... } }'),
    "OAUTH_DEVICE_USER_CODE_GENERATOR": (["oauth2_provider.utils.user_code_generator"],
                                         'say { length = 8, alphabet = "...", group = 4 }'),
    "OAUTH_PRE_TOKEN_VALIDATION": (["oauth2_provider.utils.set_oauthlib_user_to_device_request_user"], "it cannot be said"),
    "EXTRA_SERVER_KWARGS": ([], "say lifetimes and generators by their own settings"),
    "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR": (["oauth2_provider.oauth2_validators.validate_resource_as_url_prefix"],
                                                 'say "prefix", "exact" or false'),
    "CIMD_METADATA_FETCHER": (["oauth2_provider.cimd.SafeMetadataFetcher"], "it cannot be said"),
}
PERMISSIONS = {
    "DCR_REGISTRATION_PERMISSION_CLASSES": "oauth2_provider.dcr.",
    "CIMD_REGISTRATION_PERMISSION_CLASSES": "oauth2_provider.cimd.",
}
#: They mean nothing to slash-o.
WITHOUT_EFFECT = ["ALWAYS_RELOAD_OAUTHLIB_CORE"]
P = "OAUTH2_PROVIDER"


def provider(document, settings):
    mine = getattr(settings, P, None) or {}
    if not mine:
        document.comment("The project sets no OAUTH2_PROVIDER: every default of DOT applies.")
    for name, value in mine.items():
        if name.endswith("_MODEL"):
            continue
        if name == "SCOPES_BACKEND_CLASS":
            scopes_backend(document, value)
        elif name in PYTHON:
            python(document, name, value)
        elif name in PERMISSIONS:
            permissions(document, name, value)
        elif name == "SCOPES" and document.holds("SCOPES_BACKEND_CLASS", P):
            # The backend has been asked, and says them all.
            continue
        elif name in PLAIN:
            data(document, name, value)
        elif name.endswith("_ADMIN_CLASS"):
            document.not_translated(name, dotted(value), "slash-o has no admin pages", changes=False, table=P)
        elif name not in WITHOUT_EFFECT:
            document.comment("left out: %s is no setting of DOT 3.4.1" % name, P)
    signals(document)


def dotted(value):
    return value if isinstance(value, str) else name_of(value)


def data(document, name, value):
    if callable(value):
        asked(document, name, value)
        return
    if value is None:
        if name not in ("REFRESH_TOKEN_EXPIRE_SECONDS", "DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS"):
            document.put(name, False, P)
        return
    try:
        value = plain(value)
    except TypeError as error:
        document.not_translated("%s.%s" % (P, name), str(error), "say it as plain data", table=P)
        return
    if isinstance(value, float) and name.endswith("_SECONDS"):
        value = int(value)
    document.put(name, value, P)


def python(document, name, value):
    known, instead = PYTHON[name]
    if not value:
        return
    names = [dotted(item) for item in value] if isinstance(value, (list, tuple)) else [dotted(value)]
    if isinstance(value, dict):
        names = sorted(value)
    if all(one in known for one in names):
        if name in ("OAUTH2_BACKEND_CLASS",):
            document.put(name, names[0], P)
        return
    document.not_translated("%s.%s" % (P, name), ", ".join(names), instead, table=P)


def permissions(document, name, value):
    names = [dotted(item) for item in (value if isinstance(value, (list, tuple)) else [value])]
    own = [one for one in names if not one.startswith(PERMISSIONS[name])]
    if own:
        document.not_translated("%s.%s" % (P, name), ", ".join(own), "name classes of DOT only; nobody may register until then", table=P)
        return
    document.put(name, names, P)


def applications():
    """All applications, or none where the database cannot be read now."""
    try:
        from oauth2_provider.models import get_application_model

        return list(get_application_model()._default_manager.all().order_by("pk"))
    except Exception:
        return []


def asked(document, name, function):
    found = name_of(function)
    full = "%s.%s" % (P, name)
    try:
        if name == "PKCE_REQUIRED":
            value = pkce(function)
        elif name in ("ACCESS_TOKEN_EXPIRE_SECONDS", "ID_TOKEN_EXPIRE_SECONDS"):
            value = lifetimes(function)
        elif name == "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE":
            value = user_code_template(function)
        else:
            value = None
    except Exception:
        value = None
    if value is None:
        instead = {"PKCE_REQUIRED": "say true, false, a list of client ids or { default = true, except = [\"id\"] }",
                   "ACCESS_TOKEN_EXPIRE_SECONDS": "say { default = 36000, client_credentials = 600, applications = { } }",
                   "OAUTH_DEVICE_VERIFICATION_URI_COMPLETE": 'say "https://host/o/device?user_code={user_code}"'}
        document.not_translated(full, found, instead.get(name, "say it as plain data"), table=P)
        return
    document.comment("%s was %s; it was asked for what exists today. Check this line." % (name, found), P)
    document.put(name, value, P)


def pkce(function):
    """Asked for each client, and for two that nobody has: what a new client would get."""
    strangers = [bool(function("slash-o-probe-%s" % end)) for end in ("a", "b")]
    if strangers[0] != strangers[1]:
        return None
    differing = [a.client_id for a in applications() if bool(function(a.client_id)) != strangers[0]]
    return collections.OrderedDict([("default", strangers[0]), ("except", differing)]) if differing else strangers[0]


class Probe(object):
    """What a lifetime may look at: grant_type, and nothing else."""

    def __init__(self, grant_type):
        self.grant_type = grant_type


def lifetimes(function):
    grants = ["authorization_code", "implicit", "password", "client_credentials", "refresh_token",
              "urn:ietf:params:oauth:grant-type:device_code"]
    found = collections.OrderedDict((grant.rsplit(":", 1)[-1], function(Probe(grant))) for grant in grants)
    if not all(isinstance(seconds, int) for seconds in found.values()):
        return None
    default = found["authorization_code"]
    table = collections.OrderedDict([("default", default)])
    table.update((grant, seconds) for grant, seconds in found.items() if seconds != default)
    return table


def user_code_template(function):
    first, second = function("PROBEONE"), function("PROBETWO")
    template = first.replace("PROBEONE", "{user_code}")
    return template if template.replace("{user_code}", "PROBETWO") == second and template != first else None


def scopes_backend(document, value):
    """A backend of the project is asked for its scopes, and for those of each application."""
    found = dotted(value)
    if found == "oauth2_provider.scopes.SettingsScopes":
        return
    try:
        from oauth2_provider.scopes import get_scopes_backend

        backend = get_scopes_backend()
        everything = plain(dict(backend.get_all_scopes()))
        table = collections.OrderedDict()
        for application in applications():
            available = list(backend.get_available_scopes(application=application))
            default = list(backend.get_default_scopes(application=application))
            table[application.client_id] = collections.OrderedDict([("available", available), ("default", default)])
    except Exception as error:
        document.not_translated(P + ".SCOPES_BACKEND_CLASS", "%s (%s)" % (found, type(error).__name__),
                                "say SCOPES, and { applications = { \"client-id\" = { available = [] } } }", table=P)
        return
    document.comment("SCOPES_BACKEND_CLASS was %s; it was asked for what exists today. Check these lines." % found, P)
    document.tables[P] = [line for line in document.tables.get(P, []) if not line.startswith("SCOPES = ")]
    document.put("SCOPES", everything, P)
    document.put("SCOPES_BACKEND_CLASS", {"applications": table}, P)


def signals(document):
    """Receivers that run in Django and do not run in slash-o."""
    from django.contrib.auth import signals as auth

    try:
        from oauth2_provider.signals import app_authorized
    except ImportError:
        app_authorized = None
    watched = [("app_authorized", app_authorized), ("user_logged_in", auth.user_logged_in),
               ("user_logged_out", auth.user_logged_out), ("user_login_failed", auth.user_login_failed)]
    for name, signal in watched:
        for receiver in receivers_of(signal):
            if not receiver.startswith(("django.", "oauth2_provider.")):
                document.not_translated("signal " + name, receiver, "slash-o does not call it", changes=False, table=P)


def receivers_of(signal):
    out = []
    for entry in getattr(signal, "receivers", []):
        receiver = entry[1]
        receiver = receiver() if hasattr(receiver, "__callback__") or type(receiver).__name__ in ("weakref", "WeakMethod", "ReferenceType") else receiver
        if receiver is not None:
            out.append(name_of(receiver))
    return out
