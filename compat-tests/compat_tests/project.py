"""A team's site of our own: templates in `project/`, translations made here, and the settings that both servers get."""

import struct
from pathlib import Path
from typing import Any

import django

from compat_tests import paths

TEMPLATES = Path(paths.REFERENCE).parent / "project" / "templates"
PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
#: The catalogues of the apps and, as Django asks them, its own last.
CATALOGUES = [str(Path(django.__file__).parent / folder) for folder in ("contrib/auth/locale", "conf/locale")]
GERMAN = {
    "": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != 1);\n",
    "Garden shop": "Gartenladen",
    "Home": "Start",
    "Roses": "Rosen",
    "Enter": "Anmelden",
    "Leave": "Abmelden",
    "Allow": "Erlauben",
    "No": "Nein",
    "Logged in as %(name)s": "Angemeldet als %(name)s",
    "%(name)s wants to use your account": "%(name)s möchte dein Konto benutzen",
    "It asks for one thing:\0It asks for %(n)s things:": "Gefragt wird nach einem:\0Gefragt wird nach %(n)s:",
}


def settings(*folders: Path, processors: list[str] | None = None, **options: Any) -> dict[str, Any]:
    """TEMPLATES with these folders, found before the project's own."""
    directories = [str(folder) for folder in folders] or [str(TEMPLATES)]
    engine = {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": directories,
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": processors if processors is not None else PROCESSORS, **options},
    }
    return {"TEMPLATES": [engine], "TIME_ZONE": "UTC"}


def write_german(folder: Path) -> Path:
    """LOCALE_PATHS with one compiled catalogue."""
    target = folder / "locale" / "de" / "LC_MESSAGES"
    target.mkdir(parents=True, exist_ok=True)
    (target / "django.mo").write_bytes(compiled(GERMAN))
    return folder / "locale"


def compiled(messages: dict[str, str]) -> bytes:
    """The bytes of a .mo file."""
    keys = sorted(messages)
    ids, texts = [key.encode() for key in keys], [messages[key].encode() for key in keys]
    at = 28 + 16 * len(keys)
    tables: list[list[int]] = [[], []]
    blob = b""
    for part, table in zip((ids, texts), tables, strict=True):
        for raw in part:
            table += [len(raw), at + len(blob)]
            blob += raw + b"\0"
    head = struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, at)
    return head + struct.pack(f"<{4 * len(keys)}I", *tables[0], *tables[1]) + blob
