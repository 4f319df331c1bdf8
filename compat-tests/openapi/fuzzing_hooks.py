"""What Schemathesis cannot know: the CSRF token of the examples is nobody's. Without it the one in the header counts."""

from typing import Any

import schemathesis

#: The token that openapi/examples.json names.
EXAMPLE = "nN1uT9a2kQe5WcHb7VxYzLr3pGm8sDfJ4tKo6iRhBvXwEqMuZyPlAjCgOsF0d5T"


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: dict[str, Any]) -> None:
    if isinstance(case.body, dict) and case.body.get("csrfmiddlewaretoken") == EXAMPLE:
        case.body = {name: value for name, value in case.body.items() if name != "csrfmiddlewaretoken"}
