"""All OAuth 2.0 cases, in the order of their tables."""

from typing import Any

from compat_tests.definitions import authorize, bearer, device, introspect, pages, revoke, token, transport
from compat_tests.definitions.registry import CASES

PARTS = [authorize, token, revoke, introspect, bearer, device, transport, pages]


def definitions() -> list[dict[str, Any]]:
    ids = [case["id"] for case in CASES]
    assert len(ids) == len(set(ids)), f"defined twice: {sorted({i for i in ids if ids.count(i) > 1})}"
    return CASES
