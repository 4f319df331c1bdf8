"""requests-oauthlib for the flow, PyJWT for the ID token by the JWKS."""

import os
import secrets

import jwt
import requests
from common import CALLBACK, SCOPE, Provider, run
from requests_oauthlib import OAuth2Session

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"


def log_in(provider: Provider, kind: str) -> str:
    metadata = requests.get(provider.issuer + "/.well-known/openid-configuration", timeout=120).json()
    client = OAuth2Session(provider.client_id, redirect_uri=CALLBACK, scope=SCOPE.split(), pkce="S256")
    nonce = secrets.token_urlsafe()
    url, _ = client.authorization_url(metadata["authorization_endpoint"], nonce=nonce)
    back = provider.visit(url, kind)
    token = client.fetch_token(
        metadata["token_endpoint"], authorization_response=back, client_secret=provider.secret, include_client_id=True
    )
    key = jwt.PyJWKClient(metadata["jwks_uri"]).get_signing_key_from_jwt(token["id_token"])
    claims = jwt.decode(
        token["id_token"],
        key,
        algorithms=metadata["id_token_signing_alg_values_supported"][:1],
        audience=provider.client_id,
        issuer=provider.issuer,
        options={"require": ["exp", "iat", "sub"]},
    )
    if claims["nonce"] != nonce:
        raise ValueError("the nonce is another one")
    user = client.get(metadata["userinfo_endpoint"]).json()
    assert user["sub"] == claims["sub"]
    return f"{user['sub']} {claims['email']}"


run(log_in)
