"""An upstream that answers documented examples.

It checks each signature with the official SDK's own code, and the body against
what the documentation shows, and answers the documented reply."""

import datetime
import http.server
import json
import ssl
import threading

from tencentcloud.common.abstract_client import AbstractClient


class _Signed:
    """What the SDK's signing code reads of a request."""

    def __init__(self, method, headers, body):
        self.method = method
        self.uri = "/"
        self.data = body
        self.header = {
            "Content-Type": headers["Content-Type"],
            "Host": headers["Host"],
            "X-TC-Timestamp": headers["X-TC-Timestamp"],
        }


def authorization(secret_id, secret_key, product, method, headers, body):
    """The Authorization header that the official SDK would have sent."""
    date = datetime.datetime.fromtimestamp(
        int(headers["X-TC-Timestamp"]), datetime.timezone.utc
    ).strftime("%Y-%m-%d")
    client = AbstractClient.__new__(AbstractClient)
    signature = client._get_tc3_signature(
        None, _Signed(method, headers, body), date, product, secret_key)
    return (f"TC3-HMAC-SHA256 Credential={secret_id}/{date}/{product}/"
            f"tc3_request, SignedHeaders=content-type;host, "
            f"Signature={signature}")


class ReplayServer:
    """HTTPS on loopback. `expect(example)` sets what comes next; what was wrong
    with the request is in `faults` afterwards, and its body in `body`."""

    def __init__(self, certificate, key, secret_id, secret_key):
        self.example = None
        self.body = None
        self.faults = []
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                raw = self.rfile.read(size).decode()
                outer._check(self, raw, secret_id, secret_key)
                kind, reply = outer._reply()
                self.send_response(200)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(reply)))
                self.end_headers()
                self.wfile.write(reply)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(
            ("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(
            self._server.socket, server_side=True)
        self.url = f"https://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()

    def expect(self, example):
        self.example, self.body, self.faults = example, None, []

    def _reply(self):
        """Content type and body of the documented reply."""
        if "events" not in self.example:
            return "application/json", json.dumps(
                self.example["response"]).encode()
        return "text/event-stream", "".join(
            f"data: {json.dumps(event)}\n\n"
            for event in self.example["events"]).encode()

    def _check(self, request, raw, secret_id, secret_key):
        example, headers = self.example, request.headers
        self.body = json.loads(raw)

        def same(what, got, wanted):
            if got != wanted:
                self.faults.append(f"{what}: got {got!r}, wanted {wanted!r}")

        same("Authorization", headers["Authorization"], authorization(
            secret_id, secret_key, example["product"], "POST", headers, raw))
        same("path", request.path, "/")
        same("X-TC-Action", headers["X-TC-Action"], example["action"])
        same("X-TC-Version", headers["X-TC-Version"], example["version"])
        same("X-TC-Region", headers["X-TC-Region"], "ap-guangzhou")
        same("X-TC-Language", headers["X-TC-Language"], "en-US")
        same("Content-Type", headers["Content-Type"], "application/json")

    def close(self):
        self._server.shutdown()
        self._server.server_close()
