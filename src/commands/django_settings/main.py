# Puts it together: the file with mode 0600, or standard output; exit status 1 where answers would change.
import difflib
import json
import shutil

FILE = "slash-o.toml"
SECTIONS = [loaded, published, simple, known_settings, environment, middleware, passwords, validators, backends, user, models, overridden_code,
            templates, locales, statics, shown, processors, databases, caches, session_cache, provider, signals, patches, changed_in_place, urls, handlers]


def export():
    import django
    from django.apps import apps
    from django.conf import settings

    if not apps.ready:
        django.setup()
    document = Document()
    version = ".".join(str(part) for part in django.VERSION[:2])
    dot = dot_version()
    document.comment("Settings of %s for slash-o, written by: slash-o django-settings" % settings.SETTINGS_MODULE)
    document.comment("Django %s, django-oauth-toolkit %s. It holds secrets: keep it at mode 0600." % (django.get_version(), dot))
    document.comment("The next export writes it anew: your own lines belong into %s beside it." % FILE.replace(".toml", ".local.toml"))
    document.put("exported_by", EXPORTED_BY, "server")
    document.put("django_version", version, "server")
    if dot:
        document.put("dot_version", dot, "server")
    for section in SECTIONS:
        try:
            section(document, settings)
        except Exception as error:
            # What it would have found is not known: that is a finding, too.
            place = "%s at %s" % (type(error).__name__, last_place(error))
            document.finding("export: %s" % section.__name__, place, "the export does not know this part of the project: %s" % one_line(error)[:200],
                             "tell the makers of slash-o, and say this part in slash-o.local.toml yourself", danger=True)
    return document


def last_place(error):
    """File and line that raised it."""
    trace = error.__traceback__
    while trace.tb_next is not None:
        trace = trace.tb_next
    return "%s:%d" % (os.path.basename(trace.tb_frame.f_code.co_filename), trace.tb_lineno)


def dot_version():
    """DOT's version, "" where it is not installed."""
    try:
        import oauth2_provider
    except ImportError:
        return ""
    found = getattr(oauth2_provider, "__version__", None)
    if found is None:
        try:
            from importlib.metadata import version

            found = version("django-oauth-toolkit")
        except Exception:
            found = ""
    return found if re.match(r"[0-9]+\.[0-9]+", found) else ""


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


def write_copies(copies):
    """The templates with frozen tags, in a folder that is made anew; nobody else can read it."""
    if os.path.isdir(FOLDER):
        shutil.rmtree(FOLDER)
    for name, text in copies.items():
        path = os.path.join(FOLDER, *name.split("/"))
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(text.encode("utf-8"))
    if copies:
        os.chmod(FOLDER, 0o700)
        sys.stderr.write("%d templates with frozen tags or of error handlers stand in %s\n" % (len(copies), os.path.abspath(FOLDER)))


def tell_difference(text):
    """What differs from the last export, without secrets."""
    try:
        with open(FILE, "rb") as old:
            before = old.read().decode("utf-8", "replace")
    except IOError:
        return
    lines = difflib.unified_diff(hidden(before), hidden(text), "the last export", "this export", n=0, lineterm="")
    for line in lines:
        sys.stderr.write(line + "\n")


#: Another one in each run: nobody can try secrets against the marks.
SALT = os.urandom(16)


def hidden(text):
    """The lines, with a mark in place of what could be a secret: the same secret has the same mark."""
    import hashlib

    out = []
    for line in text.splitlines():
        name = line.split(" = ")[0]
        if re.search("KEY|SECRET|TOKEN|PASSWORD|CREDENTIALS|LOCATION|OPTIONS|insert", name) and '"' in line:
            mark = hashlib.sha256(SALT + line.encode("utf-8", "replace")).hexdigest()[:8]
            line = "%s = (hidden, %s)" % (name, mark)
        out.append(line)
    return out


def main(to_stdout):
    document = export()
    if to_stdout:
        sys.stdout.write(document.text())
        sys.stdout.flush()
    else:
        tell_difference(document.text())
        write_copies(document.copies)
        write(document.text())
        sys.stderr.write("%s is written, readable for you alone\n" % os.path.abspath(FILE))
    for line in document.told:
        sys.stderr.write(line + "\n")
    if document.findings:
        sys.stderr.write("Answers would change where a line says NOT TRANSLATED: exit status 1\n")
        raise SystemExit(1)


main(TO_STDOUT)
