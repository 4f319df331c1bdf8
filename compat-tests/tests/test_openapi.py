"""The OpenAPI description: valid, true of a live server, and enough to make clients of."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from compat_tests import api_site, api_tools, fuzzing
from compat_tests.api_site import Described
from compat_tests.databases import Databases
from compat_tests.places import Places

pytestmark = pytest.mark.slash_o_only("DOT has no OpenAPI description")

#: The description of the default configuration.
PUBLISHED = api_tools.paths.REPOSITORY / "openapi" / "openapi.json"
EXAMPLES_PER_OPERATION = 200
SEED = 20261125
CHECKS = [
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
    "unsupported_method",
    "allow_header_conformance",
]
#: Checks of Schemathesis that are not asked for, and why.
LEFT_OUT = {
    "negative_data_rejection": "DOT ignores what it does not know and answers a page or a redirect to bad forms",
    "positive_data_acceptance": "a code, a token or a session that fits the schema is still nobody's",
    "missing_required_header": "no operation needs a header",
    "use_after_free": "revocation answers 200 to whatever it is sent (RFC 7009 section 2.2)",
    "ensure_resource_availability": "tokens are no resources with an address",
    "ignored_auth": "public clients need no authentication, so an operation without it is no mistake",
    "object_level_authorization": "needs two users with bearer tokens of one resource; tests of the endpoints do that",
}


@pytest.fixture(scope="module")
def described(databases: Databases, folder: Path, binary: str) -> Iterator[Described]:
    places = Places(databases.migrated("sqlite"), folder, binary)
    yield api_site.start(places)
    places.close()


def test_the_description_is_valid(described: Described) -> None:
    for file in [described.file, PUBLISHED]:
        done = api_tools.run(api_tools.python_tool("openapi-spec-validator"), "--subschema-errors", "all", str(file))
        assert done.returncode == 0 and done.stdout.strip().endswith("OK"), done.stdout + done.stderr


def test_a_linter_finds_no_error_and_no_warning(described: Described) -> None:
    configuration = str(api_tools.FOLDER / "redocly.yaml")
    command = [api_tools.node_tool("redocly"), "lint", "--format", "json", "--config", configuration]
    for file in [described.file, PUBLISHED]:
        done = api_tools.run(*command, str(file))
        found = json.loads(done.stdout)
        told = [f"{p['ruleId']}: {p['message']} {p['location']}" for p in found["problems"]]
        assert found["totals"] == {"errors": 0, "warnings": 0, "ignored": 0}, "\n".join(told)
        assert done.returncode == 0, done.stderr


def test_every_check_of_schemathesis_is_made_or_left_out_with_a_reason() -> None:
    told = api_tools.run(api_tools.python_tool("schemathesis"), "run", "--help").stdout
    listed = re.search(r"--checks.*?\[possible values:(.*?)\]", told, re.DOTALL)
    assert listed, told
    known = {name.strip() for name in listed.group(1).split(",")} - {"all"}
    assert known == set(CHECKS) | set(LEFT_OUT)
    assert not set(CHECKS) & set(LEFT_OUT)


def test_each_described_method_and_path_is_answered(described: Described) -> None:
    sent = 0
    for path, item in described.document["paths"].items():
        filled = path.replace("{client_id}", "web").replace("{user_code}", "ABC").replace("{path}", "tenant")
        for method in item.keys() - {"parameters", "servers"}:
            answer = requests.request(method, described.url + filled, allow_redirects=False, timeout=120)
            assert answer.status_code not in (301, 404, 405), f"{method} {path}: {answer.status_code}"
            assert answer.status_code < 500, f"{method} {path}: {answer.status_code}"
            sent += 1
    assert sent >= 25


@pytest.mark.tier("default")
def test_a_live_server_answers_as_described(described: Described, tmp_path: Path) -> None:
    (tmp_path / "schemathesis.toml").write_text(fuzzing.configuration(described))
    shutil.copyfile(api_tools.FOLDER / "fuzzing_hooks.py", tmp_path / "fuzzing_hooks.py")
    headers = [f"-H{name}: {value}" for name, value in fuzzing.browser(described.cookies).items()]
    har = tmp_path / "requests.har"
    done = api_tools.run(
        api_tools.python_tool("schemathesis"),
        *("--config-file", str(tmp_path / "schemathesis.toml"), "run", str(described.file), "--url", described.url),
        *("--checks", ",".join(CHECKS), "--seed", str(SEED), "--max-examples", str(EXAMPLES_PER_OPERATION)),
        # One worker: two of them make CPython 3.11's parser fail now and then ("recursion depth mismatch").
        *("--phases", "examples,coverage,fuzzing", "--workers", "1", "--max-redirects", "0", "--no-color"),
        *("--continue-on-failure", "--generation-database", "none", "--warnings", "off"),
        *("--report-har-path", str(har), *headers),
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout[-20000:] + done.stderr[-2000:]
    counted = re.search(r"(\d+) generated, (\d+) passed", done.stdout)
    assert counted and counted.group(1) == counted.group(2), done.stdout[-2000:]
    operations = fuzzing.operations(described.document)
    assert int(counted.group(1)) >= len(operations) * 20, counted.group(0)
    seen = fuzzing.statuses(har, described.document)
    refused = {name for name in operations if not any(200 <= status < 300 for status in seen[name])}
    told = {name: sorted(seen[name]) for name in operations}
    assert refused == set(fuzzing.NOT_2XX), (refused ^ set(fuzzing.NOT_2XX), told)
    redirected = {name for name in fuzzing.REDIRECTS if 302 in seen[name]}
    assert redirected == set(fuzzing.REDIRECTS), {name: told[name] for name in fuzzing.REDIRECTS}


EXPECTED_REFUSAL = {"error": "invalid_request", "error_description": "Missing refresh token parameter."}


def check_told(text: str) -> None:
    """What a generated client found out."""
    told = json.loads(text)
    assert told["before"]["active"] is True and told["before"]["scope"] == "read", told
    assert told["before"]["client_id"] == "reports", told
    assert told["after"] == {"active": False}, told
    assert told["refused"] == EXPECTED_REFUSAL, told


def test_a_generated_python_client_gets_and_introspects_a_token(described: Described, tmp_path: Path) -> None:
    done = api_tools.run(
        api_tools.python_tool("openapi-python-client"),
        *("generate", "--meta", "none", "--path", str(described.file), "--output-path", "docs_client"),
        *("--config", str(api_tools.FOLDER / "python-client.yaml")),
        cwd=tmp_path,
    )
    assert done.returncode == 0 and "arning" not in done.stdout + done.stderr, done.stdout + done.stderr
    script = str(api_tools.FOLDER / "client.py")
    python = api_tools.python_tool("python")
    done = api_tools.run(python, script, str(tmp_path), described.url, "reports", "reports-secret")
    assert done.returncode == 0, done.stderr
    check_told(done.stdout)


def test_a_generated_typescript_client_gets_and_introspects_a_token(described: Described, tmp_path: Path) -> None:
    generate, compile_ = api_tools.node_tool("openapi-typescript"), api_tools.node_tool("tsc")
    for name in ["client.ts", "tsconfig.json"]:
        shutil.copyfile(api_tools.FOLDER / name, tmp_path / name)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "node_modules").symlink_to(api_tools.NODE / "node_modules")
    done = api_tools.run(generate, str(described.file), "-o", str(tmp_path / "schema.d.ts"))
    assert done.returncode == 0, done.stdout + done.stderr
    done = api_tools.run(compile_, "--project", str(tmp_path))
    assert done.returncode == 0, done.stdout
    script = str(tmp_path / "out" / "client.js")
    done = api_tools.run("node", script, described.url, "reports", "reports-secret")
    assert done.returncode == 0, done.stderr
    check_told(done.stdout)
