"""`slash-o generate-key`: a key that signs, in a file that nobody else reads."""

import stat
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from compat_tests import commands
from compat_tests.places import Places

pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
    pytest.mark.slash_o_only("Django has no such command"),
]


def test_a_key_in_a_file_is_private_and_signs(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "oidc.pem"
    done = commands.run(places.binary, "generate-key", "--out", str(file))
    assert done.returncode == 0, done.stderr
    assert "PRIVATE KEY" not in done.stdout + done.stderr
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    key = load_pem_private_key(file.read_bytes(), None)
    assert isinstance(key, RSAPrivateKey)
    assert key.key_size >= 2048
    places.set_up()
    server = places.slash_o(places.site({"OIDC_ENABLED": True, "OIDC_RSA_PRIVATE_KEY": str(file)}))
    (published,) = requests.get(f"{server.base_url}/o/.well-known/jwks.json", timeout=120).json()["keys"]
    assert (published["kty"], published["alg"], published["use"]) == ("RSA", "RS256", "sig")


def test_a_file_that_is_there_is_not_written_over(places: Places, tmp_path: Path) -> None:
    file = tmp_path / "oidc.pem"
    file.write_text("precious")
    done = commands.run(places.binary, "generate-key", "--out", str(file))
    assert done.returncode != 0
    assert str(file) in done.stderr
    assert file.read_text() == "precious"


def test_a_key_on_stdout_and_its_size(places: Places) -> None:
    done = commands.run(places.binary, "generate-key", "--bits", "3072")
    assert done.returncode == 0, done.stderr
    key = load_pem_private_key(done.stdout.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    assert key.key_size == 3072
    weak = commands.run(places.binary, "generate-key", "--bits", "1024")
    assert weak.returncode == 2, weak.stdout
    assert "1024" in weak.stderr
