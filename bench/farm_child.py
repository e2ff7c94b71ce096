"""One process of the farm: opens descriptors, says so, and holds them until its stdin ends."""
import os
import resource
import socket
import sys

SOCKETS = 500
NAMES = 2000

folder, number, wanted = sys.argv[1], sys.argv[2], int(sys.argv[3])
_, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

own = os.path.join(folder, f"farm-{number}")
os.mkdir(own)
pipe = os.path.join(own, "queue.fifo")
os.mkfifo(pipe)

sockets = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(SOCKETS)]
for one in sockets:
    one.bind(("127.0.0.1", 0))
for at in range(wanted - SOCKETS):
    if at % 10 == 0:
        os.open("/dev/null", os.O_RDONLY)
    elif at % 10 == 1:
        os.open(pipe, os.O_RDWR | os.O_NONBLOCK)
    else:
        os.open(os.path.join(own, f"upload-{at % NAMES}.part"), os.O_RDWR | os.O_CREAT)
print("ready", flush=True)
sys.stdin.read()
