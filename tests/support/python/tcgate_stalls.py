"""Whether this machine let programs run when they should: figures of a minute
that it did not are nobody's fault."""

import signal
import subprocess
import sys

_WATCH = """
import signal, sys, time
worst = 0
def tell(*_):
    print(worst, flush=True)
    sys.exit()
signal.signal(signal.SIGTERM, tell)
print(flush=True)
while True:
    begin = time.monotonic()
    time.sleep(0.002)
    worst = max(worst, time.monotonic() - begin - 0.002)
"""


class Stalls:
    """The longest that a sleeper of another process overslept, in seconds. Use
    it in a `with` statement; `worst` is there after it."""

    def __enter__(self):
        self._process = subprocess.Popen([sys.executable, "-c", _WATCH],
                                         stdout=subprocess.PIPE, text=True)
        self._process.stdout.readline()
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGTERM)
        self.worst = float(self._process.stdout.readline())
        self._process.wait()
        self._process.stdout.close()
