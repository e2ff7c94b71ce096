"""Works on a folder of files while another program removes from it.

    adversary.py hold FOLDER SECONDS     opens files at random and holds each for a moment
    adversary.py swap FOLDER OUTSIDE SECONDS     swaps FOLDER for a link to OUTSIDE, over and over

Prints {json} at its end: how often it did so, and how many of the files that it held had lost their last name meanwhile.
"""

import json
import os
import random
import sys
import time


def hold(folder, seconds):
    end = time.monotonic() + float(seconds)
    opened = lost = 0
    names = os.listdir(folder)
    held = []
    print("READY", flush=True)
    while time.monotonic() < end:
        try:
            descriptor = os.open(os.path.join(folder, random.choice(names)), os.O_RDONLY)
        except OSError:
            continue
        opened += 1
        held.append(descriptor)
        # Held for longer than it takes to look twice.
        time.sleep(0.001)
        if len(held) > 100:
            oldest = held.pop(random.randrange(len(held)))
            lost += os.fstat(oldest).st_nlink == 0
            os.close(oldest)
    lost += sum(os.fstat(descriptor).st_nlink == 0 for descriptor in held)
    return {"times": opened, "lost": lost}


def swap(folder, outside, seconds):
    end = time.monotonic() + float(seconds)
    aside = folder + ".aside"
    times = 0
    print("READY", flush=True)
    while time.monotonic() < end:
        os.rename(folder, aside)
        os.symlink(outside, folder)
        os.unlink(folder)
        os.rename(aside, folder)
        times += 1
    return {"times": times, "lost": 0}


print(json.dumps(hold(*sys.argv[2:]) if sys.argv[1] == "hold" else swap(*sys.argv[2:])))
