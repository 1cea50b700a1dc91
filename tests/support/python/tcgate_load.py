"""Callers that never rest, and count what fails."""

import threading
import time

import grpc


class Load:
    """Makes one call after the other on each of some channels, which it closes
    at the end. Has no retry policy: what fails is counted. (gRPC sends anew
    what never left the client; with `grpc.enable_retries` 0 it would not even
    do that.) Use it in a `with` statement.

    call: makes one call on a channel; may raise grpc.RpcError.
    callers: how many threads share each channel.
    """

    def __init__(self, channels, call, callers=1):
        self.channels = channels
        self.call = call
        self.made = [0] * (len(channels) * callers)
        self.failed = []
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self._run, args=(n,))
                        for n in range(len(self.made))]

    def _run(self, number):
        channel = self.channels[number % len(self.channels)]
        while not self.stopping.is_set():
            try:
                self.call(channel)
            except grpc.RpcError as error:
                self.failed.append(f"{error.code()}: {error.details()}")
            self.made[number] += 1

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(60)
        for channel in self.channels:
            channel.close()

    def wait_for(self, more):
        """Until every caller has made so many more calls."""
        wanted = [n + more for n in self.made]
        deadline = time.monotonic() + 60
        while any(m < w for m, w in zip(self.made, wanted)):
            assert time.monotonic() < deadline, "the callers are stuck"
            time.sleep(0.01)
