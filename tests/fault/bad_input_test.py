#!/usr/bin/env python3
"""Hostile and careless clients: each gets a clear status (where gRPC itself
refuses, its bare status or a closed connection), and a bystander's calls go on.
"""

import contextlib
import socket
import struct
import sys
import threading
import time
import unittest
import zlib

import grpc
import h2.config
import h2.connection
import h2.events
import h2.exceptions

import tcgate_harness as harness
from tcgate_errors import Details, details

Code = grpc.StatusCode
MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
SERVICE = "/tencentcloudapi.trro.v20220325.TrroService/"
GET_DEVICES = SERVICE + "GetDevices"
VALID = MESSAGES.GetDevicesRequest(page_num=1, page_size=2)


def frame(message, flag=0):
    """A gRPC message on the wire."""
    return struct.pack(">BI", flag, len(message)) + message


class RawClient:
    """An HTTP/2 client that sends what no gRPC library would."""

    def __init__(self, address, receive_seconds=20):
        host, _, port = address.rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=10)
        self.socket.settimeout(receive_seconds)
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(
            header_encoding="utf-8", validate_outbound_headers=False,
            normalize_outbound_headers=False))
        self.h2.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def start(self, path=GET_DEVICES, headers=(), end=False):
        stream = self.h2.get_next_available_stream_id()
        self.h2.send_headers(stream, [
            (":method", "POST"), (":scheme", "http"), (":path", path),
            (":authority", "localhost"), ("te", "trailers"),
            ("content-type", "application/grpc"), *headers], end_stream=end)
        return stream

    def call(self, data, path=GET_DEVICES, headers=()):
        """One call; returns (code, details or None), or None where the server
        closed the connection or reset the stream."""
        stream = self.start(path, headers, end=data is None)
        while data:
            part, data = data[:16384], data[16384:]
            self.h2.send_data(stream, part, end_stream=not data)
        self.flush()
        return self.result(stream)

    def result(self, stream):
        found = {}
        while True:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not data:
                return None
            for event in self.h2.receive_data(data):
                if isinstance(event, h2.events.DataReceived):
                    self.h2.acknowledge_received_data(
                        event.flow_controlled_length, event.stream_id)
                if getattr(event, "stream_id", None) != stream:
                    continue
                if isinstance(event, (h2.events.TrailersReceived,
                                      h2.events.ResponseReceived)):
                    found.update(event.headers)
                if isinstance(event, h2.events.StreamReset):
                    return None
                if isinstance(event, h2.events.StreamEnded):
                    return self._status(found)
            self.flush()

    @staticmethod
    def _status(headers):
        code = next(c for c in Code
                    if c.value[0] == int(headers["grpc-status"]))
        packed = headers.get("grpc-status-details-bin")
        if packed is None:
            return code, None
        import base64
        return code, Details(base64.b64decode(packed + "=" * (-len(packed) % 4)))

    def close(self):
        self.socket.close()


class Bystander:
    """Calls 20 times a second on a connection of its own."""

    def __init__(self, address):
        self.failed, self.made = [], 0
        self._stop = threading.Event()
        self._address = address
        self._thread = threading.Thread(target=self._run)

    def _run(self):
        with grpc.insecure_channel(self._address) as channel:
            stub = STUBS.TrroServiceStub(channel)
            while not self._stop.wait(0.05):
                try:
                    stub.GetDevices(VALID, timeout=5)
                except grpc.RpcError as error:
                    self.failed.append(str(error))
                self.made += 1

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()


class BadInput(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = harness.Tcgate(
            "--sandbox", "--no-limits", "--listen", "127.0.0.1:0",
            "--admin", "127.0.0.1:0", key=False)
        cls.bystander = Bystander(cls.gateway.grpc)
        cls.bystander.__enter__()

    @classmethod
    def tearDownClass(cls):
        cls.bystander.__exit__()
        cls.gateway.__exit__()

    def setUp(self):
        self.before = (self.bystander.made, len(self.bystander.failed))
        self.raw = RawClient(self.gateway.grpc)
        self.addCleanup(self.raw.close)

    def tearDown(self):
        # The bystander went on, and memory comes back.
        deadline = time.monotonic() + 10
        while (self.bystander.made < self.before[0] + 5
               and time.monotonic() < deadline):
            time.sleep(0.05)
        self.assertGreaterEqual(self.bystander.made, self.before[0] + 5)
        self.assertEqual(self.bystander.failed[self.before[1]:], [])
        if harness.sanitized():
            return
        while self.gateway.memory_mb() >= 100:
            self.assertLess(time.monotonic(), deadline,
                            f"{self.gateway.memory_mb():.0f} MB")
            time.sleep(0.1)

    def refused(self, result, code, reason):
        self.assertIsNotNone(result, "the connection was closed")
        self.assertEqual(result[0], code)
        self.assertIsNotNone(result[1], "no details")
        self.assertEqual((result[1].reason, result[1].domain),
                         (reason, "tcgate"))
        self.assertGreater(len(result[1].status.message), 10)
        return result[1]

    def test_a_valid_call_from_the_raw_client(self):
        code, _ = self.raw.call(frame(VALID.SerializeToString()))
        self.assertEqual(code, Code.OK)

    def test_garbage(self):
        for garbage in (b"\xff" * 40, b"\x08", b"\x0f\x01", b"\x0a\x7f"):
            with self.subTest(garbage):
                self.refused(self.raw.call(frame(garbage)),
                             Code.INVALID_ARGUMENT, "INVALID_REQUEST")

    def test_truncated_messages(self):
        # DeviceId as a string of 20 bytes of which some are missing.
        whole = MESSAGES.GetDevicesRequest(
            page_num=1, device_id="d" * 20).SerializeToString()
        for cut in range(3, len(whole)):
            with self.subTest(cut):
                self.refused(self.raw.call(frame(whole[:cut])),
                             Code.INVALID_ARGUMENT, "INVALID_REQUEST")

    def test_invalid_utf8(self):
        found = self.refused(self.raw.call(frame(b"\x22\x02\xc3\x28")),
                             Code.INVALID_ARGUMENT, "INVALID_REQUEST")
        self.assertEqual(found.violations[0][0], "DeviceId")

    def test_an_unknown_field(self):
        found = self.refused(self.raw.call(frame(b"\xf8\x3f\x01")),
                             Code.INVALID_ARGUMENT, "UNKNOWN_FIELD")
        self.assertIn("1023", found.status.message)

    def test_a_message_over_the_limit(self):
        big = MESSAGES.GetDevicesRequest(
            device_id="d" * (10 << 20)).SerializeToString()
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            stub = STUBS.TrroServiceStub(channel)
            with self.assertRaises(grpc.RpcError) as raised:
                stub.GetDevices(MESSAGES.GetDevicesRequest.FromString(big),
                                timeout=20)
        error = raised.exception
        self.assertEqual(error.code(), Code.RESOURCE_EXHAUSTED)
        self.assertEqual(details(error).reason, "REQUEST_TOO_LARGE")

    def test_a_huge_message_is_refused_by_grpc(self):
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            stub = STUBS.TrroServiceStub(channel)
            with self.assertRaises(grpc.RpcError) as raised:
                stub.GetDevices(MESSAGES.GetDevicesRequest(
                    device_id="d" * (200 << 20)), timeout=30)
        self.assertEqual(raised.exception.code(), Code.RESOURCE_EXHAUSTED)

    def test_a_missing_required_parameter_is_named(self):
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            stub = STUBS.TrroServiceStub(channel)
            with self.assertRaises(grpc.RpcError) as raised:
                stub.GetDevices(MESSAGES.GetDevicesRequest(), timeout=10)
        error = raised.exception
        self.assertEqual(error.code(), Code.INVALID_ARGUMENT)
        found = details(error)
        self.assertEqual((found.reason, found.domain),
                         ("MissingParameter", "tencentcloudapi.com"))
        self.assertEqual(found.violations[0][0], "PageNum")
        self.assertTrue(found.request_id)

    def test_unknown_methods_and_services(self):
        for path in (SERVICE + "NoSuchMethod", "/no.such.Service/GetDevices",
                     "/tencentcloudapi.trro.v20220325.TrroService/", "/x",
                     "/" + "a" * 1000):
            with self.subTest(path[:40]):
                self.refused(self.raw.call(frame(b""), path),
                             Code.UNIMPLEMENTED, "UNKNOWN_METHOD")

    def test_no_message(self):
        for path in (GET_DEVICES, SERVICE + "CreateProject"):
            self.refused(self.raw.call(None, path), Code.INVALID_ARGUMENT,
                         "INVALID_REQUEST")

    def test_a_cut_message(self):
        whole = frame(VALID.SerializeToString())
        for cut in (1, 4, 5, len(whole) - 1):
            with self.subTest(cut):
                result = self.raw.call(whole[:cut])
                if result is not None and result[1] is not None:
                    self.refused(result, Code.INVALID_ARGUMENT,
                                 "INVALID_REQUEST")
                else:
                    self.assertNotEqual(result and result[0], Code.OK)

    def test_cr_and_lf_in_metadata(self):
        for key, value in (("tcgate-region", "ap-x\r\nX-TC-Token: y"),
                           ("tcgate-language", "en-US\nfoo: bar"),
                           ("traceparent", "00-" + "1" * 32 + "\r\n"),
                           ("tcgate-empty-list", "A\r\nB")):
            with self.subTest(key):
                result = self.raw.call(frame(VALID.SerializeToString()),
                                       headers=[(key, value)])
                found = self.refused(result, Code.INVALID_ARGUMENT,
                                     "INVALID_REQUEST")
                self.assertIn(key, found.status.message)

    def test_metadata_that_cannot_be_read_is_refused(self):
        for key, value in (("tcgate-idempotency-key", "a key"),
                           ("tcgate-cache-control", "x"),
                           ("tcgate-cache-control", "max-age=-1"),
                           ("tcgate-unheard-of", "x")):
            with self.subTest(key):
                result = self.raw.call(frame(VALID.SerializeToString()),
                                       headers=[(key, value)])
                found = self.refused(result, Code.INVALID_ARGUMENT,
                                     "INVALID_REQUEST")
                self.assertIn(key, found.status.message)

    def test_an_account_that_the_caller_may_not_choose(self):
        for name in ("nowhere", "default2"):
            result = self.raw.call(frame(VALID.SerializeToString()),
                                   headers=[("tcgate-account", name)])
            found = self.refused(result, Code.PERMISSION_DENIED, "NOT_ALLOWED")
            self.assertIn(name, found.status.message)

    def test_an_empty_list_path_that_names_no_list(self):
        result = self.raw.call(frame(VALID.SerializeToString()),
                               headers=[("tcgate-empty-list", "PageNum")])
        found = self.refused(result, Code.INVALID_ARGUMENT, "INVALID_REQUEST")
        self.assertIn("tcgate-empty-list", found.status.message)

    def test_a_gzip_bomb(self):
        pack = zlib.compressobj(9, zlib.DEFLATED, 31)
        bomb = b"".join([pack.compress(b"\0" * (1 << 20))
                         for _ in range(256)] + [pack.flush()])
        result = self.raw.call(frame(bomb[:60000], 1),
                               headers=[("grpc-encoding", "gzip")])
        self.assertTrue(result is None or result[0] in (
            Code.UNIMPLEMENTED, Code.INTERNAL), result)

    def open_streams(self, number, read):
        self.raw.socket.setblocking(False)
        for opened in range(number):
            # Whatever the server allows: this client does not care.
            self.raw.h2.remote_settings.max_concurrent_streams = 1 << 30
            self.raw.start()
            if opened % 100 == 0:
                self.raw.socket.settimeout(20)
                self.raw.flush()
                self.raw.socket.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    while read:
                        data = self.raw.socket.recv(65536)
                        if not data:
                            return True
                        self.raw.h2.receive_data(data)
        return False

    def test_twenty_thousand_streams_on_one_connection(self):
        # The server counts once its limit is acknowledged, then it closes.
        closed = False
        with contextlib.suppress(ConnectionError, TimeoutError,
                                 h2.exceptions.ProtocolError):
            closed = self.open_streams(20000, read=True)
            self.assertTrue(closed)
        self.raw.close()

    def test_twenty_thousand_streams_of_a_client_that_does_not_listen(self):
        with contextlib.suppress(ConnectionError, TimeoutError):
            self.open_streams(20000, read=False)
        self.raw.close()

    def test_two_hundred_connections_that_say_nothing(self):
        host, _, port = self.gateway.grpc.rpartition(":")
        silent = [socket.create_connection((host, int(port)))
                  for _ in range(200)]
        for connection in silent:
            connection.settimeout(15)
        # The handshake time-out closes them all.
        for connection in silent:
            with contextlib.suppress(ConnectionError):
                while connection.recv(4096):
                    pass
            connection.close()

    def test_a_client_that_cancels(self):
        with Slow(self.gateway, "DescribeProjectList"), \
                grpc.insecure_channel(self.gateway.grpc) as channel:
            call = STUBS.TrroServiceStub(channel).DescribeProjectList.future(
                MESSAGES.DescribeProjectListRequest(), timeout=20)
            time.sleep(0.3)
            call.cancel()
            line = self.gateway.wait_for_log(
                lambda l: l["action"].endswith("DescribeProjectList"))
            self.assertEqual(line["code"], "CANCELLED")
            self.assertLess(line["took_ms"], 3000)

    def test_no_deadline(self):
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            reply = STUBS.TrroServiceStub(channel).GetDevices(VALID)
        self.assertTrue(reply.request_id)

    def test_an_expired_deadline(self):
        # gRPC counts in milliseconds: an upstream that is fast may still answer
        # within what is left of a nanosecond, so this one is slow.
        with Slow(self.gateway, "GetLicenseStat"):
            code, found = self.raw.call(
                frame(b""), SERVICE + "GetLicenseStat",
                headers=[("grpc-timeout", "1n")])
        self.assertEqual(code, Code.DEADLINE_EXCEEDED)
        self.assertIn(found.reason, ("DEADLINE_TOO_SHORT", "UPSTREAM_TIMEOUT"))
        self.assertEqual(found.domain, "tcgate")

    def test_not_http2_at_all(self):
        host, _, port = self.gateway.grpc.rpartition(":")
        for hello in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                      b"\x16\x03\x01\x02\x00\x01" + b"\0" * 200,
                      b"\0" * 5000):
            with socket.create_connection((host, int(port))) as connection:
                connection.settimeout(15)
                connection.sendall(hello)
                with contextlib.suppress(ConnectionError):
                    while connection.recv(4096):
                        pass


class Slow:
    """Makes the sandbox take 5 s for every call of an action."""

    def __init__(self, gateway, action):
        self.gateway, self.action = gateway, action

    def __enter__(self):
        harness.sandbox(self.gateway, "faults", [
            {"match": "trro." + self.action, "kind": "latency",
             "ms": 5000}])

    def __exit__(self, *_):
        harness.sandbox(self.gateway, "faults", [])


if __name__ == "__main__":
    sys.exit(unittest.main())
