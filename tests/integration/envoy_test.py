#!/usr/bin/env python3
"""tcgate behind a real Envoy with the configuration of deploy/envoy/."""

import contextlib
import json
import os
import select
import signal
import sys
import threading
import unittest

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_authority import Authority
from tcgate_envoy import Envoy
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
SPEECH, SPEECH_STUBS = harness.stubs("tencentcloudapi.trtc.v20190722.trtc")
CONSOLE = "spiffe://example.org/ns/robots/sa/console"
READ, WRITE = "trro.GetDevices", "trro.CreateProject"
HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")
EVENTS = 10
FORGED = f"By=spiffe://example.org/x;URI=spiffe://example.org/ns/root/sa/root"


def address(gateway):
    host, port = gateway.grpc.rsplit(":", 1)
    return {"socket_address": {"address": host, "port_value": int(port)}}


class Setup:
    """Gateways in front of one upstream, an Envoy in front of them, and a
    caller with a certificate. Closed by `stack`."""

    def __init__(self, stack, url, key=None, gateways=1):
        text = harness.config(url)
        self.gateways = [
            stack.enter_context(harness.Tcgate(config=text, env=key))
            for _ in range(gateways)]
        self.authority = stack.enter_context(Authority())
        server = self.authority.issue("envoy", dns="localhost")
        self.envoy = stack.enter_context(
            Envoy([address(g) for g in self.gateways], server))
        self.channel = stack.enter_context(self.connect(CONSOLE))

    def connect(self, spiffe):
        """A channel as a caller has it, but for gRPC's own repeats."""
        folder = self.authority.issue("caller", spiffe=spiffe)
        return grpc.secure_channel(
            self.envoy.grpc,
            grpc.ssl_channel_credentials(
                (folder / "ca.crt").read_bytes(),
                (folder / "tls.key").read_bytes(),
                (folder / "tls.crt").read_bytes()),
            [("grpc.ssl_target_name_override", "localhost"),
             ("grpc.enable_retries", 0)])


class Calls(unittest.TestCase):
    """Two gateways, so that what is repeated finds one that works, in front of
    one sandbox, which counts what ran."""

    def setUp(self):
        with contextlib.ExitStack() as stack:
            self.sandbox = stack.enter_context(harness.Sandbox())
            made = Setup(stack, self.sandbox.url, self.sandbox.key, gateways=2)
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
                    MESSAGES.GetDevicesRequest(), timeout=10)
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


class Streams(unittest.TestCase):
    """An upstream that sends events, as the test says."""

    def setUp(self):
        self.go_on = threading.Semaphore(0)
        self.closed = threading.Event()
        with contextlib.ExitStack() as stack:
            server = stack.enter_context(RawServer(self.behave))
            made = Setup(stack, f"http://127.0.0.1:{server.port}")
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
