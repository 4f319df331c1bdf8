"""`slash-o migrate` with Django's arguments (D-173): its words and exit codes, and a clear no where only Django can."""

from pathlib import Path

import pytest

from compat_tests import commands, schema_dump
from compat_tests.databases import Databases, django_command
from compat_tests.old_schema import OldDatabase
from compat_tests.site import Site
from test_upgrade import filled

pytestmark = pytest.mark.slash_o_only("it compares slash-o's migrate with Django's")


class Both:
    def __init__(self, database: OldDatabase, binary: str, folder: Path) -> None:
        self.database, self.binary, self.folder = database, binary, folder
        self.config = str(commands.config_file(folder, Site(database.address)))

    def ours(self, *arguments: str) -> tuple[int, str, str]:
        done = commands.run(self.binary, "migrate", "--config", self.config, *arguments)
        return done.returncode, done.stdout, done.stderr

    def theirs(self, *arguments: str) -> tuple[int, str, str]:
        done = django_command(self.database.address, self.folder, "migrate", *arguments)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def both(request: pytest.FixtureRequest, databases: Databases, binary: str, folder: Path) -> Both:
    return Both(filled(request, databases, "sqlite", "3.2.0"), binary, folder)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nosuch"], "No installed app with label 'nosuch'."),
        (["oauth2_provider", "9999"], "Cannot find a migration matching '9999' from app 'oauth2_provider'."),
        (["auth", "00"], "More than one migration matches '00' in app 'auth'. Please be more specific."),
    ],
)
def test_what_is_not_there_is_said_in_djangos_words(both: Both, arguments: list[str], said: str) -> None:
    before = schema_dump.all_rows(both.database)
    for code, _, error in (both.ours(*arguments), both.theirs(*arguments)):
        assert code == 1 and said in error, error
    assert schema_dump.all_rows(both.database) == before


def test_check_says_by_its_exit_code_whether_anything_is_left(both: Both) -> None:
    before = schema_dump.tables(both.database), schema_dump.all_rows(both.database)
    for arguments in (["--check"], ["oauth2_provider", "--check"]):
        assert both.ours(*arguments) == both.theirs(*arguments) == (1, "", "")
    assert (schema_dump.tables(both.database), schema_dump.all_rows(both.database)) == before
    code, told, _ = both.ours("oauth2_provider", "0022", "--noinput", "--database", "default")
    assert (code, "Target specific migration: 0022_refreshtoken_token_family_index, from oauth2_provider" in told) == (0, True)
    for arguments in (["--check"], ["oauth2_provider", "0022"], ["auth"], []):
        ours, theirs = both.ours(*arguments), both.theirs(*arguments)
        assert ours == theirs, arguments
    assert both.ours("-v", "0") == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["oauth2_provider", "0015"], 1, "manage.py migrate oauth2_provider 0015_refreshtoken_token_checksum"),
        (["oauth2_provider", "zero"], 1, "takes no tables away"),
        (["--fake"], 2, "manage.py migrate --fake"),
        (["--database", "other"], 2, "default"),
    ],
)
def test_what_only_django_can_is_refused(both: Both, arguments: list[str], code: int, said: str) -> None:
    before = schema_dump.tables(both.database), schema_dump.all_rows(both.database)
    found, _, error = both.ours(*arguments)
    assert found == code and said in error, error
    assert (schema_dump.tables(both.database), schema_dump.all_rows(both.database)) == before


def test_an_app_alone_is_refused_where_others_would_come_along(
    request: pytest.FixtureRequest, databases: Databases, binary: str, folder: Path
) -> None:
    empty = OldDatabase(databases.empty("sqlite"))
    code, _, error = Both(empty, binary, folder).ours("oauth2_provider")
    assert code == 1 and "leave the app out" in error
    assert schema_dump.table_names(empty) == []
