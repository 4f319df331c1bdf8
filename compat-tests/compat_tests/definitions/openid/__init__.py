"""OpenID Connect: ID tokens, discovery, userinfo, logout. `definitions` has them in the order of their tables."""

from typing import Any

from compat_tests.definitions.openid import (
    discovery,
    id_tokens,
    json_texts,
    logout,
    metadata,
    prompt,
    resources,
    userinfo,
)
from compat_tests.definitions.openid.registry import CASES

PARTS = [discovery, metadata, id_tokens, prompt, userinfo, logout, resources, json_texts]


def definitions() -> list[dict[str, Any]]:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids)), f"defined twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    return CASES
