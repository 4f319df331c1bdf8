"""OIDC_RSA_PRIVATE_KEY in the forms in which it comes out of files and environment variables: what DOT takes, slash-o takes."""

import base64
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from jwcrypto import jwk

from compat_tests import paths
from compat_tests.databases import Databases
from compat_tests.places import Places
from compat_tests.server import StartFailed

pytestmark = pytest.mark.slash_o_only("DOT's side is asked directly")

def _body(pem: str) -> str:
    return "".join(pem.split("-----")[2].split())


#: Each makes another form of a PEM text.
FORMS: dict[str, Callable[[str], str]] = {
    "as it is": lambda pem: pem,
    "indented": lambda pem: textwrap.indent(pem, "        "),
    "indented by tabs, blanks at the ends": lambda pem: "\n".join(f"\t{line}  " for line in pem.splitlines()),
    "blanks for newlines": lambda pem: " ".join(pem.split("\n")),
    "lines of Windows": lambda pem: pem.replace("\n", "\r\n"),
    "lines of an old Macintosh": lambda pem: pem.replace("\n", "\r"),
    "no newline at the end": lambda pem: pem.rstrip(),
    "newlines around": lambda pem: f"\n\n{pem}\n\n",
    "one long line": lambda pem: "\n".join([pem.splitlines()[0], _body(pem), pem.splitlines()[-1]]),
    "no newline at all": lambda pem: "".join(pem.splitlines()),
    "an empty line inside": lambda pem: pem.replace("\n", "\n\n", 3),
    "a note before": lambda pem: f"our key\n{pem}",
    "a note behind": lambda pem: f"{pem}our key\n",
    "backslash and n": lambda pem: pem.replace("\n", "\\n"),
    "in quotes": lambda pem: f'"{pem}"',
    "a header": lambda pem: pem.replace("\n", "\nComment: ours\n\n", 1),
    "the body in Base64 once more": lambda pem: base64.b64encode(pem.encode()).decode(),
    "without its last line": lambda pem: "\n".join(pem.splitlines()[:-1]),
    "a letter that is none of Base64": lambda pem: pem.replace("\n", "\n!", 1),
}


def _of_dot(text: str) -> str:
    """The key's thumbprint, "" where DOT cannot sign with it."""
    try:
        return str(jwk.JWK.from_pem(text.encode("utf-8")).thumbprint())
    except ValueError:
        return ""


def _of_slash_o(places: Places, text: str) -> str:
    site = places.site({"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": text})
    try:
        server = places.slash_o(site)
    except StartFailed as failure:
        assert "OIDC_RSA_PRIVATE_KEY" in str(failure) and text[100:140] not in str(failure)
        return ""
    keys = requests.get(server.base_url + "/o/.well-known/jwks.json").json()["keys"]
    return str(keys[0]["kid"])


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_taken_as_dot_takes_it(form: str, databases: Databases, folder: Path, binary: str) -> None:
    text = FORMS[form]((paths.COMPAT_TESTS / "keys" / "rsa1.pem").read_text())
    places = Places(databases.migrated("sqlite"), folder, binary)
    try:
        ours, theirs = _of_slash_o(places, text), _of_dot(text)
    finally:
        places.close()
    # slash-o may read more than DOT: a project with such a key signs nothing there.
    assert ours == theirs or not theirs
    assert bool(theirs) == bool(ours) or form in READ_HERE_ONLY


#: DOT cannot read them, slash-o can.
READ_HERE_ONLY = {"an empty line inside"}
