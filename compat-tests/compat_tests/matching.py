"""Compare an expectation with placeholders to what a server did."""

import datetime
import re
from dataclasses import dataclass
from typing import Any

from compat_tests import placeholders
from compat_tests.placeholders import TOLERANCE

#: Stands for a member that is not there.
ABSENT = "{{absent}}"


@dataclass(frozen=True)
class Mismatch:
    path: str
    expected: Any
    actual: Any

    def __str__(self) -> str:
        return f"{self.path}: expected {self.expected!r}, got {self.actual!r}"


class Matcher:
    """Compares values of one case and remembers what each placeholder stood for."""

    def __init__(self, base_url: str, shapes: dict[str, str]) -> None:
        self.values: dict[str, str] = {"base_url": base_url}
        self.shapes = shapes
        #: Seconds since the case began; a time that was written then has come so much nearer.
        self.late = 0.0

    def compare(self, expected: Any, actual: Any, path: str, now: datetime.datetime) -> list[Mismatch]:
        if is_absent(expected) or is_absent(actual):
            return [] if expected == actual else [Mismatch(path, expected, actual)]
        match expected:
            case dict():
                return self._compare_members(expected, actual, path, now)
            case list():
                if not isinstance(actual, list) or len(actual) != len(expected):
                    return [Mismatch(path, expected, actual)]
                pairs = enumerate(zip(expected, actual, strict=True))
                return [m for i, (e, a) in pairs for m in self.compare(e, a, f"{path}[{i}]", now)]
            case str() if "{{" in expected:
                equal = self._matches_template(expected, actual, now)
            case _:
                equal = type(expected) is type(actual) and expected == actual
        return [] if equal else [Mismatch(path, expected, actual)]

    def _compare_members(
        self, expected: dict[str, Any], actual: Any, path: str, now: datetime.datetime
    ) -> list[Mismatch]:
        if not isinstance(actual, dict):
            return [Mismatch(path, expected, actual)]
        found: list[Mismatch] = []
        for name in [*expected, *(name for name in actual if name not in expected)]:
            found += self.compare(expected.get(name, ABSENT), actual.get(name, ABSENT), f"{path}.{name}", now)
        return found

    def _matches_template(self, template: str, actual: Any, now: datetime.datetime) -> bool:
        if time := placeholders.TIME.fullmatch(template):
            seconds = placeholders.seconds_from(now, actual)
            # Recorded times are rounded to tens.
            most = TOLERANCE + 5
            return seconds is not None and -most - self.late <= seconds - int(time.group(2) or 0) <= most
        if not isinstance(actual, str):
            return False
        found = re.fullmatch(self._pattern(template), actual)
        if found:
            self.values.update(found.groupdict())
        return found is not None

    def _pattern(self, template: str) -> str:
        pattern, end = "", 0
        new: set[str] = set()
        for mark in placeholders.ANY.finditer(template):
            pattern += re.escape(template[end : mark.start()])
            end = mark.end()
            form, name, _ = mark.groups()
            if name == "csrf":
                pattern += r"[A-Za-z0-9{}]+"
            elif name == "epoch":
                pattern += r"\d{10}"
            elif name in self.values:
                pattern += re.escape(placeholders.formed(form, self.values[name]))
            elif name in new:
                pattern += f"(?P={name})"
            else:
                new.add(name)
                shape = self.shapes.get(name, r'[^&"]+')
                pattern += f"(?P<{name}>{shape})"
        return pattern + re.escape(template[end:])


def is_absent(value: Any) -> bool:
    return isinstance(value, str) and value == ABSENT
