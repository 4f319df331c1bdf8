# Puts it together: the file with mode 0600, or standard output; exit status 1 where answers would change.
import json
import sys

FILE = "slash-o.toml"
SECTIONS = [simple, middleware, passwords, validators, backends, user, models, templates, locales, statics, databases, caches,
            provider, urls]


def export():
    import django
    from django.apps import apps
    from django.conf import settings

    if not apps.ready:
        django.setup()
    document = Document()
    version = ".".join(str(part) for part in django.VERSION[:2])
    dot = "unknown"
    try:
        import oauth2_provider

        dot = getattr(oauth2_provider, "__version__", dot)
    except ImportError:
        pass
    document.comment("Settings of %s for slash-o, written by: slash-o django-settings" % settings.SETTINGS_MODULE)
    document.comment("Django %s, django-oauth-toolkit %s. It holds secrets: keep it at mode 0600." % (django.get_version(), dot))
    document.put("django_version", version, "server")
    for section in SECTIONS:
        section(document, settings)
    return document


def write(text):
    """A new file that nobody else can read at any time; an older one is kept beside it."""
    aside = FILE + ".new"
    if os.path.lexists(aside):
        os.unlink(aside)
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        os.fchmod(out.fileno(), 0o600)
        out.write(text.encode("utf-8"))
    if os.path.exists(FILE):
        os.rename(FILE, FILE + ".old")
        os.chmod(FILE + ".old", 0o600)
    os.rename(aside, FILE)


def main(to_stdout):
    document = export()
    if to_stdout:
        sys.stdout.write(document.text())
        sys.stdout.flush()
    else:
        write(document.text())
        sys.stderr.write("%s is written, readable for you alone\n" % os.path.abspath(FILE))
    for line in document.untranslated:
        sys.stderr.write(line + "\n")
    if document.answers_change:
        sys.stderr.write("Answers would change where a line says NOT TRANSLATED: exit status 1\n")
        raise SystemExit(1)


main(TO_STDOUT)
