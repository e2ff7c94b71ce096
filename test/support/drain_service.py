"""A service that takes SIGTERM in one of many ways.

    drain_service.py KIND [SINK]

Prints `READY {"pid": ..., "port": ..., "child": ...}` when it listens on 127.0.0.1. SINK is a port that takes connections.
"""

import json
import os
import signal
import socket
import sys
import threading
import time

KIND = sys.argv[1]
SINK = int(sys.argv[2]) if len(sys.argv) > 2 else 0
told = threading.Event()
more = {}


def save():
    """Work that goes out: one connection that lasts for a while, and a pause."""
    with socket.create_connection(("127.0.0.1", SINK)):
        time.sleep(0.3)
    time.sleep(0.1)


def accept_forever(listener):
    kept = []
    while True:
        try:
            kept.append(listener.accept()[0])
        except OSError:
            return


def wait():
    # A handler runs in the first thread, between two steps of it.
    while not told.is_set():
        time.sleep(0.02)


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)

if KIND == "ignores":
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
elif KIND in ("blocks", "awaits"):
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
elif KIND not in ("dies", "outlived"):
    signal.signal(signal.SIGTERM, lambda *_: told.set())

# Threads inherit the mask that was set before.
if KIND != "outlived":
    threading.Thread(target=accept_forever, args=(listener,), daemon=True).start()

if KIND == "outlived":
    more["child"] = os.fork()
    if more["child"] == 0:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        threading.Thread(target=accept_forever, args=(listener,), daemon=True).start()
        time.sleep(600)
        os._exit(0)

print("READY " + json.dumps({"pid": os.getpid(), "port": listener.getsockname()[1], **more}), flush=True)

if KIND == "awaits":
    signal.sigwait({signal.SIGTERM})
    os._exit(0)
elif KIND == "drains":
    # While it serves it works as well, and after that it finishes what it has.
    while not told.is_set():
        save()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    for _ in range(3):
        save()
    # So that it can be seen from outside that nothing moves any more.
    time.sleep(1)
    os._exit(0)
elif KIND == "stuck":
    wait()
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    time.sleep(600)
elif KIND == "accepts":
    time.sleep(600)
elif KIND == "drops":
    # Works beside its requests, and drops the work when it is told to end.
    threading.Thread(target=lambda: [save() for _ in range(10_000)], daemon=True).start()
    wait()
    os._exit(0)
else:
    time.sleep(600)
