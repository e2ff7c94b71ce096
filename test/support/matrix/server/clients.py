"""Other clients of a web server: about MEAN at a time, each asking once, staying so many seconds and leaving.

    clients.py PORT MEAN STAY
"""

import heapq
import os
import random
import socket
import sys
import time

from process import follow_parent

follow_parent(os.getppid())
port, mean, stay = int(sys.argv[1]), float(sys.argv[2]), float(sys.argv[3])
chance = random.Random(7)
present = []


def come(now):
    connection = socket.create_connection(("127.0.0.1", port))
    connection.sendall(b"GET /elsewhere HTTP/1.1\r\nHost: here\r\nConnection: keep-alive\r\n\r\n")
    connection.recv(4096)
    heapq.heappush(present, (now + chance.expovariate(1 / stay), connection.fileno(), connection))


for _ in range(int(mean)):
    come(time.monotonic())
print("READY {}", flush=True)
next_one = time.monotonic()
while True:
    now = time.monotonic()
    while present and present[0][0] <= now:
        heapq.heappop(present)[2].close()
    if now >= next_one:
        come(now)
        next_one += chance.expovariate(mean / stay)
    time.sleep(0.005)
