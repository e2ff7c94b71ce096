"""A manager that keeps workers and writes down each fork and each end, for tests of who comes and goes.

prefork.py MODE LOG: prints READY {pid, port}; then takes lines on stdin:
run N K   fork N workers in all, K at a time, each again as soon as one has ended; prints DONE when all have
hold K    fork K workers that stay
MODE is what a worker does:
crash     ends with status 1 after 0.1 s
brief     ends with status 1 after 5 ms
planned   ends with status 0 after 0.3 s
killed    kills itself after 0.05 s
queue     makes a System V message queue, which nobody removes, and kills itself
leak      opens 12 descriptors in 3 s and ends with status 0
LOG gets a line of JSON for each: {what: fork|wait, pid, status}. stdin's end ends all.
"""
import ctypes
import json
import os
import signal
import socket
import sys
import time

mode, path = sys.argv[1:3]
log = open(path, 'a', buffering=1)
listener = socket.create_server(('127.0.0.1', 0))


def note(**what):
    log.write(json.dumps(what) + '\n')


def work():
    if mode == 'crash':
        time.sleep(0.1)
        os._exit(1)
    if mode == 'brief':
        time.sleep(0.005)
        os._exit(1)
    if mode == 'planned':
        time.sleep(0.3)
        os._exit(0)
    if mode == 'killed':
        time.sleep(0.05)
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == 'queue':
        # IPC_PRIVATE, IPC_CREAT
        ctypes.CDLL(None).msgget(0, 0o1600)
        os.kill(os.getpid(), signal.SIGKILL)
    if mode == 'leak':
        time.sleep(0.6)
        for _ in range(12):
            os.open('/dev/null', os.O_RDONLY)
            time.sleep(0.2)
        os._exit(0)
    os._exit(9)


def fork(stay=False):
    pid = os.fork()
    if pid == 0:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if stay:
            signal.pause()
        work()
    note(what='fork', pid=pid)
    return pid


def run(total, width):
    forked = waited = 0
    while waited < total:
        while forked < total and forked - waited < width:
            fork()
            forked += 1
        pid, status = os.wait()
        waited += 1
        note(what='wait', pid=pid, status=status)


print('READY ' + json.dumps({'pid': os.getpid(), 'port': listener.getsockname()[1]}), flush=True)
held = []
for line in sys.stdin:
    word, *numbers = line.split()
    if word == 'run':
        run(*map(int, numbers))
    else:
        held += [fork(stay=True) for _ in range(int(numbers[0]))]
    print('DONE', flush=True)
for pid in held:
    os.kill(pid, signal.SIGTERM)
    os.waitpid(pid, 0)
