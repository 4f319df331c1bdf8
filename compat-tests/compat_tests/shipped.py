"""The templates that Django, its admin and DOT ship, and which of them need a library that the template engine lacks.

`python -m compat_tests.shipped dirs` prints the folders, `… expected` what Django itself refuses with the libraries of
D-147 alone; that is kept in shipped-templates.json, which the Rust test compares.
"""

import json
import re
import sys
from pathlib import Path

import django
import oauth2_provider
from django.conf import settings
from django.template import Engine, TemplateSyntaxError

LIBRARIES = {
    "i18n": "django.templatetags.i18n",
    "static": "django.templatetags.static",
    "l10n": "django.templatetags.l10n",
    "tz": "django.templatetags.tz",
    "cache": "django.templatetags.cache",
    "humanize": "django.contrib.humanize.templatetags.humanize",
}


def directories() -> list[Path]:
    packages = [Path(package.__file__ or "").parent for package in (django, oauth2_provider)]
    return [folder for package in packages for folder in sorted(package.rglob("templates")) if folder.is_dir()]


def expected() -> dict[str, str]:
    """Name of a template to the library that it lacks."""
    if not settings.configured:
        settings.configure(INSTALLED_APPS=[])
        django.setup()
    engine = Engine(dirs=[str(folder) for folder in directories()], libraries=LIBRARIES)
    refused = {}
    for folder in directories():
        for path in sorted(folder.rglob("*")):
            if not path.is_file():
                continue
            name = str(path.relative_to(folder))
            try:
                engine.from_string(path.read_text())
            except TemplateSyntaxError as error:
                library = re.match(r"'(\w+)' is not a registered tag library", str(error))
                assert library, f"{name}: {error}"
                refused[name] = library.group(1)
    return refused


if __name__ == "__main__":
    if sys.argv[1:] == ["dirs"]:
        print(":".join(str(folder) for folder in directories()))
    else:
        print(json.dumps(dict(sorted(expected().items())), indent=1))
