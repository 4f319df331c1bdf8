# Receivers of signals that run in Django and do not run in slash-o, and Django's own that the project has disconnected.

#: Signals whose receivers can change an answer, a row or who comes in; of Django's models only the senders below count.
MODEL_SIGNALS = ["pre_init", "post_init", "pre_save", "post_save", "pre_delete", "post_delete"]
AUTH_SIGNALS = ["user_logged_in", "user_logged_out", "user_login_failed"]
#: Receivers of tools that only look.
WATCHERS = ("sentry_sdk.", "ddtrace.", "opentelemetry.", "newrelic.", "elasticapm.", "debug_toolbar.", "silk.", "django_prometheus.")


def signals(document, settings):
    from django.contrib.auth import signals as auth
    from django.core import signals as core
    from django.db.backends.signals import connection_created
    from django.db.models import signals as of_models

    models = [model for _, model in watched_models(settings)]
    senders = {id(step): step for model in models for step in model.__mro__ if hasattr(step, "_meta")}
    for name in MODEL_SIGNALS:
        told(document, "django.db.models.signals." + name, getattr(of_models, name), senders)
    for name in AUTH_SIGNALS:
        told(document, "django.contrib.auth.signals." + name, getattr(auth, name))
    for name in ("request_started", "request_finished", "got_request_exception"):
        told(document, "django.core.signals." + name, getattr(core, name))
    told(document, "django.db.backends.signals.connection_created", connection_created)
    for module, name in (("oauth2_provider.signals", "app_authorized"), ("corsheaders.signals", "check_request_enabled")):
        signal = getattr(sys.modules.get(module), name, None)
        if signal is not None:
            told(document, module + "." + name, signal)
    disconnected(document, auth.user_logged_in)


def told(document, place, signal, senders=None):
    for receiver, sender in receivers_of(signal):
        if senders is not None and sender is not None and sender not in senders:
            continue
        if not is_strange(receiver):
            continue
        found = name_of(receiver)
        if found.startswith(WATCHERS):
            document.note("signal: %s of %s only watches" % (found, place))
            continue
        where = "%s of %s" % (place, senders[sender].__name__) if senders and sender else place
        document.finding("signal: " + found, where, "slash-o does not call it",
                         "do it where it is needed in the database, or by reading the rows later",
                         danger=place.startswith(("corsheaders.", "django.contrib.auth.", "django.db.models.signals.pre_")))


def receivers_of(signal):
    """Pairs of each receiver that is alive and the id of its sender, or None for every sender."""
    nobody = {id(None)}
    for entry in getattr(signal, "receivers", []):
        key, receiver = entry[0], entry[1]
        if type(receiver).__name__ in ("weakref", "WeakMethod", "ReferenceType"):
            receiver = receiver()
        if receiver is not None:
            yield receiver, None if key[1] in nobody else key[1]


def disconnected(document, user_logged_in):
    """Django's own receiver that writes last_login at a login."""
    from django.apps import apps

    if not apps.is_installed("django.contrib.auth"):
        return
    from django.contrib.auth.models import update_last_login

    if not any(receiver is update_last_login for receiver, _ in receivers_of(user_logged_in)):
        document.finding("signal: django.contrib.auth.models.update_last_login", "disconnected by the project",
                         "slash-o writes last_login at each login", "keep the login at Django: [server] accounts = \"\"")
