"""A server that others connect to and that never answers: keeps each connection, or closes it at once.

    sink.py hold|close

Prints `READY {json}` with its port, and ends with the process that started it.
"""

import json
import os
import socket
import sys

from process import follow_parent

follow_parent(os.getppid())
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(512)
print("READY " + json.dumps({"port": listener.getsockname()[1], "pid": os.getpid()}), flush=True)
kept = []
while True:
    connection, _ = listener.accept()
    if sys.argv[1] == "hold":
        kept.append(connection)
    else:
        connection.close()
