"""A small web server whose treatment of descriptors is known.

    main.py --folder DIR [--habit NAME:WORD...]... [--workers N] [--way loop|threads|pool:N] ...

Prints `READY {json}` with its port and pid when it listens, and ends with the process that started it. What it really
opened and closed stands in DIR/truth-PID of each of its processes: four 64-bit counts (requests, opened, closed, lost).
"""

import argparse
import json
import os
import resource
import time

import habits
from descriptors import Opener
from grandchild import Grandchild
from process import follow_parent
from serving import Service, bind, listen
from truth import Truth


def parsed():
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--unix")
    parser.add_argument("--habit", action="append", default=[])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sink", type=int, help="port that habits connect to")
    parser.add_argument("--way", default="loop")
    parser.add_argument("--workers", type=int, default=0, help="processes that share the listener; 0: this one serves")
    parser.add_argument("--reuseport", action="store_true", help="a listener for each worker")
    parser.add_argument("--recycle", type=int, default=0, help="a worker leaves after so many requests")
    parser.add_argument("--scale", type=int, default=0, help="one more worker each so many requests, and one at least")
    parser.add_argument("--supervise", action="store_true", help="another process starts it again, listener and all")
    parser.add_argument("--grandchild", action="store_true", help="a child of a child has the habits")
    parser.add_argument("--per", choices=["request", "connection"], default="request")
    parser.add_argument("--method", help="habits concern requests of this method only")
    parser.add_argument("--status", type=int, default=200)
    parser.add_argument("--calm", action="store_true", help="answers as ever where a habit could not open anything")
    parser.add_argument("--delay", type=float, default=0, help="seconds each request takes")
    parser.add_argument("--nofile", type=int, help="soft limit of descriptors")
    parser.add_argument("--die", type=int, default=0, help="ends after so many requests")
    parser.add_argument("--hang", type=int, default=0, help="answers no more after so many requests")
    parser.add_argument("--drop", type=int, default=0, help="resets each so-manyth connection")
    parser.add_argument("--silent", action="store_true", help="closes without an answer")
    return parser.parse_args()


class Server:
    def __init__(self, options):
        self.options = options
        self.opener = Opener(options.folder, options.sink)
        self.truth = Truth(options.folder)
        self.begun = 0

    def habits(self):
        seed = self.options.seed * 1000 + self.begun
        return [
            habits.make(words, self.opener, self.truth, seed + index) for index, words in enumerate(self.options.habit)
        ]

    def serve(self, listener):
        """Serves in this process until it is worn out."""
        self.begun += 1
        mine = [Grandchild(self.truth, self.habits)] if self.options.grandchild else self.habits()
        for habit in mine:
            habit.begin()
        Service(mine, self.truth, self.options).run(listener)

    def fork(self, listener):
        """One more worker; gives its pid."""
        self.begun += 1
        parent = os.getpid()
        pid = os.fork()
        if pid != 0:
            return pid
        follow_parent(parent)
        self.truth.begin()
        if listener is None:
            listener = listen(self.options)
        self.serve(listener)
        os._exit(0)

    def requests(self):
        """Requests of all processes so far."""
        total = 0
        for name in os.listdir(self.options.folder):
            if name.startswith("truth-"):
                with open(os.path.join(self.options.folder, name), "rb") as counts:
                    total += int.from_bytes(counts.read(8), "little")
        return total

    def govern(self, listener):
        """Keeps as many workers as are wanted, for ever."""
        options = self.options
        shared = None if options.reuseport else listener
        workers = set()
        while True:
            wanted = options.workers
            if options.scale:
                wanted = min(wanted, 1 + self.requests() // options.scale)
            while len(workers) < wanted:
                workers.add(self.fork(shared))
            pid, _ = os.waitpid(-1, os.WNOHANG if options.scale else 0)
            workers.discard(pid)
            if options.scale:
                time.sleep(0.05)


def supervised(options, listener):
    """Starts the whole server again each time it ends, a moment later; the supervisor itself has no listener."""
    while True:
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            follow_parent(parent)
            return listener or listen(options)
        if listener is not None:
            listener.close()
            listener = None
        os.waitpid(pid, 0)
        time.sleep(0.3)


def main():
    follow_parent(os.getppid())
    options = parsed()
    if options.nofile:
        resource.setrlimit(resource.RLIMIT_NOFILE, (options.nofile, options.nofile))
    # A socket that is bound and does not listen keeps the port for the workers' own listeners, and gets no connection.
    listener = bind(options) if options.reuseport else listen(options)
    port = 0 if options.unix else listener.getsockname()[1]
    options.port = port
    print("READY " + json.dumps({"port": port, "pid": os.getpid()}), flush=True)
    if options.supervise:
        listener = supervised(options, listener)
    server = Server(options)
    if options.workers:
        server.govern(listener)
    server.serve(listener)


if __name__ == "__main__":
    main()
