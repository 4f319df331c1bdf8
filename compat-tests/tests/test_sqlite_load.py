"""Much writing on one SQLite file beside a writing Django: nobody is told that it is locked."""

import threading
import time

import pytest

from compat_tests import scenarios
from compat_tests.database import IN_WAL_MODE
from compat_tests.places import Places
from compat_tests.scenarios import Visit

SECONDS = {"quick": 2.0, "default": 4.0, "full": 60.0}
pytestmark = [
    pytest.mark.parametrize("engine", ["sqlite"], indirect=True),
    pytest.mark.slash_o_only("Django without transaction_mode IMMEDIATE is locked out"),
]


def _client(visit: Visit) -> None:
    visit.plain_secret()
    visit.introspect()


def _browser(visit: Visit) -> None:
    visit.consent_page()
    for step in (Visit.approve, Visit.redeem, Visit.refresh, Visit.userinfo, Visit.revoke):
        step(visit)


@pytest.mark.parametrize("journal", ["wal", "wal around the driver", "delete"])
def test_no_answer_says_that_the_file_is_locked(places: Places, journal: str, pytestconfig: pytest.Config) -> None:
    mode = journal.split()[0]
    assert places.database.value(f"PRAGMA journal_mode={mode}") == mode
    places.set_up(scenarios.SETUP)
    options = {"timeout": 20, **({"init_command": IN_WAL_MODE} if "around" in journal else {})}
    database = {**places.address.django_settings(), "OPTIONS": options}
    site = places.site(scenarios.PROVIDER, DATABASES={"default": database})
    server, django = places.slash_o(site), places.django(site)
    end = time.monotonic() + SECONDS[pytestconfig.getoption("--tier")]
    wrong: list[str] = []
    done = {"slash-o": 0, "Django": 0}

    def work(name: str, base_url: str, browses: bool) -> None:
        visit = Visit(base_url)
        try:
            if browses:
                visit.log_in()
                visit.submit_login()
            while time.monotonic() < end:
                (_browser if browses else _client)(visit)
                done[name] += 1
        except Exception as error:  # noqa: BLE001
            if name == "slash-o":
                wrong.append(f"{type(error).__name__}: {error}"[:500])

    workers = [threading.Thread(target=work, args=("slash-o", server.base_url, n % 2 == 1)) for n in range(8)]
    workers += [threading.Thread(target=work, args=("Django", django.base_url, False)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not wrong, wrong[0]
    assert "database is locked" not in server.output()
    assert done["slash-o"] > 20 and done["Django"] > 0, done
