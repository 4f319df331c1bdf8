# Project code runs only in here: no query but reading ones in a transaction that only reads, no socket, no mail, ten
# seconds a call. What it tried and may not is remembered, also where the project catches every exception.
import contextlib
import os
import signal
import socket
import subprocess
import sys
import threading

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
        self.thread = threading.get_ident()
        self.connect = None

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

    def process(self, *args, **kwargs):
        self.refuse("a process")

    def elsewhere(self, *args, **kwargs):
        """A connection that a thread of the project's opens: no transaction around it only reads."""
        if threading.get_ident() != self.thread:
            self.refuse("a query in a thread of its own")
        return self.connect(*args, **kwargs)

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
        no_threads(stack, guard)
        no_sockets(stack, guard)
        no_processes(stack, guard)
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


def no_threads(stack, guard):
    """Connections belong to a thread: that of another thread is new, and nothing of it has been told to read only."""
    from django.db.backends.base.base import BaseDatabaseWrapper

    guard.connect = BaseDatabaseWrapper.connect

    def connect(self, *args, **kwargs):
        return guard.elsewhere(self, *args, **kwargs)

    put_aside(stack, BaseDatabaseWrapper, "connect", connect)


#: How Python reaches the network.
NETWORK = [(socket.socket, ("connect", "connect_ex", "sendto", "sendmsg")),
           (socket, ("getaddrinfo", "gethostbyname", "gethostbyname_ex", "gethostbyaddr", "getnameinfo"))]
#: How Python starts another process.
PROCESSES = [(subprocess.Popen, ("__init__",)), (os, ("system", "fork", "forkpty", "posix_spawn", "posix_spawnp", "popen", "kill"))]


def no_sockets(stack, guard):
    for place, names in NETWORK:
        for name in names:
            put_aside(stack, place, name, guard.socket)


def no_processes(stack, guard):
    for place, names in PROCESSES:
        for name in names:
            put_aside(stack, place, name, guard.process)


def put_aside(stack, place, name, other):
    if hasattr(place, name):
        own = vars(place).get(name)
        setattr(place, name, other)
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
