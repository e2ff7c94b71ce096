"""Opens a known number of descriptors of one kind, says so, and waits.

    factory.py KIND [--count N] [--uid UID] [--folder DIR]

Prints `READY {json}`: pid, what was opened (numbers), how many descriptors there are in all by its own listing of
/proc/self/fd, and why not if the machine cannot do it. Ends when its standard input ends.
"""

import argparse
import ctypes
import fcntl
import json
import mmap
import os
import resource
import select
import socket
import stat
import sys
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
SYS = {
    "x86_64": {"clone": 56, "exit": 60, "pidfd_open": 434},
    "aarch64": {"clone": 220, "exit": 93, "pidfd_open": 434},
}.get(os.uname().machine, {})
CLONE_FILES = 0x400
CLONE_NEWNET = 0x40000000
SIGCHLD = 17


class Unsupported(Exception):
    """This machine cannot open such a descriptor."""


def checked(result):
    if result < 0:
        raise Unsupported(os.strerror(ctypes.get_errno()))
    return result


class Factory:
    def __init__(self, count, folder):
        self.count = count
        self.folder = folder
        # Whatever must live as long as we do: Python closes what it forgets.
        self.kept = []
        # Threads and processes that belong to the kind.
        self.more = {}

    def keep(self, thing):
        self.kept.append(thing)
        return thing if isinstance(thing, int) else thing.fileno()

    def path(self, name):
        return os.path.join(self.folder, name)

    def repeat(self, make):
        return [self.keep(make(i)) for i in range(self.count)]

    # Files

    def regular(self):
        return self.repeat(lambda i: os.open(self.path("file-%d" % i), os.O_CREAT | os.O_RDWR))

    def same(self):
        return self.repeat(lambda i: os.open(self.path("same"), os.O_CREAT | os.O_WRONLY))

    def directory(self):
        return self.repeat(lambda i: os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY))

    def deleted(self):
        def make(i):
            descriptor = os.open(self.path("gone-%d" % i), os.O_CREAT | os.O_RDWR)
            os.write(descriptor, b"x" * 1000)
            os.unlink(self.path("gone-%d" % i))
            return descriptor

        return self.repeat(make)

    def unlinked(self):
        """Files without a name, of several kinds; `more` says what fstat(2) says of each. A child holds the shared ones too."""
        opened = {}

        def make(name, flags, size, written=None, folder=None):
            path = os.path.join(folder or self.folder, name)
            descriptor = os.open(path, os.O_CREAT | flags)
            os.write(descriptor, b"x" * (size if written is None else written))
            os.truncate(path, size)
            os.fsync(descriptor)
            os.unlink(path)
            opened[name] = self.keep(descriptor)

        make("app.log", os.O_WRONLY | os.O_APPEND, 3 << 20)
        make("sparse.dat", os.O_RDWR, 64 << 20, 4096)
        make("heartbeat", os.O_RDWR, 0)
        make("mapped.log", os.O_RDWR, 1 << 16)
        if os.path.isdir("/dev/shm"):
            make("factory-%d" % os.getpid(), os.O_RDWR, 8192, folder="/dev/shm")
        opened["memfd"] = self.keep(os.memfd_create("factory"))
        os.write(opened["memfd"], b"x" * 5000)
        pid = os.fork()
        if pid == 0:
            for name in ("heartbeat", "mapped.log"):
                os.close(opened[name])
            LIBC.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
            while True:
                LIBC.pause()
        # Not in the child: a mapping is inherited.
        self.kept.append(mmap.mmap(opened["mapped.log"], 1 << 16))
        self.more["child"] = pid
        self.more["files"] = {
            name: {"fd": fd, "node": str(status.st_ino), "size": status.st_size, "blocks": status.st_blocks}
            for name, fd in opened.items()
            for status in [os.fstat(fd)]
        }
        return list(opened.values())

    def memfd(self):
        return self.repeat(lambda i: os.memfd_create("factory"))

    def opath(self):
        return self.repeat(lambda i: os.open("/etc/passwd", os.O_PATH))

    def fifo(self):
        os.mkfifo(self.path("fifo"))
        return self.repeat(lambda i: os.open(self.path("fifo"), os.O_RDWR))

    def char(self):
        return self.repeat(lambda i: os.open("/dev/null", os.O_RDONLY))

    def block(self):
        for name in sorted(os.listdir("/dev")):
            path = "/dev/" + name
            if not stat.S_ISBLK(os.stat(path).st_mode):
                continue
            try:
                return self.repeat(lambda i: os.open(path, os.O_RDONLY | os.O_NONBLOCK))
            except OSError:
                continue
        raise Unsupported("no block device can be opened")

    def hostile(self):
        names = [
            b"new\nline",
            b"escape\x1b[31m",
            b"back\\slash",
            b"not-utf8-\xff\xfe",
            b"not-utf8-\xff\xfd",
            b"alive (deleted)",
            b"two  blanks ",
            "\u202ebidi \u4f60\u597d".encode(),
            b"pipe:[1]",
            b" -> arrow",
        ]
        folder = os.fsencode(self.folder)
        self.more["names"] = [name.hex() for name in names]
        return [self.keep(os.open(os.path.join(folder, name), os.O_CREAT | os.O_RDONLY)) for name in names]

    def hard_links(self):
        folder = os.fsencode(self.folder)
        first = os.open(os.path.join(folder, b"one"), os.O_CREAT | os.O_RDWR)
        os.write(first, b"abc")
        for name in [b"two", b"odd-\xff\xfe", b"odd-\xff\xfd"]:
            os.link(os.path.join(folder, b"one"), os.path.join(folder, name))
        again = [
            (b"two", os.O_RDONLY),
            (b"odd-\xff\xfe", os.O_RDWR),
            (b"odd-\xff\xfd", os.O_RDONLY),
            (b"one", os.O_WRONLY),
            (b"odd-\xff\xfe", os.O_RDONLY),
        ]
        return [self.keep(first)] + [self.keep(os.open(os.path.join(folder, name), mode)) for name, mode in again]

    def locks(self):
        def locked(name, lock):
            descriptor = os.open(self.path(name), os.O_CREAT | os.O_RDWR)
            lock(descriptor)
            return self.keep(descriptor)

        return [
            locked("whole-write", lambda d: fcntl.flock(d, fcntl.LOCK_EX)),
            locked("part-write", lambda d: fcntl.lockf(d, fcntl.LOCK_EX, 7)),
            locked("whole-read", lambda d: fcntl.lockf(d, fcntl.LOCK_SH)),
            locked("part-read", lambda d: fcntl.lockf(d, fcntl.LOCK_SH, 7)),
        ]

    # Pipes and sockets

    def pipe(self):
        ends = []
        while len(ends) < self.count:
            ends += os.pipe()
        for extra in ends[self.count :]:
            os.close(extra)
        return [self.keep(end) for end in ends[: self.count]]

    def unix(self):
        ends = []
        while len(ends) < self.count:
            ends += socket.socketpair()
        for extra in ends[self.count :]:
            extra.close()
        return [self.keep(end) for end in ends[: self.count]]

    def unix_listen(self):
        def make(i):
            listener = socket.socket(socket.AF_UNIX)
            listener.bind(self.path("socket %d" % i))
            listener.listen()
            return listener

        return self.repeat(make)

    def netlink(self):
        def make(i):
            netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
            netlink.bind((0, 0))
            return netlink

        return self.repeat(make)

    def tcp(self, family, host):
        listener = socket.socket(family)
        listener.bind((host, 0))
        listener.listen(self.count)
        ends = [listener]
        while len(ends) < self.count:
            client = socket.create_connection(listener.getsockname()[:2])
            ends += [client, listener.accept()[0]]
        for extra in ends[self.count :]:
            extra.close()
        return [self.keep(end) for end in ends[: self.count]]

    def tcp4(self):
        return self.tcp(socket.AF_INET, "127.0.0.1")

    def tcp6(self):
        return self.tcp(socket.AF_INET6, "::1")

    def udp(self, family, host):
        def make(i):
            datagram = socket.socket(family, socket.SOCK_DGRAM)
            datagram.bind((host, 0))
            return datagram

        return self.repeat(make)

    def udp4(self):
        return self.udp(socket.AF_INET, "127.0.0.1")

    def udp6(self):
        return self.udp(socket.AF_INET6, "::1")

    def unconnected(self):
        return self.repeat(lambda i: socket.socket(socket.AF_INET, socket.SOCK_STREAM))

    def close_wait(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(self.count)
        ends = []
        for _ in range(self.count):
            client = socket.create_connection(listener.getsockname())
            ends.append(listener.accept()[0])
            client.close()
        listener.close()
        for end in ends:
            # The client's FIN has come when the end reads as ended.
            end.recv(1)
        return [self.keep(end) for end in ends]

    def namespace(self):
        checked(LIBC.unshare(CLONE_NEWNET))

        def make(i):
            listener = socket.socket()
            listener.bind(("0.0.0.0", 0))
            listener.listen()
            return listener

        return self.repeat(make)

    # Anonymous inodes

    def eventfd(self):
        return self.repeat(lambda i: checked(LIBC.eventfd(0, 0)))

    def epoll(self):
        return self.repeat(lambda i: select.epoll())

    def timerfd(self):
        return self.repeat(lambda i: checked(LIBC.timerfd_create(time.CLOCK_MONOTONIC, 0)))

    def inotify(self):
        return self.repeat(lambda i: checked(LIBC.inotify_init()))

    def signalfd(self):
        nothing = (ctypes.c_ulong * 16)()
        return self.repeat(lambda i: checked(LIBC.signalfd(-1, nothing, 0)))

    def pidfd(self):
        if "pidfd_open" not in SYS:
            raise Unsupported("system call numbers unknown")
        return self.repeat(lambda i: checked(LIBC.syscall(SYS["pidfd_open"], os.getpid(), 0)))

    # Counts that a listing does not show

    def accept(self):
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        listener.listen(self.count)
        self.kept.append(listener)
        for _ in range(self.count):
            threading.Thread(target=listener.accept, daemon=True).start()
        # accept() takes its number before it waits: all are taken when that many threads sleep in it.
        deadline = time.monotonic() + 10
        while self.sleeping_in("accept") < self.count:
            if time.monotonic() > deadline:
                raise Unsupported("cannot see threads sleep in accept()")
        return [listener.fileno()]

    @staticmethod
    def sleeping_in(call):
        sleeping = 0
        for tid in os.listdir("/proc/self/task"):
            with open("/proc/self/task/%s/wchan" % tid) as wchan:
                sleeping += call in wchan.read()
        return sleeping

    def many(self):
        self.count = 19000
        resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
        return self.repeat(lambda i: os.open("/dev/null", os.O_RDONLY))

    def threaded(self):
        """The same with threads: lsof -K lists the table once for each."""
        opened = self.many()
        for _ in range(2):
            threading.Thread(target=threading.Event().wait, daemon=True).start()
        return opened

    def churn(self):
        """Opens and closes as fast as it can, beside what it holds."""
        opened = self.regular()

        def turn():
            while True:
                for descriptor in [os.open("/dev/null", os.O_RDONLY) for _ in range(50)]:
                    os.close(descriptor)

        self.more["total"] = descriptors()
        threading.Thread(target=turn, daemon=True).start()
        return opened

    def storm(self):
        """Children that open descriptors and end at once, one after the other."""
        opened = self.regular()

        def turn():
            while True:
                pid = os.fork()
                if pid == 0:
                    for _ in range(200):
                        os.open("/dev/null", os.O_RDONLY)
                    os._exit(0)
                os.waitpid(pid, 0)

        self.more["total"] = descriptors()
        threading.Thread(target=turn, daemon=True).start()
        return opened

    def empty(self):
        """A process without any descriptor."""
        ready, told = os.pipe()
        pid = os.fork()
        if pid == 0:
            LIBC.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
            os.closerange(0, 4096)
            while True:
                LIBC.pause()
        os.close(told)
        # Ends when the child has closed its side too.
        os.read(ready, 1)
        os.close(ready)
        self.more["empty"] = pid
        return []

    def lowered(self):
        opened = self.regular()
        limit = opened[0] + 5
        self.more["total"] = descriptors()
        resource.setrlimit(resource.RLIMIT_NOFILE, (limit, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        self.more["limit"] = limit
        return opened

    # Processes

    def shared(self):
        """A second process with the same descriptor table, and a third with a copy of it."""
        if "clone" not in SYS:
            raise Unsupported("system call numbers unknown")
        opened = self.regular()
        for name, flags in (("shares", CLONE_FILES), ("copies", 0)):
            pid = checked(LIBC.syscall(SYS["clone"], ctypes.c_ulong(flags | SIGCHLD), 0, 0, 0, 0))
            if pid == 0:
                LIBC.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
                while True:
                    LIBC.pause()
            self.more[name] = pid
        return opened

    def zombie(self):
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        self.more["zombie"] = pid
        return []

    def leaderless(self):
        """The first thread ends, another holds the table."""
        if "exit" not in SYS:
            raise Unsupported("system call numbers unknown")
        opened = self.regular()

        def rest():
            while True:
                with open("/proc/self/stat") as own:
                    if own.read().rsplit(")", 1)[1].split()[0] == "Z":
                        break
            announce(opened, self.more)
            wait()
            os._exit(0)

        threading.Thread(target=rest).start()
        LIBC.syscall(SYS["exit"], 0)
        return opened


def descriptors():
    """How many this process has, by listing, without the listing's own."""
    return len(os.listdir("/proc/thread-self/fd")) - 1


def announce(opened, more):
    total = more.pop("total", None)
    if total is None:
        total = descriptors()
    print("READY " + json.dumps({"pid": os.getpid(), "opened": opened, "total": total, **more}), flush=True)


def wait():
    while os.read(0, 4096):
        pass


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--count", type=int, default=23)
    parser.add_argument("--uid", type=int)
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    if options.uid is not None:
        os.setgroups([])
        os.setgid(options.uid)
        os.setuid(options.uid)
        LIBC.prctl(4, 1)  # PR_SET_DUMPABLE: /proc/self belongs to the new user
    factory = Factory(options.count, options.folder)
    try:
        opened = getattr(factory, options.kind)()
    except (Unsupported, OSError) as error:
        print("READY " + json.dumps({"pid": os.getpid(), "opened": [], "total": 0, "skipped": str(error)}), flush=True)
    else:
        announce(opened, factory.more)
    wait()


if __name__ == "__main__":
    sys.exit(main())
