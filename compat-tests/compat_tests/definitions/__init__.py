"""Definitions of the cases: rows to start from and requests to send; the expectations are recorded."""

from typing import Any

from compat_tests.definitions import oauth2, openid, registration

#: The files of cases/, and what defines their cases.
FILES = {"oauth2": oauth2.definitions, "oidc": openid.definitions, "registration": registration.definitions}


def every_case() -> list[dict[str, Any]]:
    return [case for definitions in FILES.values() for case in definitions()]
