"""The fields of a page's form, as a browser would send them."""

import html.parser
from dataclasses import dataclass, field


@dataclass
class Form:
    fields: dict[str, str] = field(default_factory=dict)

    @staticmethod
    def first_of(page: str) -> "Form":
        """Named inputs of the page that are no buttons."""
        parser = _Inputs()
        parser.feed(page)
        return Form(parser.fields)


class _Inputs(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        name = attributes.get("name")
        if tag == "input" and name and attributes.get("type") not in ("submit", "button"):
            self.fields[name] = attributes.get("value") or ""
