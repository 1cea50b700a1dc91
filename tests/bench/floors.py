"""What the benchmarks of the whole path measure beside the gateway: an upstream
that always answers the same, and the bare servers."""

import contextlib
import dataclasses
import json
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time

import tcgate_harness as harness

ROOT = pathlib.Path(__file__).resolve().parents[2]
BENCH = ROOT / "build/release/tests/bench"
# Actions that the vendor's limit does not hold up: every miss takes a slot.
PROTO = """
syntax = "proto3";
package tencentcloudapi.bench.v20240506;
import "tcgate/options/v1/options.proto";
import "tencentcloudapi/trro/v20220325/trro.proto";
service BenchService {
  option (tcgate.options.v1.product) = {
    code: "bench" version: "2024-05-06" international_host: "bench.example"
  };
  rpc Miss(tencentcloudapi.trro.v20220325.GetDevicesRequest)
      returns (tencentcloudapi.trro.v20220325.GetDevicesResponse) {
    option (tcgate.options.v1.action) = {
      effect: EFFECT_READ limit: {calls: 1000000}
    };
  }
  rpc Keep(tencentcloudapi.trro.v20220325.GetDevicesRequest)
      returns (tencentcloudapi.trro.v20220325.GetDevicesResponse) {
    option (tcgate.options.v1.action) = {
      effect: EFFECT_READ limit: {calls: 1000000} cache_ttl: {seconds: 86400}
    };
  }
}
"""
SERVICE = "/tencentcloudapi.bench.v20240506.BenchService/"
MISS, KEEP = SERVICE + "Miss", SERVICE + "Keep"
ALL_KEYS = 2**31 - 1
TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")")[1]
    user, system = fields.split()[11:13]
    return (int(user) + int(system)) / TICK


@contextlib.contextmanager
def nginx(folder, certificate, key, reply):
    """A constant upstream over TLS."""
    (folder / "nginx.conf").write_text(f"""
daemon off; pid {folder}/pid; error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 3600;
  client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:0 ssl; server_name localhost;
    ssl_certificate {certificate}; ssl_certificate_key {key};
    location / {{ default_type application/json; return 200 '{reply.decode()}'; }}
  }}
}}
""")
    # nginx cannot choose a port itself, so one is looked for.
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    conf = folder / "nginx.conf"
    conf.write_text(conf.read_text().replace("127.0.0.1:0", f"127.0.0.1:{port}"))
    process = subprocess.Popen(["/usr/sbin/nginx", "-c", conf, "-p", folder],
                               stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                socket.create_connection(("127.0.0.1", port)).close()
                break
            time.sleep(0.05)
        else:
            raise RuntimeError("nginx did not start")
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait()


@dataclasses.dataclass
class Upstream:
    """A running upstream, and what is said through it."""
    url: str
    ca: pathlib.Path
    folder: pathlib.Path   # For what else a benchmark writes.
    descriptors: pathlib.Path  # Of the service above.
    request: pathlib.Path  # Protobuf wire bytes; the last five are its page's.
    wire: pathlib.Path     # The reply as the gateway gives it.
    reply_bytes: int       # The reply as the upstream gives it.


@contextlib.contextmanager
def upstream():
    messages, _ = harness.stubs("tencentcloudapi.trro.v20220325.trro")
    device = {"DeviceId": "truck07", "DeviceName": "haul truck 7",
              "LicenseCount": 2, "RemainDay": 211, "ExpireTime": "1798675200",
              "Duration": "31536000", "LicenseIds": ["lic-0001", "lic-0002"],
              "MonthlyRemainTime": 1200, "LimitedTime": 6000}
    response = {"Devices": [device] * 4, "TotalCount": 4,
                "RequestId": "8979fc1e-9564-4fc9-bf7d-2958ce679b72"}
    from google.protobuf import json_format
    wire = json_format.ParseDict(
        response, messages.GetDevicesResponse()).SerializeToString()
    reply = json.dumps({"Response": response}, separators=(",", ":")).encode()
    with tempfile.TemporaryDirectory() as name, \
            harness.certificates() as (ca, certificate, key):
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        ca.parent.chmod(0o755)
        # The page last and at its longest: see grpc_load.cc.
        (folder / "request").write_bytes(messages.GetDevicesRequest(
            page_size=10, project_id="f3glr49ry0i0xlm7").SerializeToString()
            + b"\x08\x81\x80\x80\x80\x00")
        (folder / "wire").write_bytes(wire)
        with nginx(folder, certificate, key, reply) as url:
            yield Upstream(url, ca, folder, descriptors(folder),
                           folder / "request", folder / "wire", len(reply))


def descriptors(folder):
    from grpc_tools import protoc
    (folder / "bench.proto").write_text(PROTO)
    out = folder / "bench.binpb"
    include = pathlib.Path(protoc.__file__).parent / "_proto"
    assert protoc.main(
        ["protoc", f"-I{folder}", f"-I{ROOT / 'proto'}", f"-I{include}",
         "--include_imports", f"--descriptor_set_out={out}",
         "bench.proto"]) == 0
    return out


class Gateway:
    """`tcgate serve` with its defaults and the service above registered too.
    Standard output goes to `cat`: harness.Tcgate keeps each line of the log.
    Use it in a `with` statement.

    more: further keys of the configuration, as text.
    """

    def __init__(self, up, more=""):
        path = up.folder / "tcgate.yaml"
        path.write_text(harness.config(
            up.url, up.ca, age="20s",
            extra="products: [trro, trtc, bench]\n" + more))
        self.process = subprocess.Popen(
            [harness.binary(), "serve", "--config", path, "--descriptors",
             up.descriptors], stdout=subprocess.PIPE, bufsize=0,
            env=os.environ | {"TENCENTCLOUD_SECRET_ID": harness.SECRET_ID,
                              "TENCENTCLOUD_SECRET_KEY": harness.SECRET_KEY})
        self.grpc = self.admin = None
        while not (self.grpc and self.admin):
            line = self.process.stdout.readline().decode()
            match = re.match(r"tcgate: (\w+) listening on (\S+)", line)
            if match:
                setattr(self, match[1], match[2])
            elif not line:
                raise RuntimeError("tcgate did not start")
        self._reader = subprocess.Popen(["cat"], stdin=self.process.stdout,
                                        stdout=subprocess.DEVNULL)

    gateway_pid = harness.Tcgate.gateway_pid
    get = harness.Tcgate.get

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()
        self._reader.wait()
        self.process.stdout.close()


def paths():
    """Of every unary method that the gateway registers."""
    from tcgate.options.v1 import options_pb2
    for module in ("trro.v20220325.trro", "trtc.v20190722.trtc"):
        file = harness.stubs("tencentcloudapi." + module)[0].DESCRIPTOR
        for service in file.services_by_name.values():
            for method in service.methods:
                action = method.GetOptions().Extensions[options_pb2.action]
                if not action.sse:
                    yield f"/{service.full_name}/{method.name}"
    yield from (MISS, KEEP)


@contextlib.contextmanager
def bare_server(up, hop=False, path=MISS, wire=None, trailers=None, env=None):
    """Yields (address, pid) of a bare gRPC server that answers to all methods
    of the gateway; see bare_server.cc.

    hop: whether each call waits for a POST to the upstream.
    path: of a method that the gateway registers. wire, trailers: what is
    answered in place of a miss; trailers are pairs.
    """
    command = [BENCH / "bare_server", "--methods", up.folder / "methods"]
    (up.folder / "methods").write_text(
        "\n".join(p for p in paths() if p != path) + "\n")
    if trailers is not None:
        (up.folder / "trailers").write_text(
            "\n".join(" ".join(pair) for pair in trailers) + "\n")
        command += ["--trailers", up.folder / "trailers"]
    command += [path, wire or up.wire]
    if hop:
        command += [up.url + "/", up.ca]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True,
                               env=os.environ | (env or {}))
    try:
        yield f"127.0.0.1:{process.stdout.readline().strip()}", process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


_made = 0


def load(address, request, calls, connections, streams, path=MISS, keys=None):
    """Keeps connections x streams calls outstanding.

    keys: (how many different calls there are, the first one); see grpc_load.cc.
    None: every call is another, in all loads. (): all are equal.
    """
    global _made
    if keys is None:
        keys = (ALL_KEYS, _made)
        _made += calls
    done = subprocess.run(
        [BENCH / "grpc_load", address, path, request, str(calls),
         str(connections), str(streams), *map(str, keys)],
        check=True, capture_output=True, text=True)
    return json.loads(done.stdout)
