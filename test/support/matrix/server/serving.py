"""HTTP as far as a probe needs it, over a listener, in one of three ways of taking connections."""

import errno
import os
import signal
import socket
import struct
import threading
import time

# Other clients ask for something else, which has no effect.
PROBED = "/item"
RESET = struct.pack("ii", 1, 0)


class Service:
    """Answers requests: habits first, then an answer. `ways` says how connections are taken:

    loop     one after the other, one request on each
    threads  a thread for each connection, kept alive where the client wants it
    pool:N   N threads that each wait in accept(), one request on each connection
    fork:S   as loop, and a process for each request that stays S seconds
    """

    def __init__(self, habits, truth, options):
        self.habits = habits
        self.truth = truth
        self.options = options
        self.served = 0
        self.connections = 0
        self.lock = threading.Lock()

    def run(self, listener):
        way, _, size = self.options.way.partition(":")
        if way == "threads":
            self.each_in_a_thread(listener)
        elif way == "pool":
            for _ in range(int(size) - 1):
                threading.Thread(target=self.loop, args=(listener,), daemon=True).start()
            self.loop(listener)
        elif way == "fork":
            self.each_with_a_process(listener, float(size))
        else:
            self.loop(listener)

    def each_with_a_process(self, listener, stay):
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while not self.worn():
            connection = self.accept(listener)
            if connection is None:
                continue
            self.talk(connection, once=True)
            if os.fork() == 0:
                time.sleep(stay)
                os._exit(0)

    def loop(self, listener):
        while not self.worn():
            connection = self.accept(listener)
            if connection is not None:
                self.talk(connection, once=True)

    def each_in_a_thread(self, listener):
        while not self.worn():
            connection = self.accept(listener)
            if connection is not None:
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def worn(self):
        return 0 < self.options.recycle <= self.served

    def accept(self, listener):
        try:
            connection, _ = listener.accept()
        except OSError as error:
            if error.errno not in (errno.EMFILE, errno.ECONNABORTED):
                raise
            time.sleep(0.01)
            return None
        self.connections += 1
        if self.options.drop and self.connections % self.options.drop == 0:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            connection.close()
            return None
        if self.options.per == "connection":
            self.indulge()
        return connection

    def talk(self, connection, once=False):
        with connection:
            connection.settimeout(60)
            rest = b""
            while True:
                try:
                    request, rest = read_request(connection, rest)
                    if request is None:
                        return
                    keep = self.answer(connection, request) and not once
                except OSError:
                    return
                if not keep:
                    return

    def answer(self, connection, request):
        method, path, keep = request
        options = self.options
        with self.lock:
            self.served += 1
            served = self.served
        if options.die and served > options.die:
            os._exit(1)
        if options.hang and served > options.hang:
            time.sleep(3600)
        status, body, well = options.status, b"hello\n", True
        if options.per == "request" and options.method in (None, method) and path == PROBED:
            try:
                self.indulge()
            except OSError as error:
                well = False
                if not options.calm:
                    status, body = 500, str(error).encode()
        if options.delay:
            time.sleep(options.delay)
        if path == PROBED:
            self.truth.add(requests=int(well))
        if options.silent:
            return False
        lasting = keep and options.way == "threads"
        connection.sendall(
            b"HTTP/1.1 %d Any\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: %s\r\n\r\n"
            % (status, len(body), b"keep-alive" if lasting else b"close")
            + (b"" if method == "HEAD" else body)
        )
        return lasting

    def indulge(self):
        for habit in self.habits:
            habit.serve()


def read_request(connection, data):
    while b"\r\n\r\n" not in data:
        more = connection.recv(65536)
        if not more:
            return None, b""
        data += more
    head, _, body = data.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    headers = {}
    for line in lines[1:]:
        name, _, value = line.partition(b":")
        headers[name.strip().lower()] = value.strip()
    length = int(headers.get(b"content-length", b"0"))
    while len(body) < length:
        more = connection.recv(65536)
        if not more:
            return None, b""
        body += more
    keep = headers.get(b"connection", b"keep-alive").lower() != b"close" and lines[0].endswith(b"1.1")
    method, path = lines[0].decode("latin-1").split()[:2]
    return (method, path, keep), body[length:]


def bind(options):
    if options.unix is not None:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(options.unix)
    else:
        listener = socket.socket(socket.AF_INET6 if ":" in options.host else socket.AF_INET)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if options.reuseport:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind((options.host, options.port))
    return listener


def listen(options):
    listener = bind(options)
    listener.listen(512)
    return listener
