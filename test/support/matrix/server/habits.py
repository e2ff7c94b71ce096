"""What a server does with descriptors, habit by habit.

A habit is named on the command line as NAME:WORD:WORD... and made once in each process. `serve()` is called for each request
that concerns it; `begin()` once, after the process was forked, to start what runs by itself.
"""

import collections
import os
import random
import threading
import time


class Habit:
    def __init__(self, opener, truth, seed):
        self.opener = opener
        self.truth = truth
        self.random = random.Random(seed)
        self.lock = threading.Lock()

    def begin(self):
        pass

    def serve(self):
        pass

    def take(self, kind):
        numbers = self.opener.open(kind)
        self.truth.add(opened=len(numbers))
        return numbers

    def give(self, numbers):
        for number in numbers:
            os.close(number)
        self.truth.add(closed=len(numbers))

    def always(self, turn):
        threading.Thread(target=turn, daemon=True).start()


class Leak(Habit):
    """Keeps descriptors: `rate` times per request, exactly every so many requests or by chance."""

    def __init__(self, base, kind, rate, manner="exact"):
        super().__init__(*base)
        self.kind, self.rate, self.manner, self.owed = kind, float(rate), manner, 0.0

    def serve(self):
        with self.lock:
            whole = int(self.rate)
            by_chance = whole + (self.random.random() < self.rate - whole)
            self.owed += self.rate if self.manner == "exact" else by_chance
            while self.owed >= 1 - 1e-9:
                self.truth.add(lost=len(self.take(self.kind)))
                self.owed -= 1


class Pool(Habit):
    """Opens up to `size`, with this chance at each request, and keeps them."""

    def __init__(self, base, kind, size, chance=1):
        super().__init__(*base)
        self.kind, self.left, self.chance = kind, int(size), float(chance)

    def serve(self):
        with self.lock:
            if self.left > 0 and self.random.random() < self.chance:
                self.left -= 1
                self.take(self.kind)


class Lazy(Habit):
    """Opens one of `size` things at its first use; each request uses `uses` of them by chance."""

    def __init__(self, base, kind, size, uses=1):
        super().__init__(*base)
        self.kind, self.size, self.uses, self.used = kind, int(size), int(uses), set()

    def serve(self):
        with self.lock:
            for wanted in self.random.sample(range(self.size), self.uses):
                if wanted not in self.used:
                    self.used.add(wanted)
                    self.take(self.kind)


class Cache(Habit):
    """Keeps the last `size` of what it opens; this share of the requests misses."""

    def __init__(self, base, kind, size, missing=1):
        super().__init__(*base)
        self.kind, self.size, self.missing, self.kept = kind, int(size), float(missing), collections.deque()

    def serve(self):
        with self.lock:
            if self.random.random() < self.missing:
                self.kept.append(self.take(self.kind))
            if len(self.kept) > self.size:
                self.give(self.kept.popleft())


class Batch(Habit):
    """Opens with each request and closes all of it every so many seconds."""

    def __init__(self, base, kind, seconds):
        super().__init__(*base)
        self.kind, self.seconds, self.kept = kind, float(seconds), []

    def begin(self):
        def turn():
            while True:
                time.sleep(self.seconds)
                with self.lock:
                    done, self.kept = self.kept, []
                for numbers in done:
                    self.give(numbers)

        self.always(turn)

    def serve(self):
        with self.lock:
            self.kept.append(self.take(self.kind))


class Late(Habit):
    """Closes what each request opened so many seconds later."""

    def __init__(self, base, kind, seconds):
        super().__init__(*base)
        self.kind, self.seconds, self.due = kind, float(seconds), collections.deque()

    def begin(self):
        def turn():
            while True:
                time.sleep(0.01)
                while self.due and self.due[0][0] <= time.monotonic():
                    self.give(self.due.popleft()[1])

        self.always(turn)

    def serve(self):
        with self.lock:
            self.due.append((time.monotonic() + self.seconds, self.take(self.kind)))


class Rotate(Habit):
    """Opens a new log every so many seconds and lets the old one go a little later."""

    def __init__(self, base, seconds, overlap):
        super().__init__(*base)
        self.seconds, self.overlap = float(seconds), float(overlap)

    def begin(self):
        def turn():
            current = self.take("unique")
            while True:
                time.sleep(self.seconds)
                old, current = current, self.take("unique")
                time.sleep(self.overlap)
                self.give(old)

        self.always(turn)


class Churn(Habit):
    """Opens by itself, about `mean` at a time, each for a random time of this mean, whatever load there is."""

    def __init__(self, base, kind, mean, stay):
        super().__init__(*base)
        self.kind, self.mean, self.stay = kind, float(mean), float(stay)

    def begin(self):
        def turn():
            held = []
            while True:
                time.sleep(self.random.expovariate(self.mean / self.stay))
                now = time.monotonic()
                held.append((now + self.random.expovariate(1 / self.stay), self.take(self.kind)))
                for item in [item for item in held if item[0] <= now]:
                    held.remove(item)
                    self.give(item[1])

        self.always(turn)


class Last(Habit):
    """Each thread keeps the file of its last request until its next one."""

    def __init__(self, base, kind):
        super().__init__(*base)
        self.kind, self.mine = kind, threading.local()

    def serve(self):
        old = getattr(self.mine, "kept", None)
        if old is not None:
            self.give(old)
        self.mine.kept = self.take(self.kind)


class Cycle(Habit):
    """Forgets what it opened in a circle of references, which only the collector frees."""

    def __init__(self, base, kind):
        super().__init__(*base)
        self.kind = kind

    def serve(self):
        Circle(self, self.take(self.kind))


class Circle:
    def __init__(self, habit, numbers):
        self.habit, self.numbers, self.myself = habit, numbers, self

    def __del__(self):
        self.habit.give(self.numbers)


class Threads(Habit):
    """Starts one more thread with each request until there are so many; each holds one descriptor for good."""

    def __init__(self, base, kind, size):
        super().__init__(*base)
        self.kind, self.left = kind, int(size)

    def serve(self):
        with self.lock:
            if self.left <= 0:
                return
            self.left -= 1
        self.take(self.kind)
        self.always(threading.Event().wait)


class Zombies(Habit):
    """A child with each request, which ends at once and is waited for only when there are so many."""

    def __init__(self, base, size):
        super().__init__(*base)
        self.size, self.children = int(size), []

    def serve(self):
        with self.lock:
            pid = os.fork()
            if pid == 0:
                os._exit(0)
            self.children.append(pid)
            if len(self.children) >= self.size:
                for child in self.children:
                    os.waitpid(child, 0)
                self.children = []


HABITS = {
    kind.__name__.lower(): kind
    for kind in (Leak, Pool, Lazy, Cache, Batch, Late, Rotate, Churn, Last, Cycle, Threads, Zombies)
}


def make(words, opener, truth, seed):
    name, *rest = words.split(":")
    return HABITS[name]((opener, truth, seed), *rest)
