#!/usr/bin/env python3
"""An action that streams, through the whole program: events in order and as
they come, an upstream that waits for a slow client, every way to end."""

import json
import select
import socket
import ssl
import statistics
import sys
import threading
import time
import unittest

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trtc.v20190722.trtc")
Code = grpc.StatusCode
ID = "456e7890-e12b-34d5-a678-426614174000"
HEAD = (b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
        b"X-TC-RequestId: " + ID.encode() + b"\r\n"
        b"Transfer-Encoding: chunked\r\n\r\n")
END = b"0\r\n\r\n"
QUIET = 1  # Seconds without an event, of gateways that are to give up.


def chunk(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


def event(seq, audio="", **more):
    body = {"Type": "chunk", "RequestId": ID, "ChunkId": f"chunk_{seq}",
            "Audio": audio, "Seq": seq, "IsEnd": False, **more}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def error_event(code, message):
    body = {"Type": "error", "RequestId": ID,
            "Error": {"Code": code, "Message": message}}
    return b"data: " + json.dumps(body).encode() + b"\n\n"


def answer(*parts):
    """A server that sends these events and a proper end."""
    def behave(connection, _):
        connection.sendall(HEAD + b"".join(map(chunk, parts)) + END)
    return behave


def wait_for_close(connection):
    """When the other side closed, or None after 20 s."""
    if not select.select([connection], [], [], 20)[0]:
        return None
    try:
        connection.recv(1)
    except ConnectionError:
        pass
    return time.monotonic()


class Gateway:
    """A gateway in front of a server that behaves so."""

    def __init__(self, behave, tls=None, **config):
        self.server = RawServer(behave, tls and tls[1])
        scheme, ca = ("https", tls[0]) if tls else ("http", None)
        self.tcgate = harness.Tcgate(config=harness.config(
            f"{scheme}://127.0.0.1:{self.server.port}", ca, **config))
        self.channel = grpc.insecure_channel(self.tcgate.grpc, options=[
            ("grpc.use_local_subchannel_pool", 1)])
        self.stub = STUBS.TrtcServiceStub(self.channel)

    def speak(self, timeout=None):
        return self.stub.TextToSpeechSSE(
            MESSAGES.TextToSpeechSSERequest(text="text", sdk_app_id=1),
            timeout=timeout)

    def end(self):
        """Makes a call and returns (events, its error or None)."""
        call, events = self.speak(20), []
        try:
            for message in call:
                events.append(message)
        except grpc.RpcError as error:
            return events, error
        return events, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.channel.close()
        self.tcgate.__exit__()
        self.server.__exit__()


def idle(seconds=QUIET):
    return {"extra": f"limits: {{stream_idle: {seconds}s}}"}


class Streams(unittest.TestCase):
    def check_slow_reader(self, tls):
        events, size = 1000, 64 * 1024  # Far more than all buffers hold.
        sent = [0]

        def behave(connection, _):
            connection.sendall(HEAD)
            for seq in range(events):
                connection.sendall(chunk(event(seq, "x" * size)))
                sent[0] += 1
            connection.sendall(END)

        with Gateway(behave, tls, **idle()) as gateway:
            before = gateway.tcgate.memory_mb()
            call = gateway.speak()
            self.assertEqual(next(call).seq, 0)
            seen = -1
            while seen != sent[0]:
                seen = sent[0]
                time.sleep(QUIET + 0.5)  # More than an upstream may be quiet.
            self.assertLess(seen, events // 2, "the server was not stopped")
            held = gateway.tcgate.cpu_seconds()
            time.sleep(1)
            spent = gateway.tcgate.cpu_seconds() - held
            self.assertLess(spent, 0.2, "spins while it waits")
            most = gateway.tcgate.memory_mb()
            for seq in range(1, events):
                message = next(call)
                self.assertEqual(message.seq, seq)
                self.assertEqual(len(message.audio), size)
                if seq % 100 == 0:
                    most = max(most, gateway.tcgate.memory_mb())
            self.assertIsNone(next(call, None))
            self.assertEqual(call.code(), Code.OK)
            print(f"  stopped after {seen} of {events} events; memory grew by "
                  f"{most - before:.1f} MB of {events * size >> 20} MB",
                  flush=True)
            if not harness.sanitized():
                self.assertLess(most - before, 24)
            line = gateway.tcgate.wait_for_log(lambda l: "events" in l)
            self.assertEqual(line["events"], events)
            self.assertGreater(line["reply_bytes"], events * size)

    def test_a_slow_reader_stops_the_upstream(self):
        self.check_slow_reader(None)

    def test_a_slow_reader_stops_the_upstream_over_tls(self):
        with harness.certificates() as (ca, certificate, key):
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate, key)
            self.check_slow_reader((ca, context))

    def test_events_arrive_as_they_are_sent(self):
        go = threading.Semaphore(0)

        def behave(connection, _):
            connection.sendall(HEAD)
            for seq in range(3):
                go.acquire(timeout=20)
                connection.sendall(chunk(event(seq)))
            connection.sendall(END)

        with Gateway(behave) as gateway:
            call = gateway.speak(20)
            for seq in range(3):
                go.release()
                message = next(call)
                self.assertEqual(message.seq, seq)
                self.assertEqual(message.chunk_id, f"chunk_{seq}")
            self.assertIsNone(next(call, None))
            trailers = dict(call.trailing_metadata())
            self.assertEqual(trailers["tc-request-id"], ID)
            self.assertEqual(trailers["tcgate-attempts"], "1")

    def test_a_cancelled_call_closes_the_socket_within_100_ms(self):
        closed = []
        done = threading.Event()

        def behave(connection, _):
            connection.sendall(HEAD + b"".join(
                chunk(event(seq)) for seq in range(10)))
            closed.append(wait_for_close(connection))
            done.set()

        with Gateway(behave) as gateway:
            took = []
            for _ in range(9):
                done.clear()
                call = gateway.speak()
                for seq in range(10):
                    self.assertEqual(next(call).seq, seq)
                cancelled = time.monotonic()
                call.cancel()
                self.assertTrue(done.wait(20))
                took.append(closed[-1] - cancelled)
            print(f"  median {statistics.median(took) * 1000:.1f} ms, most "
                  f"{max(took) * 1000:.1f} ms", flush=True)
            # The median: the machine may be busy.
            self.assertLess(statistics.median(took), 0.1)
            line = gateway.tcgate.wait_for_log(lambda l: "events" in l)
            self.assertEqual(line["code"], "CANCELLED")
            self.assertEqual(line["events"], 10)

    def test_a_reader_that_stops_and_leaves_frees_the_upstream(self):
        closed = threading.Event()

        def behave(connection, _):
            try:
                connection.sendall(HEAD)
                while True:
                    connection.sendall(chunk(event(0, "x" * 65536)))
            except OSError:
                closed.set()

        with Gateway(behave) as gateway:
            call = gateway.speak()
            next(call)
            time.sleep(0.5)
            gateway.channel.close()  # As when the client's process ends.
            self.assertTrue(closed.wait(10))

    def test_an_error_event_is_a_status(self):
        code = "LimitExceeded.ConcurrencyLimit"
        with Gateway(answer(event(0), error_event(code, "Too many."),
                            event(1))) as gateway:
            events, error = gateway.end()
            self.assertEqual([e.seq for e in events], [0])
            self.assertEqual(error.code(), Code.RESOURCE_EXHAUSTED)
            self.assertEqual(error.details(), "Too many.")
            seen = details(error)
            self.assertEqual(seen.domain, "tencentcloudapi.com")
            self.assertEqual(seen.reason, code)
            self.assertEqual(seen.request_id, ID)
            self.assertIsNone(seen.retry_delay)  # It has partly run.

    def test_an_error_that_leaves_a_write_unknown(self):
        with Gateway(answer(event(0), error_event(
                "InternalError", "internal error message"))) as gateway:
            _, error = gateway.end()
            self.assertEqual(error.code(), Code.UNKNOWN)
            seen = details(error)
            self.assertEqual(seen.reason, "OUTCOME_UNKNOWN")
            self.assertEqual(seen.metadata["vendor_code"], "InternalError")

    def test_an_error_before_the_stream(self):
        body = json.dumps({"Response": {"RequestId": ID, "Error": {
            "Code": "InvalidParameter.VoiceId",
            "Message": "Voice ID 'fake' not found."}}}).encode()

        def behave(connection, _):
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body))

        with Gateway(behave) as gateway:
            events, error = gateway.end()
            self.assertEqual(events, [])
            self.assertEqual(error.code(), Code.INVALID_ARGUMENT)
            self.assertEqual(details(error).reason, "InvalidParameter.VoiceId")
            self.assertEqual(details(error).request_id, ID)

    def check_unknown(self, error, cause):
        """A write that may have run, and never UNAVAILABLE."""
        self.assertEqual(error.code(), Code.UNKNOWN)
        self.assertEqual(details(error).reason, "OUTCOME_UNKNOWN")
        self.assertEqual(details(error).metadata["cause"], cause)

    def test_a_stream_that_is_cut(self):
        def behave(connection, _):
            connection.sendall(HEAD + chunk(event(0)) + chunk(event(1))[:-20])

        with Gateway(behave) as gateway:
            events, error = gateway.end()
            self.assertEqual([e.seq for e in events], [0])
            self.check_unknown(error, "UPSTREAM_BROKEN")
            self.assertEqual(details(error).request_id, ID)
            self.assertEqual(gateway.server.requests, 1)

    def test_a_silent_upstream_ends_with_the_idle_limit(self):
        gone = []
        done = threading.Event()

        def behave(connection, _):
            connection.sendall(HEAD + chunk(event(0)))
            gone.append(wait_for_close(connection))
            done.set()

        with Gateway(behave, **idle()) as gateway:
            start = time.monotonic()
            events, error = gateway.end()
            took = time.monotonic() - start
            self.assertEqual(len(events), 1)
            self.check_unknown(error, "UPSTREAM_TIMEOUT")
            self.assertIn("stream_idle", error.details())
            self.assertGreaterEqual(took, QUIET)
            self.assertLess(took, QUIET + 5)
            self.assertTrue(done.wait(20))
            self.assertIsNotNone(gone[0])

    def test_comments_are_no_events(self):
        def behave(connection, _):
            connection.sendall(HEAD + chunk(event(0)))
            for _ in range(100):
                connection.sendall(chunk(b": keep\n\n"))
                time.sleep(0.1)

        with Gateway(behave, **idle()) as gateway:
            _, error = gateway.end()
            self.check_unknown(error, "UPSTREAM_TIMEOUT")

    def test_the_clients_deadline_holds(self):
        closed = threading.Event()

        def behave(connection, _):
            connection.sendall(HEAD + chunk(event(0)))
            wait_for_close(connection)
            closed.set()

        with Gateway(behave) as gateway:
            call = gateway.speak(timeout=0.5)
            next(call)
            with self.assertRaises(grpc.RpcError) as raised:
                next(call)
            self.assertEqual(raised.exception.code(), Code.DEADLINE_EXCEEDED)
            self.assertTrue(closed.wait(10))

    def test_a_body_cut_at_every_byte(self):
        body = (event(0) + b": x\r\n\r\nevent: chunk\r\nid: 1\r\n"
                + event(1).replace(b"\n", b"\r\n") + b"data: [DONE]\n\n")

        def behave(connection, _):
            connection.sendall(HEAD)
            for i in range(len(body)):
                connection.sendall(chunk(body[i:i + 1]))
            connection.sendall(END)

        with Gateway(behave) as gateway:
            events, error = gateway.end()
            self.assertIsNone(error)
            self.assertEqual([e.seq for e in events], [0, 1])

    def test_a_product_that_is_not_registered_streams_too(self):
        with Gateway(answer(event(0), event(1)),
                     extra="products: [trro]") as gateway:
            events, error = gateway.end()
            self.assertIsNone(error)
            self.assertEqual([e.seq for e in events], [0, 1])

    def test_what_cannot_be_reached_is_tried_again(self):
        with Gateway(answer(event(0))) as gateway:
            gateway.server.listener.shutdown(socket.SHUT_RDWR)
            events, error = gateway.end()
            self.assertEqual(events, [])
            self.assertEqual(error.code(), Code.UNAVAILABLE)
            self.assertEqual(details(error).reason, "UPSTREAM_UNREACHABLE")
            trailers = dict(error.trailing_metadata())
            self.assertGreater(int(trailers["tcgate-attempts"]), 1)

    def test_sigterm_ends_an_open_stream(self):
        def behave(connection, _):
            connection.sendall(HEAD + chunk(event(0)))
            wait_for_close(connection)

        with Gateway(behave, age="1s") as gateway:
            call = gateway.speak()
            next(call)
            start = time.monotonic()
            self.assertEqual(gateway.tcgate.stop(), 0)
            self.assertLess(time.monotonic() - start, 15)
            with self.assertRaises(grpc.RpcError) as raised:
                next(call)
            self.check_unknown(raised.exception, "SHUTTING_DOWN")


if __name__ == "__main__":
    sys.exit(unittest.main())
