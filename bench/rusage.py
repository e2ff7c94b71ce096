"""Runs a command with its output thrown away and prints seconds, peak resident kilobytes and exit status as JSON."""
import json
import os
import subprocess
import sys
import time

start = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, usage = os.wait4(child.pid, 0)
seconds = time.monotonic() - start
child.returncode = os.waitstatus_to_exitcode(status)
print(json.dumps({"seconds": seconds, "kilobytes": usage.ru_maxrss, "status": child.returncode}))
