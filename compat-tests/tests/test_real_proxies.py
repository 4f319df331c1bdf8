"""The lines of `slash-o check --proxy`, loaded into the real nginx, Caddy and HAProxy: every URL of the project goes where it belongs."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import requests

from compat_tests import commands
from compat_tests.exported_project import Project
from compat_tests.real_proxies import REAL_PROXIES, RealProxy, make_certificate
from compat_tests.server import free_port
from compat_tests.team_project import Running

pytestmark = pytest.mark.slash_o_only("it is a command of slash-o")

URLS = r"""
from django.contrib import admin
from django.contrib.auth import views as auth
from django.http import HttpResponse
from django.urls import include, path, re_path
from oauth2_provider import urls as dot, views

def text(request, **more):
    return HttpResponse("own")

def part(*patterns):
    return include((list(patterns), "oauth2_provider"), namespace="oauth2_provider")

urlpatterns = [
    path("auth/o/", part(re_path(r"^token/?$", views.TokenView.as_view(), name="token"),
        re_path(r"^apps/(?P<pk>\d+)/$", views.ApplicationDetail.as_view(), name="detail"), path("apps/new/", text), path("help/", text),
        *[p for p in dot.urlpatterns if p.name not in ("token", "detail", "introspect")])),
    path("auth/", include("django.contrib.auth.urls")),
    path("healthz", text), path("docs/", text), path("docs/<path:file>", text), path("auth/o", text), path("auth/o/", text),
    path("o/token/", text), path("accounts/login/", text), path("admin/", admin.site.urls), path("items/<int:pk>/", text),
    path("", text, name="home"),
]
"""
MORE = """
ROOT_URLCONF = "proxied_urls"
ALLOWED_HOSTS = ["127.0.0.1", "testserver"]
DEBUG = False
LOGGING_CONFIG = None
OAUTH2_PROVIDER = {"OIDC_ENABLED": True, "DCR_ENABLED": True, "OIDC_RP_INITIATED_LOGOUT_ENABLED": True, "PKCE_REQUIRED": False}
"""
#: Prints every path of the project, and whose view stands there.
WALK = r"""
import json, re
from django.urls import get_resolver, resolve
from oauth2_provider.urls import urlpatterns as dot
OURS = {"LoginView", "LogoutView", "PasswordChangeView", "PasswordChangeDoneView"}
def walk(patterns, before):
    for entry in patterns:
        text = getattr(entry.pattern, "_route", None)
        texts = [text] if text is not None else [re.sub(r"\\(.)", r"\1", re.sub(r"\(\?P.*?\)", "1", t).strip("^$"))
                 for t in ([str(entry.pattern._regex).replace("/?", "/"), str(entry.pattern._regex).replace("/?", "")])]
        for text in texts:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, before + text)
            else:
                yield before + re.sub(r"<[^>]*>", "1", text)
out = {}
for path in walk(get_resolver().url_patterns, "/"):
    cls = getattr(resolve(path).func, "view_class", None)
    module = getattr(cls, "__module__", "")
    out[path] = module.startswith("oauth2_provider.") or module.startswith("django.contrib.auth.") and cls.__name__ in OURS
print(json.dumps(out))
"""


class Site(NamedTuple):
    folder: Path
    project: Project
    #: Path to whether slash-o is to answer.
    paths: dict[str, bool]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, binary: str) -> Site:
    home = tmp_path_factory.mktemp("proxied")
    home.chmod(0o755)
    (home / "more.py").write_text(MORE)
    (home / "proxied_urls.py").write_text(URLS)
    make_certificate(home)
    project = Project(home, "5.2", binary, SITE_MORE=str(home / "more.py"))
    made = project.manage("migrate", "--verbosity", "0")
    assert made.returncode == 0, made.stderr
    walked = project.manage("shell", "-v", "0", script=WALK)
    assert walked.returncode == 0, walked.stderr
    exported = project.export()
    assert exported.returncode == 0, exported.stderr
    return Site(home, project, json.loads(walked.stdout))


class Headers(BaseHTTPRequestHandler):
    """In slash-o's place: tells what the proxy has sent."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        # `-` and `_` are one to Django; two values of one name are both told.
        body = json.dumps([[name.lower(), value] for name, value in self.headers.items()]).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


def _lines(site: Site, binary: str, proxy: RealProxy, local: str) -> str:
    (site.folder / "slash-o.local.toml").write_text(local)
    (site.folder / "slash-o.local.toml").chmod(0o600)
    done = commands.run(binary, "check", "--config", str(site.folder / "slash-o.toml"), "--proxy", proxy.name)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Front(NamedTuple):
    proxy: RealProxy
    plain: str
    tls: str


def _front(stack: ExitStack, site: Site, proxy: RealProxy, lines: str, django: int) -> Front:
    port, tls = free_port(), free_port()
    path = proxy.write(site.folder, lines, port=port, tls=tls, django=django)
    said = proxy.looked_at(path)
    assert said.startswith("0: "), f"{said}\n{path.read_text()}"
    stack.enter_context(Running(proxy.command(path), port, site.folder, {"PATH": "/usr/bin:/bin", "HOME": str(site.folder)}))
    return Front(proxy, f"http://127.0.0.1:{port}", f"https://127.0.0.1:{tls}")


def _slash_o(site: Site, binary: str, port: int) -> Running:
    command = [binary, "serve", "--config", str(site.folder / "slash-o.toml"), "--bind", f"127.0.0.1:{port}"]
    return Running(command, port, site.folder, {"PATH": "/usr/bin:/bin"})


def _django(site: Site) -> Running:
    port = free_port()
    command, environment = site.project.command("runserver", "--noreload", f"127.0.0.1:{port}")
    return Running(command, port, site.folder, environment)


@pytest.fixture(scope="module", params=REAL_PROXIES, ids=lambda proxy: proxy.name)
def proxy(request: pytest.FixtureRequest) -> RealProxy:
    found: RealProxy = request.param
    if found.program is None:
        pytest.skip(f"{found.name} is not installed")
    return found


@pytest.fixture(scope="module")
def front(proxy: RealProxy, site: Site, binary: str) -> Iterator[Front]:
    port = free_port()
    with ExitStack() as stack:
        django = stack.enter_context(_django(site))
        lines = _lines(site, binary, proxy, f'[server]\nbind = "127.0.0.1:{port}"\nkeepalive_timeout = 3\n')
        stack.enter_context(_slash_o(site, binary, port))
        yield _front(stack, site, proxy, lines, django.port)


def _is_of_slash_o(answer: requests.Response) -> bool:
    return "X-Request-Id" in answer.headers


def test_every_url_of_the_project_goes_where_it_belongs(front: Front, site: Site) -> None:
    assert sum(site.paths.values()) > 25 and len(site.paths) - sum(site.paths.values()) > 25
    wrong = {}
    for path, is_ours in site.paths.items():
        answer = requests.get(front.plain + path, allow_redirects=False)
        if _is_of_slash_o(answer) != is_ours or answer.status_code in (502, 503, 504):
            wrong[path] = (is_ours, answer.status_code)
    # What nobody has is Django's 404, and so is what looks like one of slash-o's paths.
    for path in ["/auth/o/introspect/", "/auth/o/tokens/", "/auth/o/apps/x/", "/auth/login/x", "/nothing/", "/authxo/token/"]:
        answer = requests.get(front.plain + path, allow_redirects=False)
        if _is_of_slash_o(answer) or answer.status_code != 404:
            wrong[path] = (False, answer.status_code)
    assert not wrong, wrong


def test_the_documents_tell_the_address_that_the_client_sees(front: Front, site: Site) -> None:
    for base in (front.plain, front.tls):
        document = requests.get(f"{base}/auth/o/.well-known/openid-configuration", verify=str(site.folder / "cert.pem")).json()
        assert (document["issuer"], document["token_endpoint"]) == (f"{base}/auth/o", f"{base}/auth/o/token")


def test_a_post_after_a_pause_is_answered(front: Front) -> None:
    """The proxy lets go of its connections before slash-o does; here after a second, slash-o after three."""
    for pause in (0, 1.1, 2.95, 3.05, 4):
        time.sleep(pause)
        assert requests.post(front.plain + "/auth/o/token/", data={"grant_type": "password"}).status_code in (400, 401), pause


@pytest.mark.tier("full")
def test_a_post_after_a_minute_is_answered(proxy: RealProxy, site: Site, binary: str) -> None:
    port = free_port()
    with ExitStack() as stack:
        django = stack.enter_context(_django(site))
        lines = _lines(site, binary, proxy, f'[server]\nbind = "127.0.0.1:{port}"\n')
        stack.enter_context(_slash_o(site, binary, port))
        front = _front(stack, site, proxy, lines, django.port)
        for pause in (0, 59.95, 60.5, 74.95, 75.5):
            time.sleep(pause)
            assert requests.post(front.plain + "/auth/o/token/", data={"grant_type": "password"}).status_code in (400, 401), pause


#: Settings in Django's words, and which header must say what over http and over https.
FORWARDED: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "as usual": ("", {"x-forwarded-proto": ("http", "https")}),
    "another header of https": ('SECURE_PROXY_SSL_HEADER = ["HTTP_X_SSL_ON", "on"]\n', {"x-ssl-on": ("", "on")}),
    "host and port": (
        "USE_X_FORWARDED_HOST = true\nUSE_X_FORWARDED_PORT = true\n",
        {"x-forwarded-proto": ("http", "https"), "x-forwarded-host": ("HOST", "HOST"), "x-forwarded-port": ("PORT", "PORT")},
    ),
}


@pytest.mark.parametrize("case", FORWARDED)
def test_what_a_client_claims_of_itself_is_overwritten(case: str, proxy: RealProxy, site: Site, binary: str) -> None:
    settings, wanted = FORWARDED[case]
    echo = ThreadingHTTPServer(("127.0.0.1", 0), Headers)
    echo.daemon_threads = True
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    with ExitStack() as stack:
        stack.callback(echo.server_close)
        stack.callback(echo.shutdown)
        lines = _lines(site, binary, proxy, f'{settings}[server]\nbind = "127.0.0.1:{echo.server_port}"\n')
        front = _front(stack, site, proxy, lines, echo.server_port)
        claimed = dict.fromkeys(wanted, "evil") | {"x-forwarded-for": "203.0.113.9"}
        for at, base in enumerate((front.plain, front.tls)):
            host = base.partition("://")[2]
            answer = requests.get(f"{base}/auth/o/token/", headers=claimed, verify=str(site.folder / "cert.pem"))
            told: list[list[Any]] = answer.json()
            here = {"HOST": host, "PORT": host.partition(":")[2]}
            for name, values in {**wanted, "x-forwarded-for": ("127.0.0.1",) * 2, "host": ("HOST",) * 2}.items():
                expected = here.get(values[at], values[at])
                assert [value for told_name, value in told if told_name == name and value] == [expected] * bool(expected), (name, told)


def test_a_script_name_stands_before_paths_of_clients_only(proxy: RealProxy, site: Site, binary: str) -> None:
    port = free_port()
    with ExitStack() as stack:
        django = stack.enter_context(_django(site))
        lines = _lines(site, binary, proxy, f'FORCE_SCRIPT_NAME = "/app.1"\n[server]\nbind = "127.0.0.1:{port}"\n')
        stack.enter_context(_slash_o(site, binary, port))
        base = _front(stack, site, proxy, lines, django.port).plain
        asked = {"/app.1/auth/login/?next=/x/": 500, "/app.1/auth/o/token/": 405, "/app.1/auth/o/apps/1/": 302, "/app.1/auth/o/authorize/": 302}
        for path, status in asked.items():
            answer = requests.get(base + path, allow_redirects=False)
            assert _is_of_slash_o(answer) and answer.status_code in (status, 200), (path, answer.status_code)
            if status == 302:
                assert "?next=/app.1/auth/o/" in answer.headers["Location"], answer.headers
        document = requests.get(f"{base}/app.1/auth/o/.well-known/openid-configuration").json()
        assert document["token_endpoint"] == f"{base}/app.1/auth/o/token"
        # Without the prefix they are Django's; so is what only looks like it.
        for path in ("/auth/o/token/", "/appx1/auth/o/token/"):
            assert not _is_of_slash_o(requests.get(base + path, allow_redirects=False)), path
