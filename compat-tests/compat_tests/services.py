"""Throw-away PostgreSQL, MariaDB and Redis servers in temporary folders on free ports."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol, TypeVar

from compat_tests import paths
from compat_tests.database import Address
from compat_tests.server import free_port

START_SECONDS = 180.0
#: Bytes that the databases of a whole run may come to.
ROOM = 6_000_000_000


class Unavailable(Exception):
    """The service is not installed; one that is installed and does not start is an error."""


class DatabaseServer(Protocol):
    def create(self, name: str, template: str = "") -> Address: ...


class Service:
    """A daemon process in its own folder, as an unprivileged user where we are root."""

    #: Ends it at once, clients or not.
    STOP = signal.SIGTERM

    def __init__(self, name: str, users: list[str], durable: bool = False) -> None:
        self.port = free_port()
        on_disk = Path(tempfile.mkdtemp(prefix=f"slash-o-{name}-")) if durable else None
        self.folder = on_disk or paths.scratch_folder(name, room=ROOM)
        self._user = _first_known(users) if os.geteuid() == 0 else None
        if self._user:
            shutil.chown(self.folder, self._user)
        self._process: subprocess.Popen[bytes] | None = None
        self._again: Callable[[], None] = lambda: None
        self.log = self.folder / "server.log"

    def _as_user(self, command: list[str]) -> list[str]:
        return ["runuser", "-u", self._user, "--", *command] if self._user else command

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(self._as_user(command), capture_output=True, text=True, cwd=self.folder)
        if done.returncode:
            raise RuntimeError(f"{command[0]} failed: {done.stdout[-500:]}{done.stderr[-500:]}")

    def _start(self, command: list[str], ready: Callable[[], bool]) -> None:
        self._again = lambda: self._start(command, ready)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user(command), stdout=log, stderr=subprocess.STDOUT, cwd=self.folder, start_new_session=True
            )
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end and self._process.poll() is None:
            if ready():
                return
            time.sleep(0.1)
        text = self.log.read_text(errors="replace")[-1000:]
        self.stop()
        raise RuntimeError(f"{command[0]} did not start: {text}")

    def stop(self) -> None:
        self._end()
        shutil.rmtree(self.folder, ignore_errors=True)

    def restart(self) -> None:
        """Ends it, with all its connections, and starts it on the same data."""
        self._end()
        self._again()

    def _end(self) -> None:
        if self._process is None or self._process.poll() is not None:
            return
        os.killpg(self._process.pid, self.STOP)
        try:
            self._process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    def _listens(self) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.port), 5).close()
        except OSError:
            return False
        return True


S = TypeVar("S", bound=Service)


class PostgreSQL(Service):
    USER = "slasho"
    STOP = signal.SIGINT

    def __init__(self, durable: bool = False) -> None:
        """`durable`: as an operator runs it, not as tests like it."""
        binaries = _folder_of("initdb", sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True))
        super().__init__("postgresql", ["postgres", "nobody"], durable)
        data = self.folder / "data"
        initdb = [f"{binaries}/initdb", "-D", str(data), "-U", self.USER, "-A", "trust", "-E", "UTF8"]
        self._run([*initdb, "--no-sync", "--locale=C.UTF-8"])
        careless = {} if durable else {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options = {
            **careless,
            "max_connections": "200",
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": str(self.folder),
        }
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        command = [f"{binaries}/postgres", "-D", str(data), "-p", str(self.port), *settings]
        self._start(command, self._answers)

    def create(self, name: str, template: str = "") -> Address:
        import psycopg

        with psycopg.connect(self._dsn("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}" + (f" TEMPLATE {template}" if template else ""))
        return Address("postgresql", name, "127.0.0.1", self.port, self.USER)

    def _dsn(self, name: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={self.USER} dbname={name}"

    def _answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self._dsn("postgres"), connect_timeout=120).close()
        except psycopg.OperationalError:
            return False
        return True


class PgBouncer(Service):
    """A pooler before a PostgreSQL, with Debian's default configuration but for what a pool is made of."""

    def __init__(self, server: PostgreSQL, pool_mode: str, program: str | None = None, **more: str) -> None:
        program = program or shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
        if not program:
            raise Unavailable("PgBouncer is not installed (pgbouncer)")
        super().__init__("pgbouncer", ["postgres", "nobody"])
        self._server = server
        users, config = self.folder / "userlist.txt", self.folder / "pgbouncer.ini"
        users.write_text(f'"{server.USER}" ""\n')
        options = {
            "listen_addr": "127.0.0.1",
            "listen_port": str(self.port),
            "unix_socket_dir": "",
            "auth_type": "trust",
            "auth_file": str(users),
            "pool_mode": pool_mode,
            **more,
        }
        lines = [f"{name} = {value}" for name, value in options.items()]
        place = f"* = host=127.0.0.1 port={server.port}"
        config.write_text("\n".join(["[databases]", place, "[pgbouncer]", *lines, ""]))
        for file in (users, config):
            file.chmod(0o644)
        self._start([program, str(config)], self._listens)

    def address(self, behind: Address) -> Address:
        return Address("postgresql", behind.name, "127.0.0.1", self.port, PostgreSQL.USER)


class MariaDB(Service):
    USER = "slasho"
    PASSWORD = "slasho-pw"

    def __init__(self) -> None:
        server = shutil.which("mariadbd") or shutil.which("mysqld")
        install = shutil.which("mariadb-install-db") or shutil.which("mysql_install_db")
        if not server or not install:
            raise Unavailable("MariaDB is not installed (mariadbd, mariadb-install-db)")
        super().__init__("mariadb", ["mysql", "nobody"])
        data, socket_file = self.folder / "data", self.folder / "mariadb.sock"
        setup = self.folder / "setup.sql"
        setup.write_text(
            f"CREATE USER '{self.USER}'@'%' IDENTIFIED BY '{self.PASSWORD}';\nGRANT ALL ON *.* TO '{self.USER}'@'%';\n"
        )
        setup.chmod(0o644)
        self._run([install, "--no-defaults", f"--datadir={data}", "--auth-root-authentication-method=normal"])
        command = [server, "--no-defaults", f"--datadir={data}", f"--socket={socket_file}", f"--port={self.port}"]
        quick = [
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-log-bin",
            "--skip-name-resolve",
            "--max-connections=300",
        ]
        self._start([*command, "--bind-address=127.0.0.1", f"--init-file={setup}", *quick], self._answers)

    def create(self, name: str, template: str = "") -> Address:
        connection = self._connect()
        connection.cursor().execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        connection.close()
        return Address("mysql", name, "127.0.0.1", self.port, self.USER, self.PASSWORD)

    def _connect(self):  # type: ignore[no-untyped-def]
        import pymysql

        return pymysql.connect(host="127.0.0.1", port=self.port, user=self.USER, password=self.PASSWORD)

    def _answers(self) -> bool:
        import pymysql

        try:
            self._connect().close()
        except pymysql.MySQLError:
            return False
        return True


class Redis(Service):
    def __init__(self) -> None:
        server = shutil.which("redis-server")
        if not server:
            raise Unavailable("Redis is not installed (redis-server)")
        super().__init__("redis", ["redis", "nobody"])
        options = ["--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        self._start([server, *options], self._listens)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/1"


class RedisOverTls(Service):
    """With a certificate of a CA that nobody else knows; `ca`, `certificate` and `key` are files."""

    def __init__(self, asks_for_certificates: bool = False) -> None:
        server = shutil.which("redis-server")
        if not server:
            raise Unavailable("Redis is not installed (redis-server)")
        super().__init__("redis-tls", ["redis", "nobody"])
        self.ca, self.certificate, self.key = certificates(self.folder)
        options = ["--port", "0", "--tls-port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", str(self.folder)]
        options += ["--tls-cert-file", str(self.certificate), "--tls-key-file", str(self.key), "--tls-ca-cert-file", str(self.ca)]
        options += ["--tls-auth-clients", "yes" if asks_for_certificates else "no"]
        self._start([server, *options], self._listens)

    @property
    def url(self) -> str:
        return f"rediss://127.0.0.1:{self.port}/1"


def certificates(folder: Path) -> tuple[Path, Path, Path]:
    """A CA of its own, and a certificate for 127.0.0.1 with its key, which all may read."""
    import datetime
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    now = datetime.datetime.now(datetime.timezone.utc)

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])

    def builder(subject: str, key: ec.EllipticCurvePrivateKey) -> x509.CertificateBuilder:
        made = x509.CertificateBuilder().subject_name(name(subject)).issuer_name(name("A CA of the tests"))
        made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
        return made.not_valid_before(now - datetime.timedelta(1)).not_valid_after(now + datetime.timedelta(30))

    ca_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    ca = builder("A CA of the tests", ca_key).add_extension(x509.BasicConstraints(True, None), True)
    own = builder("127.0.0.1", key).add_extension(
        x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
    )
    files = folder / "ca.pem", folder / "own.pem", folder / "own.key"
    files[0].write_bytes(ca.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(own.sign(ca_key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.PKCS8
    files[2].write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    for file in files:
        file.chmod(0o644)
    return files


def running(kind: Callable[[], S]) -> Iterator[S]:
    """For a fixture: the service until the test is over; skipped where it is not installed."""
    import pytest

    try:
        service = kind()
    except Unavailable as reason:
        pytest.skip(str(reason))
    yield service
    service.stop()


def _folder_of(program: str, candidates: list[Path]) -> Path:
    for folder in candidates:
        if (folder / program).exists():
            return folder
    found = shutil.which(program)
    if not found:
        raise Unavailable(f"PostgreSQL is not installed ({program})")
    return Path(found).parent


def _first_known(users: list[str]) -> str:
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(user for user in users if user in known)
