#!/usr/bin/env python3
"""An upstream closes connections that were idle for 2 s. A burst of reads and
writes after a longer pause meets none of them: every call succeeds, and every
request reaches upstream once."""

import collections
import concurrent.futures
import http.server
import json
import ssl
import sys
import threading
import time
import unittest

import grpc

import tcgate_harness as harness
from tcgate_actions import READS, WRITES, Action

KEEP_ALIVE_S = 2
# Longer than that; the last also than the 5 s that a write's connection may
# have been idle for.
PAUSES_S = (2.05, 2.5, 5.5)
EACH = 3  # Calls of each action in a burst, far below its limit.
# So that a read is a request, however equal.
NO_STORE = (("tcgate-cache-control", "no-cache"),)


class Upstream(http.server.ThreadingHTTPServer):
    """Answers everything over TLS and remembers (action, body)."""

    daemon_threads = True
    request_queue_size = 128  # A burst opens as many connections.

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = KEEP_ALIVE_S
        disable_nagle_algorithm = True

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.server.seen.append((self.headers["X-TC-Action"], body))
            self.server.connections.add(self.client_address)
            reply = b'{"Response":{"RequestId":"r"}}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(reply)))
            self.end_headers()
            self.wfile.write(reply)

        def log_message(self, *_):
            pass

    def __init__(self, certificate, key):
        super().__init__(("127.0.0.1", 0), self.Handler)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.seen, self.connections = [], set()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def get_request(self):
        connection, peer = super().get_request()
        # The handshake is that of the connection's own thread.
        return self.context.wrap_socket(
            connection, server_side=True,
            do_handshake_on_connect=False), peer

    def handle_error(self, *_):
        pass  # A client that is gone.

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class Idle(unittest.TestCase):
    def burst(self, channel, first):
        """Every call at one time. Returns what did not end well."""
        actions = [Action(label) for label in READS + WRITES]
        failed = collections.Counter()
        waiting = [(action, action.on(channel).future(
            action.request(first + number), timeout=20,
            metadata=NO_STORE if action.label in READS else ()))
            for number in range(EACH) for action in actions]
        for action, call in waiting:
            try:
                call.result()
            except grpc.RpcError as error:
                failed[f"{action.label}: {error.code()} {error.details()}"] += 1
        return len(waiting), failed

    def test_a_burst_after_a_pause(self):
        with harness.certificates() as (ca, certificate, key), \
                Upstream(certificate, key) as upstream, \
                harness.Tcgate(config=harness.config(
                    f"https://127.0.0.1:{upstream.server_address[1]}", ca)
                    ) as gateway, \
                grpc.insecure_channel(gateway.grpc) as channel:
            self.check(upstream, channel, 0, 1)
            for number, pause in enumerate(PAUSES_S, 2):
                time.sleep(pause)
                self.check(upstream, channel, pause, number * 1000)

    def check(self, upstream, channel, pause, first):
        upstream.seen.clear()
        upstream.connections.clear()
        made, failed = self.burst(channel, first)
        seen = collections.Counter(action for action, _ in upstream.seen)
        writes = [body for action, body in upstream.seen
                  if any(label.endswith("." + action) for label in WRITES)]
        print(f"  after {pause} s: {made} calls, {sum(failed.values())} failed; "
              f"{seen.total()} requests on {len(upstream.connections)} "
              f"connections, {len(writes) - len(set(writes))} writes twice",
              file=sys.stderr)
        self.assertEqual(failed, {})
        self.assertEqual(set(seen.values()), {EACH}, seen)
        self.assertEqual(len(set(writes)), len(writes))


if __name__ == "__main__":
    sys.exit(unittest.main())
