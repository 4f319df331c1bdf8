# What the project has changed in place in Django, DOT and oauthlib: their fingerprints here, beside those of a clean Python process.
import subprocess

CLEAN = """
import json
import sys
asked = json.loads(sys.stdin.read())
sys.path[:] = asked["path"]
exec(compile(asked["source"], "slash-o fingerprints", "exec"))
import django
from django.conf import settings
settings.configure(INSTALLED_APPS=asked["apps"], **asked["settings"])
django.setup()
print(json.dumps(all_fingerprints(asked["names"])))
"""
#: Seconds that a clean Python may take to import Django.
CLEAN_SECONDS = 60


class NoCleanPython(Exception):
    """The export ends with a finding: what was changed in place is not known."""


def changed_in_place(document, settings):
    from django.apps import apps

    names = [name for name in sorted(sys.modules) if inside(name, ("django", "oauth2_provider", "oauthlib")) and not inside(name, NOT_WATCHED)]
    names = [name for name in names if isinstance(sys.modules[name], types.ModuleType) and sys.modules[name].__name__ == name]
    own = [config.name for config in apps.get_app_configs() if inside(config.name, ("django", "oauth2_provider"))]
    clean = clean_fingerprints(names, own, settings)
    here = all_fingerprints([name for name in names if name in clean])
    for name in sorted(set(clean) | set(here)):
        if clean.get(name) != here.get(name) and not is_said_elsewhere(name):
            document.finding("patch: " + name, "changed in place", "slash-o does what the original does",
                             "undo it, or keep the paths that need it at Django", danger=True)


def is_said_elsewhere(name):
    """Numbers of hashers are settings of slash-o."""
    return name.startswith("django.contrib.auth.hashers.") and name.rsplit(".", 1)[-1] in HASHER_NUMBERS


def clean_fingerprints(names, own, settings):
    """Made by a process that has imported nothing of the project's."""
    asked = {
        "path": [os.path.abspath(folder) for folder in sys.path if folder],
        "source": FINGERPRINTS,
        "apps": own,
        "names": names,
        # What classes of Django's look at while they are made.
        "settings": {"USE_TZ": bool(settings.USE_TZ), "USE_I18N": bool(settings.USE_I18N), "SECRET_KEY": "-", "STATIC_URL": "/s/", "MEDIA_URL": "/m/",
                     "DEFAULT_AUTO_FIELD": getattr(settings, "DEFAULT_AUTO_FIELD", "django.db.models.AutoField")},
    }
    around = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DJANGO_"))}
    try:
        # Without -S a file of site-packages could change the clean process as well.
        child = subprocess.Popen([sys.executable, "-I", "-S", "-c", CLEAN], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, env=around)
    except (OSError, TypeError, ValueError) as error:
        raise NoCleanPython("sys.executable cannot be started: %s" % error)
    try:
        out, said = child.communicate(json.dumps(asked).encode("utf-8"), timeout=CLEAN_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.communicate()
        raise NoCleanPython("a clean Python took more than %d seconds" % CLEAN_SECONDS)
    if child.returncode != 0:
        raise NoCleanPython("a clean Python cannot import Django: %s" % one_line(said.decode("utf-8", "replace"))[-200:])
    return json.loads(out.decode("utf-8"))
