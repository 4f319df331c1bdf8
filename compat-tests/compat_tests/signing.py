"""Throw-away RSA keys of the cases, tokens made with them, and whose signature a token has."""

import functools
import json
from typing import Any

from jwcrypto import jwk, jws, jwt

from compat_tests import paths

KEYS = ("rsa1", "rsa2", "stranger")


@functools.cache
def pem(name: str) -> str:
    return (paths.KEYS / f"{name}.pem").read_text()


def with_keys(value: Any) -> Any:
    """Settings with {{pem:NAME}} replaced by the key."""
    if isinstance(value, dict):
        return {key: with_keys(item) for key, item in value.items()}
    if isinstance(value, list):
        return [with_keys(item) for item in value]
    if isinstance(value, str) and value.startswith("{{pem:"):
        return pem(value[6:-2])
    return value


def mint(claims: dict[str, Any], key: str = "rsa1", secret: str = "", kid: str = "") -> str:
    """A signed token: RS256 by a key of this folder, or HS256 by a secret; `kid` claims to be another key."""
    signer = _shared(secret) if secret else _rsa(key)
    header = {"alg": "HS256" if secret else "RS256", "typ": "JWT"}
    if not secret:
        header["kid"] = kid or signer.thumbprint()
    token = jwt.JWT(header=json.dumps(header), claims=json.dumps(claims))
    token.make_signed_token(signer)
    return str(token.serialize())


def signer_of(token: str, secrets: list[str]) -> str:
    """The name of the key that verifies the token, "secret" for one of the secrets, or "nobody"."""
    candidates = {name: _rsa(name) for name in KEYS} | {f"secret {s}": _shared(s) for s in secrets if s}
    for name, key in candidates.items():
        parsed = jws.JWS()
        parsed.deserialize(token)
        try:
            parsed.verify(key)
        except (jws.InvalidJWSSignature, jws.InvalidJWSOperation, ValueError):
            continue
        return name.split(" ")[0]
    return "nobody"


@functools.cache
def _rsa(name: str) -> Any:
    return jwk.JWK.from_pem(pem(name).encode())


@functools.cache
def _shared(secret: str) -> Any:
    return jwk.JWK(kty="oct", k=jwk.base64url_encode(secret))
