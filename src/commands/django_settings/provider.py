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
#: Classes and functions: the values that slash-o knows, how else to say it, and whether doing without lets somebody in.
PYTHON = {
    "OAUTH2_VALIDATOR_CLASS": (["oauth2_provider.oauth2_validators.OAuth2Validator"],
                               "say its claims as [server.claims.NAME], its other rules as settings", True),
    "OAUTH2_BACKEND_CLASS": (["oauth2_provider.oauth2_backends.OAuthLibCore",
                              "oauth2_provider.oauth2_backends.JSONOAuthLibCore"],
                             'say { body = "json", extra = { name = value } }', True),
    "OAUTH2_SERVER_CLASS": (["oauthlib.oauth2.%sServer" % kind for kind in
                             ("", "WebApplication", "MobileApplication", "LegacyApplication", "BackendApplication")],
                            'say { grants = ["authorization_code", "refresh_token"] }', True),
    "OIDC_SERVER_CLASS": (["oauthlib.openid.Server"], 'say { grants = ["authorization_code", "refresh_token"] }', True),
    "CLIENT_ID_GENERATOR_CLASS": (["oauth2_provider.generators.ClientIdGenerator"],
                                  'say "uuid" or { length = 40, alphabet = "..." }', False),
    "CLIENT_SECRET_GENERATOR_CLASS": (["oauth2_provider.generators.ClientSecretGenerator"],
                                      'say "uuid" or { length = 128, alphabet = "..." }', False),
    "ACCESS_TOKEN_GENERATOR": (["oauthlib.oauth2.rfc6749.tokens.random_token_generator"],
                               'say "uuid", { length = 30, alphabet = "..." } or { signed = "key.pem", claims = { ... } }', False),
    "REFRESH_TOKEN_GENERATOR": (["oauthlib.oauth2.rfc6749.tokens.random_token_generator"],
                                'say "uuid", { length = 30, alphabet = "..." } or { signed = "key.pem", claims = { ... } }', False),
    "OAUTH_DEVICE_USER_CODE_GENERATOR": (["oauth2_provider.utils.user_code_generator"],
                                         'say { length = 8, alphabet = "...", group = 4 }', False),
    "OAUTH_PRE_TOKEN_VALIDATION": (["oauth2_provider.utils.set_oauthlib_user_to_device_request_user"], "it cannot be said", True),
    "EXTRA_SERVER_KWARGS": ([], "say lifetimes and generators by their own settings", False),
    "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR": (["oauth2_provider.oauth2_validators.validate_resource_as_url_prefix"],
                                                 'say "prefix", "exact" or false', True),
    "CIMD_METADATA_FETCHER": (["oauth2_provider.cimd.SafeMetadataFetcher"], "it cannot be said", True),
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
    known = dot_defaults()
    if known is not None and not known.get("PKCE_REQUIRED", False) and "PKCE_REQUIRED" not in mine:
        # DOT before 2.0.
        document.put("PKCE_REQUIRED", False, P)
    for name, value in mine.items():
        if name.endswith("_MODEL"):
            continue
        if name == "SCOPES_BACKEND_CLASS":
            scopes_backend(document, value)
        elif name in PYTHON:
            python(document, name, value, mine)
        elif name in PERMISSIONS:
            permissions(document, name, value)
        elif name == "SCOPES" and document.holds("SCOPES_BACKEND_CLASS", P):
            # The backend has been asked, and says them all.
            continue
        elif name in PLAIN:
            data(document, name, value)
        elif name.endswith("_ADMIN_CLASS"):
            document.note("%s.%s = %s: slash-o has no admin pages" % (P, name, dotted(value)), P)
        elif name not in WITHOUT_EFFECT:
            unknown(document, name, value, known or {})


def dot_defaults():
    try:
        from oauth2_provider.settings import DEFAULTS
    except ImportError:
        return None
    return DEFAULTS


def unknown(document, name, value, known):
    """A setting of a newer DOT than slash-o knows, or none at all."""
    if name in known and value != known[name]:
        document.finding("setting: %s.%s" % (P, name), "a setting of this DOT that 3.4.1 does not have", "slash-o does not heed it",
                         "leave it at its default", danger=True)
    else:
        document.comment("left out: %s is no setting of DOT 3.4.1" % name, P)


def data(document, name, value):
    if callable(value):
        asked(document, name, value)
        return
    if value is None:
        if name not in ("REFRESH_TOKEN_EXPIRE_SECONDS", "DCR_REGISTRATION_TOKEN_EXPIRE_SECONDS"):
            document.put(name, False, P)
        return
    if name == "SCOPES":
        value = translated_scopes(document, value)
    try:
        value = plain(value)
    except TypeError as error:
        document.finding("setting: %s.%s" % (P, name), str(error), "slash-o has DOT's default", "say it as plain data", danger=True)
        return
    if isinstance(value, float) and name.endswith("_SECONDS") and name != "CIMD_FETCH_TIMEOUT_SECONDS":
        value = int(value)
    document.put(name, value, P)


def translated_scopes(document, scopes):
    """Descriptions in the language of the settings; where a lazy text is another one, also in that language."""
    from django.conf import settings
    from django.utils import translation

    def said(code):
        with translation.override(code):
            return collections.OrderedDict((str(plain(key)), str(text)) for key, text in scopes.items())

    if not settings.USE_I18N or not any(type(text).__name__ == "__proxy__" for text in scopes.values()):
        return scopes
    usual = said(settings.LANGUAGE_CODE)
    for code, _ in settings.LANGUAGES:
        there = said(code)
        for scope in usual:
            if there[scope] != usual[scope]:
                document.put(scope, there[scope], "server.scope_texts." + key_text(code))
    return usual


def python(document, name, value, mine):
    """A hook stays in the file: slash-o names it there, until it is said as data or accepted."""
    known, instead, danger = PYTHON[name]
    if not value:
        if name == "RESOURCE_SERVER_TOKEN_RESOURCE_VALIDATOR":
            document.put(name, False, P)
        return
    if isinstance(value, dict):
        value = {key: item for key, item in value.items()
                 if key not in ("token_generator", "refresh_token_generator") or dotted(item) not in DEFAULT_GENERATORS}
        if value:
            document.put(name, collections.OrderedDict((key, repr_or_name(item)) for key, item in value.items()), P)
        names = list(value)
    else:
        names = [usual_name(item) for item in (value if isinstance(value, (list, tuple)) else [value])]
        if name == "OAUTH2_SERVER_CLASS" and mine.get("OIDC_ENABLED"):
            # DOT: it wins over OIDC_SERVER_CLASS, and a plain server issues no ID tokens.
            if names != ["oauthlib.openid.Server"]:
                document.finding("OIDC_ENABLED with OAUTH2_SERVER_CLASS: " + names[0], "", "slash-o issues ID tokens, this server class "
                                 "does not", "say it as OIDC_SERVER_CLASS, or leave it out")
            return
        if any(one not in known for one in names) or name in ("OAUTH2_BACKEND_CLASS", "OAUTH2_SERVER_CLASS"):
            document.put(name, names if isinstance(value, (list, tuple)) else names[0], P)
    for one in names:
        if one not in known:
            left = validator_claims(document, one) if name == "OAUTH2_VALIDATOR_CLASS" else []
            if name == "OAUTH2_VALIDATOR_CLASS" and not left:
                document.drop(name, P)
                continue
            document.finding("%s: %s" % (name, one), "; ".join(["OAUTH2_PROVIDER." + name] + left), "slash-o does not run Python code", instead,
                             danger=danger, kept=True)


#: What oauthlib takes without a generator.
DEFAULT_GENERATORS = ["oauthlib.oauth2.rfc6749.tokens.random_token_generator"]


def repr_or_name(item):
    try:
        return plain(item)
    except TypeError:
        return dotted(item)


def usual_name(value):
    """The name under which DOT's documentation and 3.4.1 know a class."""
    import oauthlib.oauth2

    name = older_name(dotted(value))
    newer = {"oauth2_provider.servers.OAuth2Server": "oauthlib.oauth2.Server", "oauth2_provider.servers.OIDCServer": "oauthlib.openid.Server",
             "oauth2_provider.oidc.server.Server": "oauthlib.openid.Server",
             "oauthlib.openid.connect.core.endpoints.pre_configured.Server": "oauthlib.openid.Server"}
    plain_server = "oauthlib.oauth2.rfc6749.endpoints.pre_configured."
    return "oauthlib.oauth2." + name[len(plain_server):] if name.startswith(plain_server) else newer.get(name, name)


def permissions(document, name, value):
    names = [older_name(dotted(item)) for item in (value if isinstance(value, (list, tuple)) else [value])]
    document.put(name, names, P)
    for one in names:
        if not one.startswith(PERMISSIONS[name]):
            document.finding("%s: %s" % (name, one), "OAUTH2_PROVIDER." + name, "slash-o does not run Python code",
                             "name classes of DOT only; until then nobody may register", kept=True)
