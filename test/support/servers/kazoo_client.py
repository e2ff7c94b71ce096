"""A client of ZooKeeper that calls on and on while its server stands still.

    kazoo_client.py pipe|socketpair PORT

`pipe` wakes its connection thread through a non-blocking os.pipe, as kazoo did in 2016; `socketpair` is kazoo's own way of
today. Prints CONNECTED, waits for a line on its standard input, calls until no call is taken any more, then prints STUCK with
what it sees itself, and waits.
"""

import fcntl
import json
import os
import struct
import sys
import termios
import threading
import time

from kazoo.client import KazooClient
from kazoo.handlers.threading import SequentialThreadingHandler

F_GETPIPE_SZ = 1032
PAYLOAD = b"x" * 8192


class End:
    """One end of a pipe, with the methods of a socket that kazoo calls."""

    def __init__(self, fd):
        os.set_blocking(fd, False)
        self.fd = fd

    def fileno(self):
        return self.fd

    def send(self, data):
        return os.write(self.fd, data)

    def recv(self, size):
        return os.read(self.fd, size)

    def close(self):
        os.close(self.fd)


class PipeHandler(SequentialThreadingHandler):
    def create_socket_pair(self):
        return tuple(End(fd) for fd in os.pipe())


def queued(fd):
    return struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, b"\0\0\0\0"))[0]


def call_until_refused(client, state):
    while not client.set_async("/leaksof", PAYLOAD).ready():
        state["calls"] += 1


def call_for_ever(client, state):
    state["tid"] = threading.get_native_id()
    while True:
        client.set_async("/leaksof", PAYLOAD)
        state["calls"] += 1


def stuck(state):
    """Waits until the calling thread sleeps in the kernel and its last call goes on for a second."""
    while True:
        before = state["calls"]
        time.sleep(1)
        if "tid" not in state or state["calls"] != before:
            continue
        with open("/proc/self/task/%d/wchan" % state["tid"]) as wchan:
            if "sock_alloc" in wchan.read():
                return


def main():
    mode, port = sys.argv[1:]
    handler = PipeHandler() if mode == "pipe" else SequentialThreadingHandler()
    client = KazooClient("127.0.0.1:" + port, timeout=100, handler=handler)
    client.start(timeout=60)
    client.ensure_path("/leaksof")
    print("CONNECTED", flush=True)
    sys.stdin.readline()
    state = {"calls": 0}
    connection = client._connection
    reader, writer = connection._read_sock.fileno(), connection._write_sock.fileno()
    if mode == "pipe":
        call_until_refused(client, state)
        state["capacity"] = fcntl.fcntl(writer, F_GETPIPE_SZ)
    else:
        threading.Thread(target=call_for_ever, args=(client, state), daemon=True).start()
        stuck(state)
    state.update(reader=reader, writer=writer, connected=client.connected)
    # The connection thread may still be at a request it began before.
    while True:
        state["queued"] = queued(reader)
        time.sleep(0.5)
        if queued(reader) == state["queued"]:
            break
    if mode == "pipe":
        try:
            os.write(writer, b"\0")
            state["refused"] = None
        except BlockingIOError:
            state["refused"] = "EAGAIN"
    print("STUCK " + json.dumps(state), flush=True)
    sys.stdin.read()
    os._exit(0)


if __name__ == "__main__":
    main()
