"""Random requests to the real DOT and to slash-o, on two copies of one database: the same answers, the same rows."""

from pathlib import Path

import pytest

from compat_tests import paths, random_cases, twins
from compat_tests.databases import Databases

#: Cases of each settings; each starts from the same rows.
CASES = {"quick": 1, "default": 2, "full": 40}
STEPS = 60
SEED = 20_261_125


@pytest.mark.slash_o_only("both sides would be the reference")
@pytest.mark.parametrize("settings", random_cases.SETTINGS)
def test_random_requests(
    databases: Databases, folder: Path, binary: str, settings: str, pytestconfig: pytest.Config
) -> None:
    differing = []
    crashes = judged = 0
    for number in range(CASES[pytestconfig.getoption("--tier")]):
        case = random_cases.case(SEED + number, settings, STEPS)
        addresses = databases.migrated("sqlite"), databases.migrated("sqlite")
        for pair in twins.compare(case, (paths.REFERENCE_STANDS_IN, binary), addresses, folder):
            if pair.theirs["status"] == 500:
                # slash-o answers the right 4xx, or tells the client by a redirect; what the crash left behind may differ.
                assert pair.ours["status"] < 500
                crashes += 1
                break
            judged += 1
            if not pair.equal:
                step = case["steps"][pair.index]
                differing.append("\n".join([f"{case['id']}, {step}", *twins.side_by_side(pair)]))
                break
    assert judged > STEPS / 4, f"only {judged} requests before DOT crashed"
    assert not differing, "\n\n".join(differing[:3])
