"""Has the work done by a child of a child, which is told of each request through a pair of sockets."""

import os
import socket

from process import follow_parent


class Grandchild:
    """A habit that lets other habits be had two processes down."""

    def __init__(self, truth, make_habits):
        self.truth, self.make_habits = truth, make_habits

    def begin(self):
        near, far = socket.socketpair()
        parent = os.getpid()
        if os.fork() == 0:
            follow_parent(parent)
            near.close()
            self.descend(far)
        far.close()
        self.near = near

    def descend(self, far):
        parent = os.getpid()
        if os.fork() != 0:
            far.close()
            os.wait()
            os._exit(0)
        follow_parent(parent)
        self.truth.begin()
        habits = self.make_habits()
        for habit in habits:
            habit.begin()
        while far.recv(1):
            for habit in habits:
                habit.serve()
            far.send(b".")
        os._exit(0)

    def serve(self):
        self.near.send(b".")
        self.near.recv(1)
