"""Opens and closes files when told to: a line of its stdin is `open N PATH`, `close N`, `listen PORT`, `limit N` (soft), `fork` or `exit CODE`; it
answers each with the number of descriptors that it then has: those of one listing at first, and what it opened since. It
lists itself once only, since a listing is a descriptor too, which whoever watches may see."""
import os
import resource
import signal
import socket
import sys

kept = []
at_first = len(os.listdir("/proc/self/fd")) - 1
signal.signal(signal.SIGCHLD, signal.SIG_IGN)


def answer(more=""):
    print(at_first + len(kept), more, flush=True)


answer()
for line in sys.stdin:
    words = line.split()
    more = ""
    if words[0] == "open":
        kept.extend(os.open(words[2], os.O_RDWR | os.O_CREAT) for _ in range(int(words[1])))
    elif words[0] == "close":
        for _ in range(int(words[1])):
            os.close(kept.pop())
    elif words[0] == "listen":
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", int(words[1])))
        listener.listen()
        more = str(listener.getsockname()[1])
        kept.append(listener.detach())
    elif words[0] == "limit":
        resource.setrlimit(resource.RLIMIT_NOFILE, (int(words[1]), resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
    elif words[0] == "fork":
        pid = os.fork()
        if pid == 0:
            signal.pause()
        more = str(pid)
    elif words[0] == "exit":
        os._exit(int(words[1]))
    answer(more)
