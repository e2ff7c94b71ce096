"""Makes a pipe, a socket pair or a queue in a known state, says what it sees of it itself, and waits.

    pipes.py KIND [--uid UID] [--folder DIR]

Prints `READY {json}`; ends when its standard input ends. Figures are those of ioctl(FIONREAD) and fcntl(F_GETPIPE_SZ) in
this process, and what its own writes were answered.
"""

import argparse
import ctypes
import errno
import fcntl
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import termios
import threading
import time

LIBC = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNET = 0x40000000
F_SETPIPE_SZ, F_GETPIPE_SZ = 1031, 1032


def inode(fd):
    return str(os.fstat(fd).st_ino)


def queued(fd):
    return struct.unpack("i", fcntl.ioctl(fd, termios.FIONREAD, b"\0\0\0\0"))[0]


def said(reader, writer, **more):
    return {
        "node": inode(writer),
        "reader": reader,
        "writer": writer,
        "queued": queued(reader),
        "capacity": fcntl.fcntl(writer, F_GETPIPE_SZ),
        **more,
    }


def pipe(size=None, flags=0):
    reader, writer = os.pipe2(flags)
    if size is not None:
        fcntl.fcntl(writer, F_SETPIPE_SZ, size)
    return reader, writer


def fill(writer, chunk=1):
    """Writes until nothing more is taken; returns the errno that said so."""
    os.set_blocking(writer, False)
    try:
        while True:
            os.write(writer, b"x" * chunk)
    except OSError as error:
        return errno.errorcode[error.errno]


def refused(writer):
    try:
        os.write(writer, b"x")
    except OSError as error:
        return errno.errorcode[error.errno]
    return None


def exact(size, count):
    reader, writer = pipe(size)
    os.write(writer, b"x" * count)
    return said(reader, writer)


def large(_):
    return exact(1 << 20, 800_000)


def high(_):
    return exact(1 << 20, 960_000)


def page(_):
    return exact(4096, 100)


def slots(_):
    """Full by slots, 351 bytes short of it by bytes: what was read of the head page is not free."""
    reader, writer = pipe()
    fill(writer)
    os.read(reader, 351)
    return said(reader, writer, refused=refused(writer))


def odd(_):
    reader, writer = pipe()
    answer = fill(writer, 4095)
    return said(reader, writer, refused=answer)


def packets(_):
    reader, writer = pipe(flags=os.O_DIRECT)
    answer = fill(writer)
    return said(reader, writer, refused=answer)


def sleeping(work):
    """Runs `work` in a thread until that sleeps in it; returns the thread's id."""
    began = threading.Event()
    ids = []

    def turn():
        ids.append(threading.get_native_id())
        began.set()
        work()

    threading.Thread(target=turn, daemon=True).start()
    began.wait()
    path = "/proc/self/task/%d/" % ids[0]
    for _ in range(1000):
        with open(path + "wchan") as wchan:
            where = wchan.read()
        if any(word in where for word in ("pipe", "sock_alloc", "wait_memory", "wait_woken")):
            return ids[0]
        time.sleep(0.01)
    sys.exit("the thread does not sleep")


def for_ever(call):
    def work():
        while True:
            call()

    return work


def blocked(_):
    reader, writer = pipe()
    tid = sleeping(for_ever(lambda: os.write(writer, b"x" * 3000)))
    return said(reader, writer, tid=tid, call="write", size=3000)


def spliced(_):
    source, feed = pipe()
    os.write(feed, b"x" * 60_000)
    reader, writer = pipe()
    fill(writer)
    os.set_blocking(writer, True)
    tid = sleeping(for_ever(lambda: os.splice(source, writer, 100)))
    return said(reader, writer, tid=tid, call="splice", size=100)


def pair(_):
    one, other = socket.socketpair()
    tid = sleeping(for_ever(lambda: one.send(b"x")))
    return {"node": inode(one.fileno()), "peer": inode(other.fileno()), "fd": one.detach(), "other": other.detach(), "tid": tid}


def messages(_):
    one, other = socket.socketpair()
    tid = sleeping(for_ever(lambda: one.sendmsg([b"xx", b"y"])))
    return {"node": inode(one.fileno()), "peer": inode(other.fileno()), "fd": one.detach(), "other": other.detach(), "tid": tid}


def child(keep, close):
    """A process that holds `keep`; stops itself."""
    pid = os.fork()
    if pid == 0:
        LIBC.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL
        for fd in close:
            os.close(fd)
        os.kill(os.getpid(), signal.SIGSTOP)
        while True:
            time.sleep(60)
    os.waitpid(pid, os.WUNTRACED)
    return pid


def stopped(_):
    """The reader is another process, which is stopped."""
    reader, writer = pipe()
    fill(writer)
    pid = child([reader], [writer])
    figures = said(reader, writer, child=pid)
    os.close(reader)
    return figures


def unread(_):
    reader, writer = pipe()
    figures = said(reader, writer)
    os.close(reader)
    return figures


def unwritten(_):
    reader, writer = pipe()
    os.write(writer, b"x" * 10)
    figures = said(reader, writer)
    os.close(writer)
    return figures


def network(_):
    """In a network of its own: a reader that is stopped, and a listener that does not accept."""
    if LIBC.unshare(CLONE_NEWNET) != 0:
        return {"skipped": "no network namespace"}
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    listener = socket.create_server(("127.0.0.1", 0), backlog=4)
    client = socket.create_connection(listener.getsockname())
    server = listener.accept()[0]
    pid = child([server.fileno()], [client.fileno(), listener.fileno()])
    server.close()
    tid = sleeping(for_ever(lambda: client.send(b"x" * 65536)))
    waiting = []
    for _ in range(4):
        waiting.append(socket.create_connection(listener.getsockname()))
    kept.extend([client, listener, *waiting])
    return {"tid": tid, "fd": client.fileno(), "child": pid, "client": inode(client.fileno()), "listener": inode(listener.fileno()), "port": listener.getsockname()[1]}


def named(folder):
    path = os.path.join(folder, "a fifo")
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(path, os.O_WRONLY)
    os.write(writer, b"x" * 1234)
    return said(reader, writer, path=path)


def unix(folder):
    """A listener that does not accept, with two that wait; and one whose path pretends to be a line about another's socket."""
    one, other = socket.socketpair()
    forged = "%s/x\nu_str ESTAB 77 77 * %s * %s\n" % (folder, inode(one.fileno()), inode(other.fileno()))
    listener, liar = socket.socket(socket.AF_UNIX), socket.socket(socket.AF_UNIX)
    liar.bind(forged)
    liar.listen()
    listener.bind(os.path.join(folder, "a socket"))
    listener.listen(3)
    for _ in range(2):
        client = socket.socket(socket.AF_UNIX)
        client.connect(listener.getsockname())
        kept.append(client)
    kept.extend([listener, liar])
    third, fourth = socket.socketpair()
    third.send(b"xyz")
    return {
        "listener": inode(listener.fileno()),
        "node": inode(one.fileno()),
        "honest": inode(fourth.fileno()),
        "fds": [end.detach() for end in (one, other, third, fourth)],
    }


def growing(_):
    """Writes two pages each time it is asked."""
    reader, writer = pipe()
    kept.append(lambda: {"wrote": os.write(writer, b"x" * 8192)})
    return said(reader, writer)


def closing(folder):
    """Closes the only reader and writes, again and again: each write must fail with EPIPE, whoever looks at the pipe."""
    path = os.path.join(folder, "closing")
    os.mkfifo(path)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)
    number = 40
    counts = {"turns": 0, "lost": 0}

    def turn():
        while True:
            reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
            writer = os.open(path, os.O_WRONLY)
            os.dup2(writer, number)
            os.close(writer)
            os.close(reader)
            counts["turns"] += 1
            counts["lost"] += refused(number) != "EPIPE"
            os.close(number)

    threading.Thread(target=turn, daemon=True).start()
    kept.append(counts)
    return {"node": str(os.stat(path).st_ino), "writer": number, "counts": True}


kept = []


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("kind")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    if options.uid is not None:
        os.setgroups([])
        os.setgid(options.uid)
        os.setuid(options.uid)
        LIBC.prctl(4, 1)  # PR_SET_DUMPABLE: /proc/self belongs to the new user
    figures = globals()[options.kind](options.folder)
    print("READY " + json.dumps({"pid": os.getpid(), "opened": [], "total": 0, **figures}), flush=True)
    while os.read(0, 4096):
        # What it counted so far, when asked.
        print("COUNTS " + json.dumps(kept[-1]() if callable(kept[-1]) else kept[-1]), flush=True)


if __name__ == "__main__":
    main()
