"""DOT's validator with the additional claims that SITE_CLAIMS describes; the words are those of compat_tests/claims.py."""

import json
import os
from typing import Any

from oauth2_provider.oauth2_validators import OAuth2Validator

SPEC: dict[str, Any] = json.loads(os.environ.get("SITE_CLAIMS", "{}"))


def _value(user: Any, source: dict[str, Any]) -> Any:
    return getattr(user, source["user"]) if "user" in source else source["value"]


class ClaimsValidator(OAuth2Validator):
    if "claim_scope" in SPEC:
        oidc_claim_scope = SPEC["claim_scope"] and {**OAuth2Validator.oidc_claim_scope, **SPEC["claim_scope"]}

    if SPEC.get("request_agnostic"):

        def get_additional_claims(self):
            claims = SPEC.get("additional_claims", {})
            return {name: (lambda request, s=source: _value(request.user, s)) for name, source in claims.items()}

    else:

        def get_additional_claims(self, request):
            claims = SPEC.get("additional_claims", {})
            return {name: _value(request.user, source) for name, source in claims.items()}
