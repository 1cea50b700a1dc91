#!/usr/bin/env python3
"""A caller that has as many calls, or bytes of requests, in flight as one caller
may is refused at once, and told which bound it was; another is served, and so
is what the cache holds."""

import contextlib
import sys
import tempfile
import threading
import time
import unittest

import grpc

import tcgate_callers as callers
import tcgate_harness as harness
from raw_server import RawServer
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
STORED = MESSAGES.GetDevicesRequest(page_num=1, page_size=1)
CALLS, BYTES = 2, 64 << 10
LONGEST = BYTES * 3 // 10  # Of one request, which is held three times.
TIMEOUT_S = 20
AT_ONCE_S = 5 if harness.sanitized() else 0.5


def request(number, size=0):
    """One of its own: nobody joins, and nothing is stored."""
    return MESSAGES.DescribeDeviceListRequest(
        project_id=f"p{number}", search_words="x" * size)


class Admission(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.answer = threading.Event()
        self.answer.set()
        self.server = stack.enter_context(RawServer(self.behave))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        self.gateway = stack.enter_context(harness.Tcgate(
            config=callers.config(
                folder,
                {"default": {"url": f"http://127.0.0.1:{self.server.port}"}},
                {"greedy": {}, "modest": {}},
                limits={"caller_calls_in_flight": CALLS,
                        "caller_bytes_in_flight": BYTES,
                        "request_bytes": LONGEST},
                attempts={"read_timeout": "1m"},
                cache={"ttl": {"trro.GetDevices": "5s"}})))
        self.greedy, self.modest = (STUBS.TrroServiceStub(stack.enter_context(
            grpc.insecure_channel(callers.address(folder, name))))
            for name in ("greedy", "modest"))
        for stub in (self.greedy, self.modest):
            stub.GetDevices(STORED, timeout=TIMEOUT_S)
        # From here on upstream keeps what comes until a test says so.
        stack.callback(self.answer.set)
        self.answer.clear()
        self.before = self.server.requests

    def behave(self, connection, _):
        self.answer.wait(60)
        body = b'{"Response":{"Total":0,"RequestId":"r"}}'
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                           % len(body) + body)

    def start(self, stub, *requests):
        """Calls that are in flight once this returns."""
        calls = [stub.DescribeDeviceList.future(one, timeout=TIMEOUT_S)
                 for one in requests]
        self.before += len(calls)
        harness.wait_until(lambda: self.server.requests >= self.before)
        return calls

    def check_refused(self, one, bound):
        begin = time.monotonic()
        with self.assertRaises(grpc.RpcError) as raised:
            self.greedy.DescribeDeviceList(one, timeout=2 * AT_ONCE_S)
        took = time.monotonic() - begin
        error = raised.exception
        print(f"  refused after {took * 1000:.1f} ms: {error.details()}",
              file=sys.stderr)
        self.assertEqual(error.code(), grpc.StatusCode.RESOURCE_EXHAUSTED)
        self.assertEqual(details(error).reason, "OVERLOADED")
        self.assertIn(bound, error.details())
        self.assertIsNotNone(details(error).retry_delay)
        self.assertLess(took, AT_ONCE_S)

    def check_served_again(self, calls):
        self.answer.set()
        for call in calls:
            call.result(TIMEOUT_S)
        self.greedy.DescribeDeviceList(request(99), timeout=TIMEOUT_S)

    def test_calls_of_one_caller(self):
        calls = self.start(self.greedy, *(request(n) for n in range(CALLS)))
        for number in range(10, 15):
            self.check_refused(request(number),
                               "limits.caller_calls_in_flight")
        self.greedy.GetDevices(STORED, timeout=TIMEOUT_S)  # A hit.
        calls += self.start(self.modest, request(20), request(21))
        self.assertEqual(self.server.requests, self.before)
        self.check_served_again(calls)

    def test_bytes_of_one_caller(self):
        calls = self.start(self.greedy, request(1, LONGEST - 100))
        self.check_refused(request(2, LONGEST - 100),
                           "limits.caller_bytes_in_flight")
        calls += self.start(self.modest, request(3, LONGEST - 100))
        calls += self.start(self.greedy, request(4))
        self.assertEqual(self.server.requests, self.before)
        self.check_served_again(calls)


if __name__ == "__main__":
    sys.exit(unittest.main())
