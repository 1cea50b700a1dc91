#!/usr/bin/env python3
"""A rolling restart loses nothing: SIGTERM with 64 calls outstanding on 8
connections and clients that reconnect to a second gateway. Ten times. And what
outlives its connection ends before it, by its effect."""

import sys
import threading
import time
import unittest

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
WRITES, WRITE_STUBS = harness.stubs("tencentcloudapi.trtc.v20190722.trtc")
REQUEST = MESSAGES.GetDevicesRequest(page_num=1, page_size=1)
ROUNDS = 10
CHANNELS = 8
CALLS_PER_CHANNEL = 8


class Load:
    """Keeps 8 calls outstanding on each of 8 connections. Has no retry policy:
    what fails is counted. (gRPC sends anew what never left the client; with
    `grpc.enable_retries` 0 it would not even do that.)"""

    def __init__(self, addresses):
        target = "ipv4:" + ",".join(addresses)
        self.channels = [
            grpc.insecure_channel(target, options=[
                ("grpc.use_local_subchannel_pool", 1)])
            for _ in range(CHANNELS)]
        self.made = [0] * (CHANNELS * CALLS_PER_CHANNEL)
        self.failed = []
        self.stopping = threading.Event()
        self.threads = [
            threading.Thread(target=self._run, args=(n,))
            for n in range(CHANNELS * CALLS_PER_CHANNEL)]

    def _run(self, number):
        stub = STUBS.TrroServiceStub(self.channels[number % CHANNELS])
        while not self.stopping.is_set():
            try:
                stub.GetDevices(REQUEST, timeout=20)
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
            thread.join()
        for channel in self.channels:
            channel.close()

    def wait_until_every_caller_got(self, more):
        wanted = [n + more for n in self.made]
        deadline = time.monotonic() + 60
        while any(m < w for m, w in zip(self.made, wanted)):
            assert time.monotonic() < deadline, "the callers are stuck"
            time.sleep(0.01)


class Drain(unittest.TestCase):
    def test_a_rolling_restart_loses_nothing(self):
        with harness.Sandbox("--no-limits") as sandbox:
            sandbox.control("faults", [{"kind": "latency", "ms": 100}])
            text = harness.config(sandbox.url)

            def start():
                return harness.Tcgate(config=text, env=sandbox.key)

            second = start()
            with second:
                for number in range(ROUNDS):
                    with self.subTest(round=number), start() as first:
                        with Load([first.grpc, second.grpc]) as load:
                            load.wait_until_every_caller_got(2)
                            peers = {l["peer"] for l in first.log()}
                            self.assertEqual(len(peers), CHANNELS)
                            before = len(second.log())
                            code = first.stop()
                            load.wait_until_every_caller_got(2)
                        self.assertEqual(code, 0)
                        self.assertEqual(load.failed, [])
                        # Every caller went on there.
                        self.assertGreaterEqual(len(second.log()) - before,
                                                CHANNELS * CALLS_PER_CHANNEL)

    def check_outlived(self, call):
        """A write that outlives the connection it came on, of 1 s and 1 s."""
        def behave(_, server):
            server.stopping.wait(20)

        with RawServer(behave) as server:
            text = harness.config(f"http://127.0.0.1:{server.port}",
                                  age="1s, grace: 1s")
            with harness.Tcgate(config=text) as gateway, \
                    grpc.insecure_channel(gateway.grpc) as channel, \
                    self.assertRaises(grpc.RpcError) as raised:
                call(WRITE_STUBS.TrtcServiceStub(channel))
        # UNAVAILABLE would be repeated.
        self.assertEqual(raised.exception.code(),
                         grpc.StatusCode.DEADLINE_EXCEEDED)
        seen = details(raised.exception)
        self.assertEqual(seen.reason, "OUTCOME_UNKNOWN")
        self.assertEqual(seen.metadata["cause"], "UPSTREAM_TIMEOUT")

    def test_a_write_that_outlives_its_connection(self):
        request = WRITES.DismissRoomRequest(sdk_app_id=1, room_id=1)
        self.check_outlived(lambda stub: stub.DismissRoom(request, timeout=20))

    def test_a_stream_that_outlives_its_connection(self):
        request = WRITES.TextToSpeechSSERequest(text="text", sdk_app_id=1)
        self.check_outlived(lambda stub: next(stub.TextToSpeechSSE(request)))


if __name__ == "__main__":
    sys.exit(unittest.main())
