"""A small project whose findings somebody deleted from the file, and what `slash-o compare` says of it."""

import json
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from compat_tests import commands
from compat_tests.exported_project import PROJECT, Project, export_files
from compat_tests.server import free_port
from compat_tests.strange_projects import Strange
from compat_tests.team_project import Running

#: Rows as a team has them: one of the staff, and an application of each grant that a browser comes back from.
ROWS = """
from django.contrib.auth import get_user_model
from oauth2_provider.models import get_application_model
users = get_user_model()
alice = users(**{users.USERNAME_FIELD: "alice@shop.example", "is_active": True, "is_staff": True})
alice.set_unusable_password()
alice.save()
kinds = (("web", "authorization-code"), ("old", "implicit"))
for name, grant in kinds:
    get_application_model().objects.create(client_id=name, name=name, client_type="public", authorization_grant_type=grant,
                                           redirect_uris="https://client.example/cb", user=alice)
"""
USER = "alice@shop.example"
#: As a site is served: no debug pages, a login page of its own, which Django does not have.
SERVED = "\nDEBUG = False\nALLOWED_HOSTS = ['*']\n"
#: A run checks many passwords and secrets, for which Django takes its time; not in a project that has to do with hashers.
QUICK = "PASSWORD_HASHERS = ['django.contrib.auth.hashers.MD5PasswordHasher']\n"
LOGIN_PAGE = "templates/registration/login.html"
LOGIN = "<!doctype html><title>Login</title><form method=post>{% csrf_token %}{{ form.as_p }}<button>Go</button></form>\n"
#: Each run asks a part of the URLs, for time; the flows of --write are walked whole.
RUNS = (
    ("--write", "--database", "db.sqlite3", "--only", "login"),
    ("--user", USER, "--only", "client_id=web"),
    ("--user", USER, "--only", "/o/applications/register/"),
)


@dataclass
class Told:
    """What the runs said: an error message, or what differs, each with its request."""

    failure: str = ""
    fields: list[str] = field(default_factory=list)
    requests: int = 0
    stopped: list[str] = field(default_factory=list)


def is_of_time(field: str) -> bool:
    """A row that is ten seconds older: a busy machine, not the project."""
    found = re.search(r": in (-?\d+) s \| in (-?\d+) s$", field)
    return found is not None and abs(int(found[1]) - int(found[2])) <= 60


def delete_findings(config: Path) -> None:
    """As somebody leaves the file who deletes what stops a start."""
    parts = re.split(r"(?m)^(?=\[)", config.read_text())
    config.write_text("".join(part for part in parts if not part.startswith("[[server.not_translated]]")))


class Forgotten:
    """The project on a database of its own, exported, without its findings."""

    def __init__(self, folder: Path, binary: str) -> None:
        self.folder, self.binary = folder, binary
        self.project = Project(folder, "5.2", binary, SITE_MORE=str(folder / "more.py"))

    def set_up(self, files: dict[str, str], stock: Path | None) -> str:
        """Writes the project and its database; what Django said where it cannot be run."""
        quick = "" if any("hash" in text for text in files.values()) else QUICK
        more = {"more.py": quick + files.get("more.py", "") + SERVED}
        export_files(self.folder, "5.2", self.binary, {LOGIN_PAGE: LOGIN, **files, **more})
        if stock and "garden/models.py" not in files:
            shutil.copy(stock, self.folder / "db.sqlite3")
        else:
            for arguments, script in ((("migrate", "--run-syncdb", "--verbosity", "0"), ""), (("shell", "-v", "0"), ROWS)):
                made = self.project.manage(*arguments, script=script)
                if made.returncode != 0:
                    return made.stderr
        delete_findings(self.folder / "slash-o.toml")
        return ""

    def compare(self, runs: tuple[tuple[str, ...], ...] = RUNS) -> Told:
        """Runs until one finds something."""
        port, told = free_port(), Told()
        command, environment = self.project.command("runserver", "--noreload", f"127.0.0.1:{port}")
        with Running(command, port, self.folder, environment) as django:
            for arguments in runs:
                done = commands.run(
                    self.binary, "compare", "--config", "slash-o.toml", "--django", django.base_url, "--unbounded", "--json",
                    "--host", "localhost", *arguments, folder=self.folder,
                )  # fmt: skip
                if not done.stdout.startswith("{"):
                    return Told(failure=done.stdout + done.stderr)
                self._read(json.loads(done.stdout), told)
                if told.fields and not all(map(is_of_time, told.fields)):
                    break
        return told

    def _read(self, report: dict, told: Told) -> None:  # type: ignore[type-arg]
        told.requests += report["requests"]
        told.stopped += [report["stopped"]] if report["stopped"] else []
        for url in report["urls"]:
            for request in url["requests"]:
                for one in request.get("fields", []):
                    told.fields.append(f"{request['request']}: {one['field']}: {one['django']} | {one['slash_o']}")
                if "why" in request:
                    told.fields.append(f"{request['request']}: not reachable: {request['why']}")
