#!/usr/bin/env python3
"""tcgate behind a real Envoy with the configuration of deploy/envoy/."""

import contextlib
import json
import os
import select
import signal
import socket
import ssl
import sys
import threading
import unittest

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_envoy import CALLER, Site
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
SPEECH, SPEECH_STUBS = harness.stubs("tencentcloudapi.trtc.v20190722.trtc")
OTHER = "spiffe://example.org/ns/robots/sa/other"
READ, WRITE = "trro.GetDevices", "trro.CreateProject"
HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")
EVENTS = 10
XFCC = "x-forwarded-client-cert"


class Calls(unittest.TestCase):
    """Two gateways, so that what is repeated finds one that works, in front of
    one sandbox, which counts what ran."""

    def setUp(self):
        with contextlib.ExitStack() as stack:
            self.sandbox = stack.enter_context(harness.Sandbox())
            self.made = made = Site(stack, self.sandbox.url,
                                     self.sandbox.key, gateways=2)
            self.gateways, self.envoy = made.gateways, made.envoy
            self.stub = STUBS.TrroServiceStub(made.channel)
            self.addCleanup(stack.pop_all().close)

    def executions(self, label):
        actions = self.sandbox.control("stats")["actions"]
        return actions.get(label, {}).get("executions", 0)

    def busy_gateway(self):
        """The gateway that has a call in flight."""
        found = []

        def look():
            found.extend(g for g in self.gateways
                         if "tcgate_calls_in_flight 1" in g.get("/metrics"))
            return found

        harness.wait_until(look)
        return found[0]

    def write(self, **more):
        return self.stub.CreateProject.future(
            MESSAGES.CreateProjectRequest(project_name="quarry"), timeout=20,
            **more)

    def test_reads_and_writes_arrive(self):
        devices = self.stub.GetDevices(
            MESSAGES.GetDevicesRequest(page_num=1, page_size=2), timeout=10)
        self.assertTrue(devices.request_id)
        self.assertTrue(self.write().result().project_id)
        self.assertEqual(self.executions(READ), 1)
        self.assertEqual(self.executions(WRITE), 1)

    def test_details_and_metadata_of_an_error_arrive(self):
        with self.assertRaises(grpc.RpcError) as caught:
            self.stub.GetDevices(MESSAGES.GetDevicesRequest(), timeout=10)
        error = caught.exception
        with grpc.insecure_channel(self.gateways[0].grpc) as direct:
            with self.assertRaises(grpc.RpcError) as expected:
                STUBS.TrroServiceStub(direct).GetDevices(
                    MESSAGES.GetDevicesRequest(), timeout=10,
                    metadata=[(XFCC, f"URI={CALLER}")])
        self.assertEqual(error.code(), expected.exception.code())
        through, direct = details(error), details(expected.exception)
        self.assertEqual(through.domain, "tencentcloudapi.com")
        self.assertTrue(through.request_id)
        self.assertEqual((through.reason, through.domain, through.violations),
                         (direct.reason, direct.domain, direct.violations))
        metadata = dict(error.trailing_metadata())
        self.assertEqual(metadata["tc-request-id"], through.request_id)

    def test_cancellation_arrives(self):
        self.sandbox.control("faults", [{"kind": "latency", "ms": 30000}])
        call = self.write()
        gateway = self.busy_gateway()
        call.cancel()
        self.assertEqual(
            gateway.wait_for_log(lambda l: True)["code"], "CANCELLED")

    def test_a_write_whose_upstream_connection_is_cut_runs_once(self):
        self.sandbox.control("faults", [{"kind": "close_after_read"}])
        error = self.write().exception()
        self.assertEqual(error.code(), grpc.StatusCode.UNKNOWN)
        self.assertEqual(details(error).reason, "OUTCOME_UNKNOWN")
        self.assertEqual(self.executions(WRITE), 1)
        self.assertEqual(self.envoy.stat("upstream_rq_retry"), 0)

    def cut(self, metadata=()):
        """A write whose gateway dies while it runs."""
        self.sandbox.control("faults", [{"kind": "latency", "ms": 2000}])
        call = self.write(metadata=metadata)
        gateway = self.busy_gateway()
        harness.wait_until(lambda: self.executions(WRITE) == 1)
        os.kill(gateway.gateway_pid(), signal.SIGKILL)
        error = call.exception()
        self.assertEqual(self.executions(WRITE), 1)
        self.assertEqual(self.envoy.stat("upstream_rq_retry"), 0)
        return error

    def test_a_write_whose_gateway_dies_runs_once_and_says_so(self):
        error = self.cut()
        # Not UNAVAILABLE, which clients repeat by themselves.
        self.assertEqual(error.code(), grpc.StatusCode.UNKNOWN)
        told = details(error)
        self.assertEqual((told.reason, told.domain, told.metadata),
                         ("OUTCOME_UNKNOWN", "tcgate",
                          {"cause": "UPSTREAM_BROKEN"}))
        self.assertEqual(told.status.message, error.details())

    def test_a_caller_cannot_ask_for_a_write_to_be_repeated(self):
        self.cut([("x-envoy-retry-on", "5xx,reset"),
                  ("x-envoy-retry-grpc-on", "unavailable,internal,unknown"),
                  ("x-envoy-max-retries", "3")])

    def test_a_read_whose_gateway_dies_is_repeated(self):
        """Also proves that the writes above could have been."""
        self.sandbox.control("faults", [{"kind": "latency", "ms": 1000}])
        call = self.stub.GetDevices.future(
            MESSAGES.GetDevicesRequest(page_num=1, page_size=1), timeout=20)
        gateway = self.busy_gateway()
        os.kill(gateway.gateway_pid(), signal.SIGKILL)
        self.assertTrue(call.result().request_id)
        self.assertEqual(self.envoy.stat("upstream_rq_retry"), 1)

    def test_a_draining_gateway_gets_no_new_call(self):
        self.gateways[0].process.terminate()
        harness.wait_until(lambda: self.envoy.stat("membership_healthy") == 1)
        for _ in range(4):
            self.write().result()
        self.assertEqual(self.executions(WRITE), 4)
        self.assertEqual(self.envoy.stat("upstream_rq_retry"), 0)


class Identities(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with contextlib.ExitStack() as stack:
            sandbox = stack.enter_context(harness.Sandbox())
            cls.made = Site(stack, sandbox.url, sandbox.key)
            cls.addClassCleanup(stack.pop_all().close)

    def call(self, spiffe, **more):
        """Returns the error, or None."""
        with self.made.connect(spiffe) as channel:
            return STUBS.TrroServiceStub(channel).GetDevices.future(
                MESSAGES.GetDevicesRequest(page_num=1, page_size=1),
                timeout=10, **more).exception()

    def test_the_id_of_the_certificate_is_the_caller(self):
        self.assertIsNone(self.call(CALLER))
        self.made.gateways[0].wait_for_log(lambda l: l["caller"] == CALLER)

    def test_an_id_without_a_rule_is_refused_by_tcgate(self):
        error = self.call(OTHER)
        self.assertEqual(error.code(), grpc.StatusCode.UNAUTHENTICATED)
        self.assertEqual(details(error).reason, "NO_IDENTITY")
        self.made.gateways[0].wait_for_log(lambda l: l["caller"] == OTHER)

    def test_a_forged_header_changes_nothing(self):
        for forged in (f"URI={CALLER}", f"URI={CALLER},URI={CALLER}"):
            error = self.call(OTHER, metadata=[(XFCC, forged)])
            self.assertEqual(error.code(), grpc.StatusCode.UNAUTHENTICATED)

    def test_who_has_no_certificate_of_the_domain_is_refused_by_envoy(self):
        for spiffe in (None, "spiffe://example.com/ns/robots/sa/console"):
            with self.subTest(spiffe=spiffe):
                error = self.call(spiffe)
                self.assertEqual(error.code(), grpc.StatusCode.UNAVAILABLE)
                self.assertIsNone(details(error))

    def test_a_replaced_certificate_is_shown_to_new_connections(self):
        before = self.shown()
        fresh = self.made.authority.issue("fresh", dns="localhost")
        for name in ("tls.key", "tls.crt"):
            os.replace(fresh / name, self.made.server / name)
        harness.wait_until(lambda: self.shown() != before)

    def shown(self):
        """The certificate that Envoy shows."""
        context = ssl.create_default_context(
            cafile=self.made.server / "ca.crt")
        context.set_alpn_protocols(["h2"])
        caller = self.made.authority.issue("caller", spiffe=CALLER)
        context.load_cert_chain(caller / "tls.crt", caller / "tls.key")
        host, port = self.made.envoy.grpc.split(":")
        with socket.create_connection((host, int(port)), 10) as plain, \
                context.wrap_socket(plain, server_hostname="localhost") as tls:
            return tls.getpeercert(True)


class Streams(unittest.TestCase):
    """An upstream that sends events, as the test says."""

    def setUp(self):
        self.go_on = threading.Semaphore(0)
        self.closed = threading.Event()
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(RawServer(self.behave))
            made = Site(stack, f"http://127.0.0.1:{server.port}")
            self.gateway, self.server = made.gateways[0], server
            self.stub = SPEECH_STUBS.TrtcServiceStub(made.channel)
            self.addCleanup(stack.pop_all().close)

    def behave(self, connection, _):
        connection.sendall(HEAD)
        for seq in range(EVENTS):
            self.assertTrue(self.go_on.acquire(timeout=20))
            data = b"data: " + json.dumps({
                "Type": "chunk", "ChunkId": f"{seq}", "Audio": "AAAA",
                "Seq": seq, "IsEnd": False}).encode() + b"\n\n"
            connection.sendall(b"%x\r\n%s\r\n" % (len(data), data))
        if select.select([connection], [], [], 20)[0]:
            self.closed.set()

    def speak(self):
        return self.stub.TextToSpeechSSE(
            SPEECH.TextToSpeechSSERequest(text="text", sdk_app_id=1))

    def test_each_event_arrives_before_the_next_is_made(self):
        call = self.speak()
        for seq in range(EVENTS):
            self.go_on.release()
            self.assertEqual(next(call).seq, seq)
        call.cancel()

    def test_cancellation_closes_the_connection_of_the_upstream(self):
        call = self.speak()
        self.go_on.release(EVENTS)
        for _ in range(EVENTS):
            next(call)
        call.cancel()
        self.assertTrue(self.closed.wait(10))

    def test_a_stream_whose_gateway_dies_is_not_begun_again(self):
        call = self.speak()
        self.go_on.release()
        next(call)
        os.kill(self.gateway.gateway_pid(), signal.SIGKILL)
        with self.assertRaises(grpc.RpcError):
            for _ in call:
                pass
        self.assertEqual(self.server.requests, 1)


if __name__ == "__main__":
    sys.exit(unittest.main())
