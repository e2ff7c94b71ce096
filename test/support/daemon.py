"""A command that leaves: forks twice, starts a session of its own, and goes on as somebody else's child.

daemon.py PIDFILE [--clear] [--ignore] [--stay]: the daemon writes its pid, then sleeps.
--clear  the daemon is another program with an empty environment
--ignore it ignores SIGTERM
--stay   the first process stays too
"""
import os
import signal
import sys
import time

path, *flags = sys.argv[1:]


def daemon():
    os.setsid()
    if os.fork() > 0:
        os._exit(0)
    if '--ignore' in flags:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    # Long enough under a parent for a look to fall in, as any real start is.
    time.sleep(0.5 if '--clear' in flags else 0)
    with open(path + '.new', 'w') as file:
        file.write(str(os.getpid()))
    os.rename(path + '.new', path)
    if '--clear' in flags:
        os.execve('/bin/sleep', ['sleep', '600'], {})
    time.sleep(600)


if os.fork() == 0:
    daemon()
if '--stay' in flags:
    time.sleep(600)
os.wait()
