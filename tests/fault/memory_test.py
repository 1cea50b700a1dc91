#!/usr/bin/env python3
"""The gateway process, under load, holds no 12 bytes of the secret key in the
whole of its memory; the same search finds it in the keeper."""

import concurrent.futures
import sys
import threading
import unittest

import grpc

import tcgate_harness as harness
from scan_memory import holds

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")


class Memory(unittest.TestCase):
    def test_only_the_keeper_holds_the_secret_key(self):
        with harness.Sandbox("--no-limits") as sandbox, \
                harness.Tcgate(config=harness.config(sandbox.url),
                               env=sandbox.key) as gateway, \
                grpc.insecure_channel(gateway.grpc) as channel, \
                concurrent.futures.ThreadPoolExecutor(16) as pool:
            stub = STUBS.TrroServiceStub(channel)
            request = MESSAGES.GetDevicesRequest(page_num=1, page_size=10)

            stopping = threading.Event()

            def call_until_stopped(_):
                made = 0
                while not stopping.is_set():
                    stub.GetDevices(request, timeout=20)
                    made += 1
                return made

            load = [pool.submit(call_until_stopped, n) for n in range(16)]
            key = harness.SECRET_KEY.encode()
            try:
                self.assertFalse(holds(gateway.gateway_pid(), key))
                self.assertFalse(any(caller.done() for caller in load))
            finally:
                stopping.set()
            self.assertTrue(all(caller.result() > 0 for caller in load))
            self.assertFalse(holds(gateway.gateway_pid(), key))
            self.assertTrue(holds(gateway.process.pid, key))


if __name__ == "__main__":
    sys.exit(unittest.main())
