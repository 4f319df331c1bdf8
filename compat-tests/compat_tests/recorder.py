"""Record what the reference answers to every case."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

from compat_tests import case_file, paths, run_case
from compat_tests.case_file import Case
from compat_tests.database import Address, Database
from compat_tests.server import Server
from compat_tests.templating import Templater


def record(
    definitions: list[Case], address: Address, folder: Path, progress: Callable[[str], None] = lambda line: None
) -> list[Case]:
    """The definitions, in their order, with expectations and the shapes of varying values."""
    database = Database(address)
    recorded: dict[str, Case] = {}
    for group in case_file.by_settings(definitions):
        site = case_file.site_of(group[0], address)
        environment = case_file.environment_of(group[0])
        with Server(paths.REFERENCE_STANDS_IN, site, folder, environment) as server:
            for case in group:
                recorded[case["id"]] = _record_case(case, database, server.base_url)
                progress(case["id"])
    database.close()
    return [recorded[case["id"]] for case in definitions]


def _record_case(definition: Case, database: Database, base_url: str) -> Case:
    case: dict[str, Any] = copy.deepcopy(definition)
    templater = Templater(base_url, case["setup"])
    for outcome in run_case.outcomes(database, base_url, case, lambda: templater.values):
        templater.learn(outcome.answer)
        parts = outcome.view()
        order = ["status", "headers", "body", "db", "jwt", "fetched"]
        outcome.step["expect"] = {p: templater.template(parts[p], outcome.now) for p in order if p in parts}
    case["vars"] = templater.shapes
    return case
