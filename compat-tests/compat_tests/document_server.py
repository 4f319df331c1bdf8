"""A TLS listener on loopback that serves documents under any host name, with an authority of its own."""

import atexit
import datetime
import functools
import ipaddress
import json
import shutil
import ssl
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

YEAR = datetime.timedelta(days=365)


class Authority:
    """Issues certificates that only its own file vouches for."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority of a test")])
        builder = self._builder(self._name, self._key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        self.file = folder / f"authority-{id(self)}.pem"
        self.file.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def _builder(self, subject: x509.Name, key: Any) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(self._name).public_key(key)
        builder = builder.serial_number(x509.random_serial_number())
        return builder.not_valid_before(now - YEAR).not_valid_after(now + YEAR)

    def context(self, folder: Path, names: Sequence[str]) -> ssl.SSLContext:
        """What a server of these names and addresses needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = self._builder(x509.Name([]), key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName([_general(n) for n in names]), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        pem = serialization.Encoding.PEM
        file = folder / f"server-{id(builder)}.pem"
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file.write_bytes(private + builder.sign(self._key, hashes.SHA256()).public_bytes(pem))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:  # noqa: N802
        server: Any = self.server
        url = f"https://{self.headers['Host']}{self.path}"
        server.documents.asked.append(url)
        server.documents.headers.append(dict(self.headers))
        answer = server.documents.answers.get(url)
        if answer is None:
            self.send(404, {}, b"")
        else:
            answer(self)

    def send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    documents: "DocumentServer"

    def get_request(self) -> tuple[Any, Any]:
        connection, address = super().get_request()
        self.documents.connections += 1
        return connection, address

    def finish_request(self, request: Any, client_address: Any) -> None:
        request.settimeout(30)
        try:
            secure = self.documents.context.wrap_socket(request, server_side=True)
        except (OSError, ssl.SSLError):
            return
        try:
            super().finish_request(secure, client_address)
        except OSError:
            pass
        finally:
            secure.close()

    def handle_error(self, *arguments: object) -> None:
        pass


class DocumentServer:
    """Answers by URL; `asked` and `connections` tell what was fetched. A context manager."""

    def __init__(self, folder: Path, names: Sequence[str], authority: Authority | None = None) -> None:
        self.names = list(names)
        self.authority = authority or Authority(folder)
        self.context = self.authority.context(folder, self.names)
        self.answers: dict[str, Callable[[Handler], None]] = {}
        self.forget()
        self._listener = _Listener(("127.0.0.1", 0), Handler)
        self._listener.documents = self
        self.port = int(self._listener.server_address[1])
        threading.Thread(target=self._listener.serve_forever, daemon=True).start()

    def __enter__(self) -> "DocumentServer":
        return self

    def __exit__(self, *arguments: object) -> None:
        self.close()

    def close(self) -> None:
        self._listener.shutdown()
        self._listener.server_close()

    def forget(self) -> None:
        self.answers.clear()
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.connections = 0

    def testing(self) -> dict[str, Any]:
        """`[server.testing]` that leads every name here."""
        return {"resolve": {n: f"127.0.0.1:{self.port}" for n in self.names}, "ca": str(self.authority.file)}

    def serve(self, url: str, document: Any, cache_control: str | None = None, **more: Any) -> None:
        """`document` as JSON (bytes and texts as they are); `status`, `headers`, `delay` and `until` (an event) may differ."""
        body = document if isinstance(document, bytes) else document.encode() if isinstance(document, str) else None
        content = json.dumps(document).encode() if body is None else body
        headers = {"Content-Type": "application/json", **more.get("headers", {})}
        if cache_control is not None:
            headers["Cache-Control"] = cache_control

        def answer(handler: Handler) -> None:
            time.sleep(more.get("delay", 0))
            if "until" in more:
                more["until"].wait(50)
            handler.send(more.get("status", 200), headers, content)

        self.answers[url] = answer


    def serve_all(self, documents: list[dict[str, Any]]) -> None:
        """The documents of a case, and no others."""
        self.answers.clear()
        for one in documents:
            scheme, rest = one["url"].split("://")
            self.serve(f"{scheme.lower()}://{rest}", one["json"], one["cache_control"])


@functools.cache
def shared() -> DocumentServer:
    """The one listener of the recorded cases; it lives as long as the process."""
    folder = Path(tempfile.mkdtemp(prefix="slash-o-documents-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return DocumentServer(folder, ["app.example", "b.example", "c.example", "evil.example"])


def document(url: str, **more: Any) -> dict[str, Any]:
    """A good client ID metadata document."""
    return {"client_id": url, "redirect_uris": ["https://client.example/cb"], "client_name": "App", **more}
