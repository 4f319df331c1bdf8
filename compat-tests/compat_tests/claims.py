"""What a case says about additional claims, in DOT's words, and the same as slash-o's `[server.claims]`.

additional_claims  claim -> {"user": attribute} or {"value": constant}
claim_scope        claim -> scope, added to `oidc_claim_scope`; null: every claim is released
request_agnostic   the form of `get_additional_claims` whose keys are in `claims_supported`
"""

from typing import Any

PROFILE = (
    "name family_name given_name middle_name nickname preferred_username profile picture website gender birthdate "
    "zoneinfo locale updated_at"
)
#: DOT: OAuth2Validator.oidc_claim_scope.
CLAIM_SCOPE = {
    "sub": "openid",
    **dict.fromkeys(PROFILE.split(), "profile"),
    "email": "email",
    "email_verified": "email",
    "address": "address",
    "phone_number": "phone",
    "phone_number_verified": "phone",
}
#: A scope that nobody can have: a claim that DOT drops.
NEVER = "no scope releases this claim"


def as_server_claims(spec: dict[str, Any]) -> dict[str, Any]:
    """`[server.claims]` that does what the specification says."""
    scopes = None if spec.get("claim_scope", {}) is None else {**CLAIM_SCOPE, **spec.get("claim_scope", {})}
    sources = dict(spec.get("additional_claims", {}))
    for name in spec.get("claim_scope") or {}:
        if name == "sub":
            sources.setdefault("sub", {"user": "id"})
    claims: dict[str, Any] = {}
    for name, source in sources.items():
        claim = _source(source)
        if scopes is not None:
            claim["scope"] = scopes.get(name, NEVER)
        claims[name] = {**claim, "advertise": spec.get("request_agnostic", False)}
    return claims


def _source(source: dict[str, Any]) -> dict[str, Any]:
    if "user" in source:
        return {"from": [source["user"]]}
    return {"from": []} if source["value"] is None else {"const": source["value"]}
