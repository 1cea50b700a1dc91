"""A real Envoy in front of gateways, both with the configurations of
deploy/envoy/: only ports, paths, keys and the upstream are a test's."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import grpc
import yaml

import tcgate_harness as harness
from tcgate_authority import Authority

FOLDER = harness.ROOT / "deploy" / "envoy"
CALLER = "spiffe://example.org/ns/robots/sa/console"


def free_port(address="127.0.0.1"):
    return {"socket_address": {"address": address, "port_value": 0}}


class Envoy:
    """A running Envoy in front of `upstreams`, addresses as Envoy writes them.
    Use it in a `with` statement.

    tls: a folder with tls.crt, tls.key and ca.crt.
    """

    def __init__(self, upstreams, tls):
        self.folder = tempfile.TemporaryDirectory()
        here = pathlib.Path(self.folder.name)
        for name in ("certificate.yaml", "authority.yaml", "envoy.yaml"):
            text = (FOLDER / name).read_text()
            text = text.replace("/etc/envoy/tls", str(tls))
            text = text.replace("/etc/envoy", str(here))
            (here / name).write_text(text)
        config = yaml.safe_load((here / "envoy.yaml").read_text())
        config["admin"]["address"] = free_port()
        static = config["static_resources"]
        static["listeners"][0]["address"] = free_port()
        static["clusters"][0]["load_assignment"]["endpoints"] = [
            {"lb_endpoints": [{"endpoint": {"address": a}}
                              for a in upstreams]}]
        (here / "envoy.yaml").write_text(yaml.safe_dump(config))
        self.stderr = here / "stderr"
        with open(self.stderr, "w") as errors:
            self.process = subprocess.Popen(
                [str(pathlib.Path(sys.executable).parent / "envoy"),
                 "-c", str(here / "envoy.yaml"), "--log-level", "warning",
                 "--concurrency", "1", "--disable-hot-restart",
                 "--admin-address-path", str(here / "admin")],
                stdout=subprocess.DEVNULL, stderr=errors,
                env={"PATH": os.environ["PATH"]})
        try:
            self.admin = self._wait(lambda: (here / "admin").read_text())
            # A listener opens once the health of the upstreams is known.
            self._wait(lambda: self.get("/ready").strip() == "LIVE")
            listeners = json.loads(self.get("/listeners?format=json"))
            port = listeners["listener_statuses"][0]["local_address"][
                "socket_address"]["port_value"]
            self.grpc = f"127.0.0.1:{port}"
        except BaseException:
            self.__exit__()
            raise

    def _wait(self, ask):
        deadline = time.monotonic() + harness.START_SECONDS
        while True:
            try:
                answer = ask()
                if answer:
                    return answer
            except OSError:
                pass
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError("envoy: " + self.stderr.read_text())
            time.sleep(0.05)

    def get(self, path):
        with urllib.request.urlopen(f"http://{self.admin}{path}",
                                    timeout=10) as reply:
            return reply.read().decode()

    def stat(self, name):
        """A counter or gauge of the statistics of the one cluster."""
        stats = json.loads(self.get(
            f"/stats?format=json&filter=^cluster.tcgate.{name}$"))["stats"]
        return sum(s.get("value", 0) for s in stats)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.folder.cleanup()


def gateway_config(socket, url):
    """deploy/envoy/tcgate.yaml with a test's socket, key and upstream."""
    config = yaml.safe_load((FOLDER / "tcgate.yaml").read_text())
    config["listen"] = [{"address": f"unix:{socket}"}]
    config["proxies"] = [{"unix": str(socket)}]
    config["accounts"]["default"].update(
        credentials={"environment": {}}, endpoint={"url": url})
    config["callers"][0]["actions"] = ["*"]
    config["admin"] = {"address": "127.0.0.1:0"}
    config["drain"] = {"max_connection_age": "2s"}
    return yaml.safe_dump(config)


class Site:
    """Gateways in front of one upstream, an Envoy in front of them, and a
    caller with a certificate. Closed by `stack`."""

    def __init__(self, stack, url, key=None, gateways=1):
        folder = pathlib.Path(
            stack.enter_context(tempfile.TemporaryDirectory()))
        sockets = [folder / f"{n}.sock" for n in range(gateways)]
        self.gateways = [
            stack.enter_context(
                harness.Tcgate(config=gateway_config(socket, url), env=key))
            for socket in sockets]
        self.authority = stack.enter_context(Authority())
        self.server = self.authority.issue("envoy", dns="localhost")
        self.envoy = stack.enter_context(Envoy(
            [{"pipe": {"path": str(s)}} for s in sockets], self.server))
        self.channel = stack.enter_context(self.connect(CALLER))

    def connect(self, spiffe):
        """A channel as a caller has it, but for gRPC's own repeats."""
        folder = self.authority.issue("caller", spiffe=spiffe)
        return grpc.secure_channel(
            self.envoy.grpc,
            self.authority.credentials(folder, certificate=bool(spiffe)),
            [("grpc.ssl_target_name_override", "localhost"),
             ("grpc.enable_retries", 0),
             ("grpc.use_local_subchannel_pool", 1)])
