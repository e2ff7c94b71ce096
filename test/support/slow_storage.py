"""Storage that takes its time: one record a connection, answered after 0.2 s. Prints `READY {"port": ...}`; ends with its input."""

import json
import socket
import sys
import threading
import time


def serve(connection):
    with connection:
        if connection.recv(4096):
            time.sleep(0.2)
            connection.sendall(b"ok")


def accept(listener):
    while True:
        threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()


listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen(16)
threading.Thread(target=accept, args=(listener,), daemon=True).start()
print("READY " + json.dumps({"port": listener.getsockname()[1]}), flush=True)
sys.stdin.read()
