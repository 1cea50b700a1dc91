#!/usr/bin/env python3
"""Ten thousand equal reads at one time, on a cold cache, while upstream is busy
with what the first of them asked: one call upstream, and everybody has its
reply. Who leaves does so alone, the first one too."""

import asyncio
import collections
import random
import sys
import threading
import time
import unittest

import grpc

import tcgate_callers as callers
import tcgate_harness as harness
from raw_server import RawServer

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
DEVICES = MESSAGES.GetDevicesRequest(page_num=1, page_size=10)
# A sanitizer's gateway is ten times as slow.
CROWD = 1_000 if harness.sanitized() else 10_000
STREAMS = 100  # Of each connection, which may have 200.
LEAVE = CROWD // 100
BODY = b'{"Response":{"TotalCount":7,"Devices":[],"RequestId":"r-1"}}'
MORE = """
limits: {calls_in_flight: 20000}
attempts: {read_timeout: 1m}
"""


class Crowd(unittest.TestCase):
    def gather(self, leave=0):
        """Calls CROWD times, lets `leave` of them leave at random moments, and
        upstream answer when all the others wait. Returns (requests that
        upstream saw, how the calls ended, how many different replies)."""
        answer = threading.Event()

        def behave(connection, _):
            answer.wait(60)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                               % len(BODY) + BODY)

        with RawServer(behave) as server, harness.Tcgate(
                config=harness.config(f"http://127.0.0.1:{server.port}",
                                      age="60s, timeout: 70s", extra=MORE)
                ) as gateway:
            try:
                ends, replies = asyncio.run(
                    self.call(gateway, server, answer, leave))
            finally:
                answer.set()
            self.joined = callers.metric(
                gateway, "tcgate_replies_total", action="trro.GetDevices",
                result="joined")
            return server.requests, ends, replies

    async def call(self, gateway, server, answer, leave):
        channels = [grpc.aio.insecure_channel(gateway.grpc, options=[
            ("grpc.use_local_subchannel_pool", 1)])
            for _ in range(CROWD // STREAMS)]
        stubs = [STUBS.TrroServiceStub(channel) for channel in channels]
        begin = time.monotonic()

        def start(number):
            calls.append(stubs[number % len(stubs)].GetDevices(
                DEVICES, timeout=60))
            waiting.append(asyncio.ensure_future(self.end(calls[-1])))

        calls, waiting = [], []
        start(0)
        while server.requests == 0:
            await asyncio.sleep(0.01)
        for number in range(1, CROWD):
            start(number)
        chance = random.Random(1)
        # The first, who asked upstream, and others.
        leavers = [0, *chance.sample(range(1, CROWD), leave)][:leave]

        async def depart(number):
            await asyncio.sleep(chance.uniform(0, 3))
            calls[number].cancel()

        departed = [asyncio.ensure_future(depart(n)) for n in leavers]
        await asyncio.gather(*departed)
        while True:
            inside = await asyncio.to_thread(
                callers.metric, gateway, "tcgate_calls_in_flight")
            if inside >= CROWD - leave:
                break
            self.assertLess(time.monotonic() - begin, 50, f"{inside} came in")
            await asyncio.sleep(0.05)
        print(f"  {inside:.0f} wait after {time.monotonic() - begin:.1f} s",
              file=sys.stderr)
        answer.set()
        results = await asyncio.gather(*waiting)
        for channel in channels:
            await channel.close()
        ends = collections.Counter(end for end, _ in results)
        replies = {reply for _, reply in results if reply is not None}
        return ends, replies

    async def end(self, call):
        try:
            reply = await call
            return "OK", reply.SerializeToString()
        except asyncio.CancelledError:
            return "CANCELLED", None
        except grpc.aio.AioRpcError as error:
            return error.code().name, None

    def test_equal_reads_are_one_call(self):
        requests, ends, replies = self.gather()
        print(f"  {CROWD} equal reads: {requests} upstream, {dict(ends)}, "
              f"{len(replies)} different reply", file=sys.stderr)
        self.assertEqual(requests, 1)
        self.assertEqual(ends, {"OK": CROWD})
        self.assertEqual(len(replies), 1)
        self.assertEqual(self.joined, CROWD - 1)

    def test_who_leaves_does_so_alone(self):
        requests, ends, replies = self.gather(LEAVE)
        print(f"  {CROWD} equal reads, {LEAVE} left: {requests} upstream, "
              f"{dict(ends)}, {len(replies)} different reply", file=sys.stderr)
        self.assertEqual(requests, 1)
        self.assertEqual(ends, {"OK": CROWD - LEAVE, "CANCELLED": LEAVE})
        self.assertEqual(len(replies), 1)


if __name__ == "__main__":
    sys.exit(unittest.main())
