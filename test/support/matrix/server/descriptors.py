"""Opens descriptors of one class at a time, by the name of the class."""

import ctypes
import os
import select
import socket
import tempfile
import time

LIBC = ctypes.CDLL(None, use_errno=True)
PIDFD_OPEN = 434


def checked(result):
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


class Opener:
    """`open(kind)` gives the numbers it opened: two for a pipe or a pair, else one."""

    def __init__(self, folder, sink):
        self.folder = folder
        self.sink = sink
        self.picture = os.path.join(folder, "cat.jpg")
        with open(self.picture, "wb") as picture:
            picture.write(b"\xff\xd8" + bytes(2000))

    def open(self, kind):
        return getattr(self, kind)()

    # Files

    def regular(self):
        return [os.open(self.picture, os.O_RDONLY)]

    def path(self):
        return [os.open(self.picture, os.O_PATH)]

    def directory(self):
        return [os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)]

    def unique(self):
        return [tempfile.mkstemp(prefix="upload-", dir=self.folder)[0]]

    def deleted(self):
        number, name = tempfile.mkstemp(prefix="part-", dir=self.folder)
        os.write(number, bytes(4096))
        os.unlink(name)
        return [number]

    def memfd(self):
        return [os.memfd_create("frame")]

    def char(self):
        return [os.open("/dev/null", os.O_RDONLY)]

    # Pipes and sockets

    def pipe(self):
        return list(os.pipe())

    def pair(self):
        return [end.detach() for end in socket.socketpair()]

    def inet(self):
        return [socket.socket(socket.AF_INET, socket.SOCK_STREAM).detach()]

    def connected(self):
        return [socket.create_connection(("127.0.0.1", self.sink)).detach()]

    def netlink(self):
        made = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
        made.bind((0, 0))
        return [made.detach()]

    # Anonymous inodes

    def eventfd(self):
        return [checked(LIBC.eventfd(0, 0))]

    def epoll(self):
        made = select.epoll()
        number = os.dup(made.fileno())
        made.close()
        return [number]

    def timerfd(self):
        return [checked(LIBC.timerfd_create(time.CLOCK_MONOTONIC, 0))]

    def inotify(self):
        return [checked(LIBC.inotify_init())]

    def signalfd(self):
        return [checked(LIBC.signalfd(-1, (ctypes.c_ulong * 16)(), 0))]

    def pidfd(self):
        return [checked(LIBC.syscall(PIDFD_OPEN, os.getpid(), 0))]
