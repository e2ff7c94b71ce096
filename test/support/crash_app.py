"""A WSGI application that takes crash reports and saves them later, one by one, each over a connection of its own.

The shape of the incident: what saves runs in the server's pool, which a graceful shutdown waits for, or beside it, where
nobody waits. Until the file ENOUGH is there, a new report comes for each that was saved. SAVED is a file that holds the numbers
of reports saved and taken, MODE is `pool` or `free`.
"""

import gc
import os
import socket

import gevent
from gevent.pool import Pool
from gevent.queue import Empty, Queue

reports = Queue()
saved = taken = 0


def take(number):
    global taken
    for _ in range(number):
        taken += 1
        reports.put(b"report %d\n" % taken)


def save(report):
    global saved
    with socket.create_connection(("127.0.0.1", int(os.environ["SINK"]))) as sink:
        sink.sendall(report)
        # The other side takes its time.
        sink.recv(16)
    saved += 1
    if not os.path.exists(os.environ["ENOUGH"]):
        take(1)
    with open(os.environ["SAVED"], "w") as count:
        count.write("%d %d" % (saved, taken))


def save_all():
    while True:
        try:
            save(reports.get_nowait())
        except Empty:
            return
        gevent.sleep(0.05)


def servers_pool():
    """The pool in which this request is handled."""
    request = gevent.getcurrent()
    return next(pool for pool in gc.get_objects() if isinstance(pool, Pool) and request in pool)


def application(environ, start_response):
    take(int(environ["QUERY_STRING"] or 0))
    if not reports.empty():
        (servers_pool() if os.environ["MODE"] == "pool" else gevent).spawn(save_all)
    start_response("200 OK", [("Content-Length", "2")])
    return [b"ok"]
