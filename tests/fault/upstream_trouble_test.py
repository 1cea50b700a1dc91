#!/usr/bin/env python3
"""An upstream in every kind of trouble: the status says who failed, keeps the
rule that a write which may have run never ends as UNAVAILABLE, and shows no
secret."""

import contextlib
import gzip
import socket
import ssl
import struct
import subprocess
import sys
import tempfile
import threading
import unittest
import zlib

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_errors import details

Code = grpc.StatusCode
MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
TOKEN = "tok3nThatNobody1"


def answer(body, status="200 OK", headers=(), length=None):
    def behave(connection, _):
        head = [f"HTTP/1.1 {status}", *headers,
                f"Content-Length: {len(body) if length is None else length}",
                "", ""]
        connection.sendall("\r\n".join(head).encode() + body)
    return behave


def reset_half_way(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"Res")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          struct.pack("ii", 1, 0))


def never(_, server):
    server.stopping.wait(30)


def hundred_megabytes(connection, _):
    size = 100 << 20
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % size)
    block = b"x" * (1 << 20)
    for _ in range(100):
        connection.sendall(block)


def endless_headers(connection, _):
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for number in range(1 << 16):
        connection.sendall(b"X-Filler-%d: %s\r\n" % (number, b"y" * 1000))


def gzip_bomb():
    pack = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = b" " * (1 << 20)
    return b"".join([pack.compress(block) for _ in range(256)]
                    + [pack.flush()])


OK_REPLY = b'{"Response":{"ProjectId":"p","TotalCount":7,"RequestId":"r-1"}}'
GZIP = ["Content-Encoding: gzip"]

# What the upstream does; what a READ and a WRITE end with.
UNKNOWN = (Code.UNKNOWN, "OUTCOME_UNKNOWN")
TROUBLE = {
    "reset half-way": (reset_half_way,
                       (Code.UNAVAILABLE, "UPSTREAM_BROKEN"), UNKNOWN),
    "closed without a byte": (lambda *_: None,
                              (Code.UNAVAILABLE, "UPSTREAM_BROKEN"), UNKNOWN),
    "truncated transfer": (answer(OK_REPLY, length=500),
                           (Code.UNAVAILABLE, "UPSTREAM_BROKEN"), UNKNOWN),
    "truncated JSON": (answer(OK_REPLY[:-9]),
                       (Code.INTERNAL, "REPLY_INVALID"), UNKNOWN),
    "HTML with 502": (answer(b"<html>bad gateway</html>", "502 Bad Gateway"),
                      (Code.UNAVAILABLE, "UPSTREAM_BROKEN"), UNKNOWN),
    "redirect": (answer(b"", "302 Found", ["Location: https://127.0.0.1/"]),
                 (Code.UNAVAILABLE, "UPSTREAM_BROKEN"), UNKNOWN),
    "empty body": (answer(b""), (Code.INTERNAL, "REPLY_INVALID"), UNKNOWN),
    "JSON that is no envelope": (answer(b'{"a":1}'),
                                 (Code.INTERNAL, "REPLY_INVALID"), UNKNOWN),
    "100 MB": (hundred_megabytes,
               (Code.RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE"), UNKNOWN),
    "gzip bomb": (answer(gzip_bomb(), headers=GZIP),
                  (Code.RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE"), UNKNOWN),
    "broken gzip": (answer(b"\x1f\x8b\x08nonsense", headers=GZIP),
                    (Code.UNAVAILABLE, "UPSTREAM_BROKEN"), UNKNOWN),
    "endless headers": (endless_headers,
                        (Code.RESOURCE_EXHAUSTED, "REPLY_TOO_LARGE"), UNKNOWN),
}


class UpstreamTrouble(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = harness.certificates()
        cls.ca, certificate, key = cls.folder.__enter__()
        cls.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        cls.context.load_cert_chain(certificate, key)

    @classmethod
    def tearDownClass(cls):
        cls.folder.__exit__(None, None, None)

    def read(self, stub, timeout=4):
        return stub.GetDevices(
            MESSAGES.GetDevicesRequest(page_num=1, page_size=10),
            timeout=timeout)

    def write(self, stub, timeout=4):
        return stub.CreateDevice(
            MESSAGES.CreateDeviceRequest(
                project_id="p", device_id="d", device_name="n",
                device_type="field", device_token=TOKEN), timeout=timeout)

    def gateway(self, url, ca=None):
        gateway = harness.Tcgate(config=harness.config(url, ca or self.ca))
        channel = grpc.insecure_channel(gateway.grpc)
        stack = contextlib.ExitStack()
        stack.enter_context(gateway)
        stack.callback(channel.close)
        return stack, STUBS.TrroServiceStub(channel), gateway

    def expect(self, call, stub, expected, timeout=4):
        with self.assertRaises(grpc.RpcError) as raised:
            call(stub, timeout)
        error = raised.exception
        found = details(error)
        self.assertIsNotNone(found, error)
        self.assertEqual((error.code(), found.reason), expected, error)
        self.assertEqual(found.domain, "tcgate")
        self.assertGreater(len(error.details()), 20)
        shown = repr(error.trailing_metadata()) + error.details()
        self.assertNotIn(harness.SECRET_KEY, shown)
        self.assertNotIn(TOKEN, shown)
        return error, found

    def test_each_trouble_says_who_failed(self):
        for name, (behave, on_read, on_write) in TROUBLE.items():
            with self.subTest(name), \
                    RawServer(behave, self.context) as server:
                url = f"https://127.0.0.1:{server.port}"
                stack, stub, gateway = self.gateway(url)
                with stack:
                    self.expect(self.read, stub, on_read)
                    before = server.requests
                    _, found = self.expect(self.write, stub, on_write)
                    self.assertEqual(server.requests, before + 1)
                    self.assertIn("cause", found.metadata)
                    self.assertLess(gateway.memory_mb(), 400)
                    self.assertNotIn(TOKEN, gateway.errors())
                    self.assertNotIn(harness.SECRET_KEY, gateway.errors())
                    self.assertEqual(gateway.stop(), 0)

    def test_a_compressed_reply_is_read(self):
        behave = answer(gzip.compress(OK_REPLY), headers=GZIP)
        with RawServer(behave, self.context) as server:
            stack, stub, _ = self.gateway(f"https://127.0.0.1:{server.port}")
            with stack:
                self.assertEqual(self.read(stub).total_count, 7)

    def test_an_envelope_counts_whatever_its_status(self):
        body = (b'{"Response":{"Error":{"Code":"ResourceNotFound",'
                b'"Message":"no such thing"},"RequestId":"r-9"}}')
        with RawServer(answer(body, "500 Oops"), self.context) as server:
            stack, stub, _ = self.gateway(f"https://127.0.0.1:{server.port}")
            with stack, self.assertRaises(grpc.RpcError) as raised:
                self.read(stub)
        found = details(raised.exception)
        self.assertEqual(raised.exception.code(), Code.NOT_FOUND)
        self.assertEqual((found.reason, found.domain, found.request_id),
                         ("ResourceNotFound", "tencentcloudapi.com", "r-9"))

    def test_a_secret_in_the_vendors_message_is_masked(self):
        body = (b'{"Response":{"Error":{"Code":"InvalidParameterValue",'
                b'"Message":"`DeviceToken` ' + TOKEN.encode()
                + b' is weak"},"RequestId":"r"}}')
        with RawServer(answer(body), self.context) as server:
            stack, stub, _ = self.gateway(f"https://127.0.0.1:{server.port}")
            with stack, self.assertRaises(grpc.RpcError) as raised:
                self.write(stub)
        error = raised.exception
        self.assertNotIn(TOKEN, error.details())
        self.assertIn("*** is weak", error.details())
        self.assertEqual(details(error).violations[0][0], "DeviceToken")

    def test_refused(self):
        with socket.create_server(("127.0.0.1", 0)) as closed:
            port = closed.getsockname()[1]
        stack, stub, _ = self.gateway(f"https://127.0.0.1:{port}")
        with stack:
            expected = (Code.UNAVAILABLE, "UPSTREAM_UNREACHABLE")
            self.expect(self.read, stub, expected)
            self.expect(self.write, stub, expected)

    def test_a_name_that_does_not_exist(self):
        stack, stub, _ = self.gateway("https://no-such-host.invalid")
        with stack:
            expected = (Code.UNAVAILABLE, "UPSTREAM_UNREACHABLE")
            self.expect(self.read, stub, expected)
            self.expect(self.write, stub, expected)

    def test_a_bad_certificate(self):
        other = harness.certificates()
        other_ca, _, _ = other.__enter__()
        expected = (Code.UNAVAILABLE, "UPSTREAM_TLS")
        with RawServer(answer(OK_REPLY), self.context) as server:
            stack, stub, _ = self.gateway(
                f"https://127.0.0.1:{server.port}", other_ca)
            with stack:
                self.expect(self.read, stub, expected)
                self.expect(self.write, stub, expected)
            self.assertEqual(server.requests, 0)
        other.__exit__(None, None, None)

    def test_a_certificate_of_another_name(self):
        expected = (Code.UNAVAILABLE, "UPSTREAM_TLS")
        with RawServer(answer(OK_REPLY), self.context) as server:
            stack, stub, _ = self.gateway(f"https://127.0.0.2:{server.port}")
            # The listener is on 127.0.0.1 only; the name is what is wrong.
            server.listener.close()
            server.listener = socket.create_server(("127.0.0.2", server.port))
            threading.Thread(target=server._accept, daemon=True).start()
            with stack:
                self.expect(self.read, stub, expected)
                self.assertEqual(server.requests, 0)

    def test_no_answer_in_time(self):
        with RawServer(never, self.context) as server:
            stack, stub, _ = self.gateway(f"https://127.0.0.1:{server.port}")
            with stack:
                # The client gives up at about the same moment; which of the
                # two reports it is a race, so the access log is asked too.
                for call, reason in ((self.read, "UPSTREAM_TIMEOUT"),
                                     (self.write, "OUTCOME_UNKNOWN")):
                    with self.assertRaises(grpc.RpcError) as raised:
                        call(stub, 1)
                    self.assertEqual(raised.exception.code(),
                                     Code.DEADLINE_EXCEEDED)
                    found = details(raised.exception)
                    if found:
                        self.assertEqual(found.reason, reason)

    def test_a_name_server_that_hangs_stops_nobody(self):
        silent = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        silent.bind(("127.0.0.77", 53))
        with silent, tempfile.NamedTemporaryFile("w") as resolv:
            resolv.write("nameserver 127.0.0.77\noptions timeout:30\n")
            resolv.flush()
            wrapper = tempfile.NamedTemporaryFile("w", suffix=".sh",
                                                  delete=False)
            wrapper.write(
                "#!/bin/sh\n"
                f"mount --bind {resolv.name} /etc/resolv.conf\n"
                f'exec "{harness.binary()}" "$@"\n')
            wrapper.close()
            subprocess.run(["chmod", "755", wrapper.name], check=True)
            whole = harness.config("https://hangs.example", self.ca)
            with UnsharedGateway(wrapper.name, whole) as gateway, \
                    grpc.insecure_channel(gateway.grpc) as channel:
                stub = STUBS.TrroServiceStub(channel)
                waiting = [stub.GetDevices.future(
                    MESSAGES.GetDevicesRequest(page_num=1, page_size=1),
                    timeout=20) for _ in range(20)]
                # The loop goes on meanwhile: it ends a call whose time is up,
                # long before the name server is given up.
                with self.assertRaises(grpc.RpcError):
                    self.read(stub, timeout=1)
                line = gateway.wait_for_log(lambda l: True)
                self.assertLess(line["took_ms"], 3000)
                # Equal calls, which wait together: until the name server is
                # given up, or their time is.
                for call in waiting:
                    self.assertIn(call.code(), (Code.UNAVAILABLE,
                                                Code.DEADLINE_EXCEEDED))
                self.assertEqual(gateway.stop(15), 0)


class UnsharedGateway(harness.Tcgate):
    """tcgate in a mount namespace of its own, behind a wrapper script."""

    def __init__(self, wrapper, config):
        original = harness.binary
        starter = tempfile.NamedTemporaryFile("w", suffix=".sh", delete=False)
        starter.write(f'#!/bin/sh\nexec unshare --mount {wrapper} "$@"\n')
        starter.close()
        subprocess.run(["chmod", "755", starter.name], check=True)
        harness.binary = lambda: starter.name
        try:
            super().__init__(config=config)
        finally:
            harness.binary = original


if __name__ == "__main__":
    sys.exit(unittest.main())
