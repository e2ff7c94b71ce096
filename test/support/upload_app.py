"""A WSGI application that saves an upload in a folder of its own, closes it, and works on it for long, in a pool of threads.

The shape of the incident: a worker that is killed at work leaves the folder behind.
"""

import os
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

SPOOL = os.environ["SPOOL"]


def work(path):
    os.stat(path)
    time.sleep(float(os.environ.get("WORK", "60")))


def application(environ, start_response):
    size = int(environ.get("CONTENT_LENGTH") or 0)
    if size > 0:
        with tempfile.TemporaryDirectory(dir=SPOOL) as folder:
            path = os.path.join(folder, "upload")
            with open(path, "wb") as upload:
                upload.write(environ["wsgi.input"].read(size))
            with ThreadPoolExecutor() as pool:
                pool.submit(work, path).result()
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
