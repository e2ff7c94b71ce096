"""Forks processes that hold descriptors, says so, and ends them when its stdin ends."""
import os
import signal
import sys

folder, processes, each = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
ready, tell = os.pipe()
children = []
for number in range(processes):
    pid = os.fork()
    if pid == 0:
        # The pipe's two ends and the standard three are there already.
        for at in range(each - 5):
            os.open(os.path.join(folder, f"file-{at % 20}"), os.O_RDWR | os.O_CREAT)
        os.write(tell, b"x")
        signal.pause()
    children.append(pid)
seen = 0
while seen < processes:
    seen += len(os.read(ready, 4096))
print("ready", flush=True)
sys.stdin.read()
for pid in children:
    os.kill(pid, signal.SIGKILL)
for pid in children:
    os.waitpid(pid, 0)
