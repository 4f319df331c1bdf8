"""Turn an answer of the reference into an expectation: varying values become placeholders."""

import datetime
import re
from typing import Any

from compat_tests import placeholders
from compat_tests.answer_view import JWT, jwts
from compat_tests.exchange import Answer
from compat_tests.placeholders import SHAPES, TOLERANCE


class Templater:
    """Learns the varying values of one case. `values` is what later requests may insert."""

    def __init__(self, base_url: str, setup: dict[str, Any], rounded_to: int = 10) -> None:
        """Times are told in seconds from now, `rounded_to` so many."""
        self.values: dict[str, str] = {"base_url": base_url}
        self._unit = rounded_to
        self.shapes: dict[str, str] = {}
        self._fixed = _fixed_values(setup)
        self._moments = _moments(setup)

    def learn(self, answer: Answer) -> None:
        location = answer.header("Location") or ""
        for name, shape in SHAPES.items():
            if found := re.search(rf'"{name}": ?"({shape})"', answer.body):
                self._bind(name, found.group(1), shape)
            if found := re.search(rf"[?&#]{name}=({shape})(?:&|$)", location):
                self._bind(name, found.group(1), shape)
        for token in jwts(answer):
            self._bind("id_token", token, JWT.pattern)

    def template(self, value: Any, now: datetime.datetime) -> Any:
        match value:
            case dict():
                for name in ("token", "code"):
                    text = value.get(name)
                    if isinstance(text, str) and re.fullmatch(SHAPES["code"], text):
                        self._bind("row_" + name, text, SHAPES["code"])
                return {key: self.template(item, now) for key, item in value.items()}
            case list():
                return [self.template(item, now) for item in value]
            case datetime.datetime():
                seconds = round((value - now).total_seconds())
                return "{{now}}" if abs(seconds) <= TOLERANCE else "{{now%+d}}" % self._rounded(seconds)
            case int() if not isinstance(value, bool) and value > 1_500_000_000 and value not in self._moments:
                seconds = value - int(now.timestamp())
                return "{{epoch%+d}}" % (0 if abs(seconds) <= TOLERANCE else self._rounded(seconds))
            case str():
                return self._text(value, now)
            case _:
                return value

    def _text(self, text: str, now: datetime.datetime) -> str:
        for name, value in self.values.items():
            for form in ("sha256", "half"):
                if text == placeholders.formed(form, value):
                    return "{{%s:%s}}" % (form, name)
        for found in re.finditer(placeholders.UUID, text):
            self._bind("uuid", found.group(0), placeholders.UUID)
        for name, value in sorted(self.values.items(), key=lambda item: -len(item[1])):
            text = text.replace(value, "{{%s}}" % name)
            for form in ("url", "pct"):
                quoted = placeholders.formed(form, value)
                if quoted != value:
                    text = text.replace(quoted, "{{%s:%s}}" % (form, name))
        return re.sub(
            r'("(?:exp|iat|nbf)": ?)(\d{10})', lambda m: m.group(1) + self.template(int(m.group(2)), now), text
        )

    def _rounded(self, seconds: int) -> int:
        return int(round(seconds / self._unit) * self._unit)

    def _bind(self, name: str, value: str, shape: str) -> None:
        if value in self.values.values() or value in self._fixed:
            return
        free, number = name, 1
        while free in self.values:
            number += 1
            free = f"{name}{number}"
        self.values[free] = value
        self.shapes[free] = shape


def _moments(setup: dict[str, Any]) -> set[int]:
    """Unix numbers of fixed times in the setup rows: they stay as they are."""
    logins = [user["last_login"] for user in setup.get("users", []) if user.get("last_login")]
    return {int(datetime.datetime.fromisoformat(text).timestamp()) for text in logins}


def _fixed_values(setup: dict[str, Any]) -> set[str]:
    """Values of the setup rows: they stay as they are."""
    fixed = {row["token"] for kind in ("access_tokens", "refresh_tokens") for row in setup.get(kind, [])}
    fixed |= {row["code"] for row in setup.get("grants", [])}
    fixed |= {row[name] for row in setup.get("device_grants", []) for name in ("device_code", "user_code")}
    fixed |= {row["claims"]["jti"] for row in setup.get("id_tokens", [])}
    return fixed | {row["token_family"] for row in setup.get("refresh_tokens", []) if row.get("token_family")}
