"""Starts real programs for tests: tcgate, with its addresses read from what it
prints, and what a test needs around it: certificates and generated stubs."""

import contextlib
import importlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[3]
SECRET_ID = "AKIDtestTESTtestTESTtestTESTtestTEST"
# No 12 characters of it may stand in a table of digits.
SECRET_KEY = "vG7qXw2LtRz9KdPm4YbNs8HcJf5TuAe3"
START_SECONDS = 30  # Sanitizers start slowly.


def binary():
    return os.environ["TCGATE_BIN"]


def wait_until(true, seconds=20):
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def sanitized():
    """Whether the program keeps what it freed, for a sanitizer to find: then
    its memory says nothing."""
    return "/build/asan/" in binary()


class Tcgate:
    """A running `tcgate serve`. Use it in a `with` statement.

    config: text of a configuration file, or None.
    args: further arguments.
    command: the program and its first arguments, where it is started by others.
    """

    def __init__(self, *args, config=None, env=None, key=True, command=None,
                 preexec=None):
        self.folder = tempfile.TemporaryDirectory()
        command = list(command or [binary(), "serve"])
        if config is not None:
            path = pathlib.Path(self.folder.name, "tcgate.yaml")
            path.write_text(config)
            command += ["--config", str(path)]
        command += list(args)
        environment = dict(os.environ)
        if key:
            environment.update(TENCENTCLOUD_SECRET_ID=SECRET_ID,
                               TENCENTCLOUD_SECRET_KEY=SECRET_KEY)
        environment.update(env or {})
        self.lines = []
        self._errors = open(pathlib.Path(self.folder.name, "stderr"), "w+")
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self._errors, text=True,
            env=environment, preexec_fn=preexec)
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.grpc = self.admin = self.sandbox = None
        try:
            self.grpc = self._address("grpc")
            self.admin = self._address("admin")
            if "--sandbox" in args:
                self.sandbox = self._address("sandbox")
        except Exception:
            self.process.kill()
            raise

    def _read(self):
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self.lines.append(None)
            self._changed.notify_all()

    def _address(self, what):
        pattern = re.compile(rf"tcgate: {what} listening on (\S+)")
        line = self.wait_for_line(lambda l: pattern.match(l))
        return pattern.match(line)[1]

    def wait_for_line(self, accept, seconds=START_SECONDS):
        """Returns the first printed line that `accept` takes."""
        deadline = time.monotonic() + seconds
        with self._changed:
            seen = 0
            while True:
                for line in self.lines[seen:]:
                    seen += 1
                    if line is None:
                        raise AssertionError(
                            "tcgate ended early: " + self.errors())
                    if accept(line):
                        return line
                left = deadline - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise AssertionError("no such line; " + self.errors())

    def log(self):
        """The access log so far, parsed."""
        with self._changed:
            return [json.loads(l) for l in self.lines if l and l[0] == "{"]

    def wait_for_log(self, accept):
        line = self.wait_for_line(
            lambda l: l.startswith("{") and accept(json.loads(l)))
        return json.loads(line)

    def errors(self):
        self._errors.flush()
        return pathlib.Path(self._errors.name).read_text()

    def get(self, path):
        url = f"http://{self.admin}{path}"
        with urllib.request.urlopen(url, timeout=10) as reply:
            return reply.read().decode()

    def gateway_pid(self):
        """The process that parses the network: the child of the keeper."""
        pid = self.process.pid
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
        return int(children.read_text().split()[0])

    def memory_mb(self):
        status = pathlib.Path(f"/proc/{self.gateway_pid()}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def cpu_seconds(self):
        stat = pathlib.Path(f"/proc/{self.gateway_pid()}/stat").read_text()
        user, system = stat.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    def stop(self, seconds=60):
        """SIGTERM; returns the exit code."""
        if self.process.poll() is None:
            self.process.terminate()
        return self.process.wait(seconds)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            if self.process.poll() is None:
                self.process.terminate()
                try:
                    self.process.wait(40)
                except subprocess.TimeoutExpired:
                    self.process.kill()
                    self.process.wait()
            self._reader.join(10)
        finally:
            self.process.stdout.close()
            self._errors.close()
            self.folder.cleanup()


def config(endpoint, ca_file=None, age="2s", extra=""):
    """A configuration with one account whose endpoint is a test's server."""
    ca = f", ca_file: {ca_file}" if ca_file else ""
    return f"""
listen: [{{address: "127.0.0.1:0"}}]
admin: {{address: "127.0.0.1:0"}}
accounts:
  default:
    site: mainland
    region: ap-guangzhou
    credentials: {{environment: {{}}}}
    endpoint: {{url: "{endpoint}"{ca}}}
callers:
  - match: {{anonymous: true}}
    account: default
    actions: ["*"]
drain: {{max_connection_age: {age}}}
{extra}
"""


@contextlib.contextmanager
def certificates():
    """A throw-away CA and a certificate of 127.0.0.1 and localhost signed by
    it. Yields (ca, certificate, key) paths."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)

        def openssl(*args):
            subprocess.run(["openssl", *args], check=True, cwd=folder,
                           capture_output=True)

        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
                   "-nodes"]
        openssl("req", "-x509", *new_key, "-keyout", "ca.key", "-out", "ca.pem",
                "-days", "2", "-subj", "/CN=test CA")
        openssl("req", *new_key, "-keyout", "key.pem", "-out", "csr.pem",
                "-subj", "/CN=localhost")
        (folder / "san").write_text(
            "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
        openssl("x509", "-req", "-in", "csr.pem", "-CA", "ca.pem", "-CAkey",
                "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "san",
                "-out", "cert.pem")
        yield folder / "ca.pem", folder / "cert.pem", folder / "key.pem"


def stubs(name):
    """Generates Python stubs of proto/ as a caller would, and returns the
    modules (messages, stubs) of a product such as
    `tencentcloudapi.trro.v20220325.trro`."""
    out = ROOT / "build" / "python-stubs"
    stamp = out / "stamp"
    protos = sorted((ROOT / "proto").rglob("*.proto"))
    newest = max(p.stat().st_mtime for p in protos)
    if not stamp.exists() or stamp.stat().st_mtime < newest:
        from grpc_tools import protoc
        out.mkdir(parents=True, exist_ok=True)
        include = pathlib.Path(protoc.__file__).parent / "_proto"
        with tempfile.TemporaryDirectory(dir=out.parent) as fresh:
            code = protoc.main(
                ["protoc", f"-I{ROOT / 'proto'}", f"-I{include}",
                 f"--python_out={fresh}", f"--grpc_python_out={fresh}"]
                + [str(p) for p in protos])
            assert code == 0
            for made in pathlib.Path(fresh).rglob("*.py"):
                place = out / made.relative_to(fresh)
                place.parent.mkdir(parents=True, exist_ok=True)
                os.replace(made, place)
        stamp.touch()
    if str(out) not in sys.path:
        sys.path.insert(0, str(out))
    return (importlib.import_module(name + "_pb2"),
            importlib.import_module(name + "_pb2_grpc"))


def sandbox(gateway, what, body=None):
    """Asks the sandbox's control: `faults` with a list, `stats`, `reset`,
    `limits` with {"enabled": ...}."""
    import ssl
    context = ssl._create_unverified_context()  # Its CA is made at start.
    url = f"https://{gateway.sandbox}/_sandbox/{what}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        url, data=data, headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=10, context=context) as reply:
        return json.loads(reply.read() or b"null")


class Sandbox:
    """A running `tcgate sandbox`, over plain HTTP unless `tls`; `ca_file` is
    then the authority to trust.

    args: further arguments, such as --no-limits for a load.
    address: where it listens.
    """

    def __init__(self, *args, tls=False, address="127.0.0.1:0"):
        self.key = {"TENCENTCLOUD_SECRET_ID": SECRET_ID,
                    "TENCENTCLOUD_SECRET_KEY": SECRET_KEY}
        self._folder = tempfile.TemporaryDirectory()
        self.ca_file = os.path.join(self._folder.name, "ca.pem") if tls else ""
        more = ["--tls", "--ca-out", self.ca_file] if tls else []
        self.process = subprocess.Popen(
            [binary(), "sandbox", "--listen", address,
             "--secret-id", SECRET_ID, "--secret-key", SECRET_KEY, *more, *args],
            stdout=subprocess.PIPE, text=True)
        for line in self.process.stdout:
            match = re.match(r"tcgate: sandbox listening on (\S+)", line)
            if match:
                self.address = match[1]
                self.url = f"{'https' if tls else 'http'}://{self.address}"
                break
        self._reader = threading.Thread(target=self.process.stdout.read,
                                        daemon=True)
        self._reader.start()

    def control(self, what, body=None):
        import ssl
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(
            f"{self.url}/_sandbox/{what}", data=data)
        context = (ssl.create_default_context(cafile=self.ca_file)
                   if self.ca_file else None)
        with urllib.request.urlopen(request, timeout=10,
                                    context=context) as reply:
            return json.loads(reply.read() or b"null")

    def stop(self):
        """Ends the process: its address is nobody's then."""
        self.process.terminate()
        self.process.wait(20)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()
        self._reader.join(10)
        self.process.stdout.close()
        self._folder.cleanup()
