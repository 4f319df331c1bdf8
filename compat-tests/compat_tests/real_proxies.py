"""nginx, Caddy and HAProxy with the lines that `slash-o check --proxy` prints, in front of a Django."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {beside}
    server {{
        listen 127.0.0.1:{port};
        listen 127.0.0.1:{tls} ssl;
        ssl_certificate {folder}/cert.pem;
        ssl_certificate_key {folder}/key.pem;
        {inside}
        location / {{ proxy_pass http://127.0.0.1:{django}; proxy_set_header Host $http_host; }}
    }}
}}
"""
CADDY = """
{{
    admin off
    auto_https off
    storage file_system {folder}/caddy
}}
(site) {{
    bind 127.0.0.1
    {inside}
    reverse_proxy 127.0.0.1:{django}
}}
http://:{port} {{
    import site
}}
https://:{tls} {{
    import site
    tls {folder}/cert.pem {folder}/key.pem
}}
"""
HAPROXY = """
defaults
    mode http
    timeout connect 5s
    timeout client 150s
    timeout server 150s
backend django
    server django 127.0.0.1:{django}
frontend site
    bind 127.0.0.1:{port}
    bind 127.0.0.1:{tls} ssl crt {folder}/both.pem
    default_backend django
{inside}
"""


@dataclass(frozen=True)
class RealProxy:
    name: str
    text: str
    #: Arguments that only look at the file, and that serve it.
    looks: tuple[str, ...]
    serves: tuple[str, ...]

    @property
    def program(self) -> str | None:
        """Its file; none where it is not installed."""
        return shutil.which(self.name, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")

    def write(self, folder: Path, lines: str, **ports: int) -> Path:
        """The file of the proxy, with the printed lines where they say they belong."""
        beside, _, inside = lines.partition("# in the server block") if self.name == "nginx" else ("", "", lines)
        path = folder / f"{self.name}.conf"
        path.write_text(self.text.format(folder=folder, beside=beside, inside="#" * bool(beside) + inside, **ports))
        return path

    def looked_at(self, path: Path) -> str:
        """What the proxy itself says of the file."""
        done = subprocess.run([str(self.program), *self.looks, str(path)], capture_output=True, text=True, timeout=60)
        return f"{done.returncode}: {done.stdout}{done.stderr}"

    def command(self, path: Path) -> list[str]:
        return [str(self.program), *self.serves, str(path)]


REAL_PROXIES = [
    RealProxy("nginx", NGINX, ("-t", "-c"), ("-c",)),
    RealProxy("caddy", CADDY, ("validate", "--adapter", "caddyfile", "--config"), ("run", "--adapter", "caddyfile", "--config")),
    RealProxy("haproxy", HAPROXY, ("-c", "-f"), ("-db", "-f")),
]


def make_certificate(folder: Path) -> None:
    """For 127.0.0.1, signed by itself."""
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    both = (folder / "cert.pem").read_text() + (folder / "key.pem").read_text()
    (folder / "both.pem").write_text(both)
