"""What a process did, told beside its answers: a file of four counts that anybody may read at any time."""

import mmap
import os
import struct
import threading

COUNTS = struct.Struct("=qqqq")


class Truth:
    """Of one process: `requests` answered as they should be, descriptors `opened` by habits, of those `closed`, and `lost`: opened
    never to be closed."""

    def __init__(self, folder):
        self.folder = folder
        self.lock = threading.Lock()
        self.begin()

    def begin(self):
        """Starts a count of its own: a process that was forked calls this first."""
        self.lock = threading.Lock()
        path = os.path.join(self.folder, "truth-%d" % os.getpid())
        number = os.open(path, os.O_CREAT | os.O_RDWR, 0o644)
        os.ftruncate(number, COUNTS.size)
        self.map = mmap.mmap(number, COUNTS.size)
        os.close(number)
        self.counts = [0, 0, 0, 0]

    def add(self, requests=0, opened=0, closed=0, lost=0):
        with self.lock:
            self.counts[0] += requests
            self.counts[1] += opened
            self.counts[2] += closed
            self.counts[3] += lost
            COUNTS.pack_into(self.map, 0, *self.counts)
