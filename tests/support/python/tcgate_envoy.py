"""Starts a real Envoy with deploy/envoy/, its ports and paths replaced."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

import yaml

import tcgate_harness as harness

FOLDER = harness.ROOT / "deploy" / "envoy"


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
