#!/usr/bin/env python3
"""A rolling restart loses nothing: SIGTERM with 64 calls outstanding on 8
connections and clients that reconnect to a second gateway. Twenty times. And what
outlives its connection ends before it, by its effect."""

import itertools
import sys
import unittest

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_actions import READS, Action
from tcgate_errors import details
from tcgate_load import Load

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
WRITES, WRITE_STUBS = harness.stubs("tencentcloudapi.trtc.v20190722.trtc")
REQUEST = MESSAGES.GetDevicesRequest(page_num=1, page_size=1)
ROUNDS = 20
CHANNELS = 8
CALLS_PER_CHANNEL = 8
# All the calls that the vendor's limits let through: 20 actions' worth.
TURNS = itertools.cycle([Action(label) for label in READS])
NO_STORE = (("tcgate-cache-control", "no-cache"),)


def call(channel):
    """One that goes upstream, and one that the cache may answer."""
    action = next(TURNS)
    action.on(channel)(action.request(0), timeout=20, metadata=NO_STORE)
    STUBS.TrroServiceStub(channel).GetDevices(REQUEST, timeout=20)


def load(addresses):
    """Keeps 8 calls outstanding on each of 8 connections."""
    target = "ipv4:" + ",".join(addresses)
    return Load(
        [grpc.insecure_channel(target, options=[
            ("grpc.use_local_subchannel_pool", 1)]) for _ in range(CHANNELS)],
        call, CALLS_PER_CHANNEL)


class Drain(unittest.TestCase):
    def test_a_rolling_restart_loses_nothing(self):
        with harness.Sandbox("--no-limits") as sandbox:
            sandbox.control("faults", [{"kind": "latency", "ms": 100}])
            text = harness.config(sandbox.url, age="1s")

            def start():
                return harness.Tcgate(config=text, env=sandbox.key)

            second = start()
            with second:
                for number in range(ROUNDS):
                    with self.subTest(round=number), start() as first:
                        with load([first.grpc, second.grpc]) as callers:
                            callers.wait_for(2)
                            # More where one came of age meanwhile.
                            peers = {l["peer"] for l in first.log()}
                            self.assertGreaterEqual(len(peers), CHANNELS)
                            before = len(second.log())
                            code = first.stop()
                            callers.wait_for(2)
                        self.assertEqual(code, 0)
                        self.assertEqual(callers.failed, [])
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
