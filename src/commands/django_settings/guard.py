# Project code runs only in here: no query but reading ones in a transaction that only reads, no socket, no mail, ten
# seconds a call. What it tried and may not is remembered, also where the project catches every exception.
import contextlib
import signal
import socket
import sys

SECONDS = 10


#: How a statement begins that may run.
READING = ("SELECT", "WITH", "SHOW", "SAVEPOINT", "RELEASE", "ROLLBACK TO")


class Refused(BaseException):
    """Project code tried something that it may not; no `except Exception` of the project takes it."""


class NotAsked(Exception):
    """The answer is unknown: --no-code, or the call ended in an error."""


class Guard(object):
    def __init__(self, reads):
        self.reads, self.refused = reads, None

    def refuse(self, what):
        self.refused = self.refused or what
        raise Refused(what)

    def query(self, execute, sql, params, many, context):
        if not self.reads or not str(sql).lstrip("( \n\t").upper().startswith(READING):
            self.refuse("a query")
        READ.append(sql)
        return execute(sql, params, many, context)

    def socket(self, *args, **kwargs):
        self.refuse("a socket")

    def late(self, *args):
        self.refuse("more than %d seconds" % SECONDS)


def ask(what, function, *args, **kwargs):
    """The answer of project code; `rows=False`: it may not read the database. Raises NotAsked where there is none."""
    from django.db import connections

    if NO_CODE:
        raise NotAsked("--no-code was given")
    if what not in ASKED:
        ASKED.append(what)
        sys.stderr.write("calls %s\n" % what)
    guard = Guard(reads=kwargs.pop("rows", True))
    with contextlib.ExitStack() as stack:
        for alias in connections:
            read_only(stack, connections[alias], guard)
        no_sockets(stack, guard)
        no_mail(stack)
        clock(stack, guard)
        try:
            answer = function(*args, **kwargs)
        except Refused as error:
            raise NotAsked("it wants %s" % error)
        except NotAsked:
            raise
        except Exception as error:
            raise NotAsked("it raises %s" % type(error).__name__)
    if guard.refused:
        raise NotAsked("it wants %s" % guard.refused)
    return answer


#: What has been called, so that each is told once.
ASKED = []
#: The statements with which project code has read.
READ = []


def read_only(stack, connection, guard):
    """A transaction that the database itself lets only read, and that is taken back."""
    from django.db import transaction

    try:
        connection.ensure_connection()
        if connection.vendor == "sqlite":
            connection.connection.execute("PRAGMA query_only = ON")
            stack.callback(connection.connection.execute, "PRAGMA query_only = OFF")
        elif not connection.in_atomic_block:
            block = transaction.atomic(using=connection.alias)
            block.__enter__()
            stack.callback(block.__exit__, Refused, None, None)
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION READ ONLY")
    except Exception:
        # A database that cannot be reached or told answers nothing.
        guard.reads = False
    stack.enter_context(connection.execute_wrapper(guard.query))


def no_sockets(stack, guard):
    for place, name in ((socket.socket, "connect"), (socket.socket, "connect_ex"), (socket.socket, "sendto"), (socket, "getaddrinfo")):
        own = vars(place).get(name)
        setattr(place, name, guard.socket)
        stack.callback(restore, place, name, own)


def restore(place, name, own):
    if own is None:
        delattr(place, name)
    else:
        setattr(place, name, own)


def no_mail(stack):
    from django.conf import settings

    own = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    stack.callback(setattr, settings, "EMAIL_BACKEND", own)


def clock(stack, guard):
    """Only where the system has such a timer, and in the thread that it can interrupt."""
    if not hasattr(signal, "setitimer"):
        return
    try:
        own = signal.signal(signal.SIGALRM, guard.late)
    except ValueError:
        return
    stack.callback(signal.signal, signal.SIGALRM, own)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)
    stack.callback(signal.setitimer, signal.ITIMER_REAL, 0)
