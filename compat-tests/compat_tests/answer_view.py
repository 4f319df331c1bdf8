"""The part of an answer that two servers must have in common."""

import base64
import html.parser
import json
import re
from typing import Any

from compat_tests.exchange import Answer
from compat_tests.signing import signer_of

#: Compared as they are, where present.
HEADERS = [
    "Content-Type",
    "Location",
    "Cache-Control",
    "Pragma",
    "WWW-Authenticate",
    "Access-Control-Allow-Origin",
    "Access-Control-Allow-Methods",
    "Access-Control-Allow-Headers",
    "Allow",
    "Vary",
]
#: What Django's default middleware sends with every answer: shown only where the value is another one.
STANDARD_HEADERS = {
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
ERROR_STATUSES = {400, 403, 404, 500}
#: The reference makes this list of a set: it has no order.
CLAIMS_SUPPORTED = re.compile(r'("claims_supported": )(\[[^\]]*\])')
JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")


def headers_view(answer: Answer) -> dict[str, Any]:
    view: dict[str, Any] = {name: value for name in HEADERS if (value := answer.header(name)) is not None}
    for name, standard in STANDARD_HEADERS.items():
        if answer.header(name) != standard:
            view[name] = answer.header(name)
    cookies = [_cookie_view(value) for name, value in answer.headers if name.lower() == "set-cookie"]
    if cookies:
        view["Set-Cookie"] = sorted(cookies)
    return view


def body_view(answer: Answer) -> dict[str, Any]:
    """JSON-looking text word for word, HTML as inputs and texts, an error page as just that."""
    content_type = answer.header("Content-Type") or ""
    if answer.body == "" or answer.body.lstrip()[:1] in ("{", "[") or "json" in content_type:
        return {"text": CLAIMS_SUPPORTED.sub(_sorted, answer.body)}
    page = _Page()
    page.feed(answer.body)
    inputs = [
        [kind, name, "{{csrf}}" if name == "csrfmiddlewaretoken" else value] for kind, name, value in page.inputs
    ]
    names_its_error = any(tag == "h2" and text.startswith("Error:") for tag, text in page.texts)
    # With DEBUG the page of a crash tells of the machine.
    if answer.status == 500 or answer.status in ERROR_STATUSES and not inputs and not names_its_error:
        return {"html": "any"}
    view: dict[str, Any] = {"inputs": inputs, "texts": page.texts}
    if page.fields:
        view |= {"fields": page.fields, "labels": page.labels, "spans": page.spans}
    return {"html": view}


def jwt_view(answer: Answer, secrets: list[str]) -> list[dict[str, Any]]:
    """Header, claims, order of the claims and signer of every JWT in the body or the Location header."""
    views = []
    for token in jwts(answer):
        claims = _decoded(token.split(".")[1])
        order, signer = " ".join(claims), signer_of(token, secrets)
        views.append({"header": _decoded(token.split(".")[0]), "claims": claims, "order": order, "signer": signer})
    return views


def jwts(answer: Answer) -> list[str]:
    return JWT.findall(answer.body + " " + (answer.header("Location") or ""))


def _sorted(found: re.Match[str]) -> str:
    return found.group(1) + json.dumps(sorted(json.loads(found.group(2))))


def _decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def _cookie_view(header: str) -> str:
    pair, *attributes = header.split("; ")
    name, value = pair.split("=", 1)
    if value not in ("", '""'):
        value = f"<{name}>"
        attributes = ["expires=<date>" if a.lower().startswith("expires=") else a for a in attributes]
    return "; ".join([f"{name}={value}", *sorted(attributes)])


class _Page(html.parser.HTMLParser):
    """Inputs and texts; of a page with text areas or selections also these, the labels and the helping texts."""

    def __init__(self) -> None:
        super().__init__()
        self.inputs: list[list[str | None]] = []
        self.texts: list[list[str]] = []
        self.fields: list[list[Any]] = []
        self.labels: list[list[str | None]] = []
        self.spans: list[str] = []
        self._open: list[list[str]] = []
        self._into: list[Any] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if tag in ("input", "button"):
            value = attributes.get("value")
            if re.fullmatch("[A-Za-z0-9]{40}|[A-Za-z0-9]{128}", value or ""):
                value = "<random>"
            self.inputs.append([attributes.get("type", ""), attributes.get("name"), value])
        if tag in ("textarea", "select") and attributes.get("name"):
            self.fields.append([tag, attributes["name"], attributes.get("id"), ""])
            self._into = self.fields[-1] if tag == "textarea" else None
        if tag == "option" and self.fields:
            self.fields[-1].append([attributes.get("value"), "selected" in attributes, ""])
            self._into = self.fields[-1][-1]
        if tag == "label":
            self.labels.append([attributes.get("for"), ""])
            self._into = self.labels[-1]
        if tag == "span" and "help" in (attributes.get("class") or ""):
            self._open.append(["span", ""])
        if tag in ("h1", "h2", "h3", "li", "p"):
            self._open.append([tag, ""])

    def handle_endtag(self, tag: str) -> None:
        if tag in ("textarea", "option", "label"):
            self._into = None
        if self._open and self._open[-1][0] == tag:
            name, text = self._open.pop()
            if tag == "span":
                self.spans.append(" ".join(text.split()))
            elif text.strip():
                self.texts.append([name, " ".join(text.split())])

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into[-1] = " ".join(f"{self._into[-1]} {data}".split())
        if self._open:
            self._open[-1][1] += data
