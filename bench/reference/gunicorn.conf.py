"""As an operator would tune it: the application loaded once, threads, kept connections, 2 x cores + 1 workers."""

import multiprocessing
import os

bind = os.environ["BENCH_BIND"]
worker_class = "gthread"
workers = 2 * multiprocessing.cpu_count() + 1
threads = 4
keepalive = 30
preload_app = True
loglevel = "warning"
timeout = 60
worker_tmp_dir = "/dev/shm"


def pre_fork(server, worker):  # type: ignore[no-untyped-def]
    """No worker may inherit a database connection."""
    from django.db import connections

    connections.close_all()
