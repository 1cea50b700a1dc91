#!/usr/bin/env python3
"""Every benchmark: signing, decoding, encoding, the whole path. One command:

    tests/bench/run.py [--quick] [--json FILE]

Each figure is a ratio to a floor that is measured beside it in the same run,
in turns, since machines are noisy; the median of the rounds counts. Needs what
tests/run.sh installs and builds."""

import argparse
import contextlib
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build/release"
sys.path.insert(0, str(ROOT / "tests/support/python"))
os.environ.setdefault("TCGATE_BIN", str(BUILD / "tcgate"))



def use_prepared_python():
    """Starts again under the Python that tests/clients.sh prepared."""
    settings = dict(
        line.split("=", 1)
        for line in (ROOT / "build/clients.env").read_text().splitlines())
    python = settings["TCGATE_PYTHON"]
    # A virtual environment's Python is a link to the system's: prefixes differ.
    if pathlib.Path(sys.prefix) != pathlib.Path(python).parents[1]:
        os.execv(python, [python, *sys.argv])


use_prepared_python()

import tcgate_harness as harness  # noqa: E402

METHOD = "/tencentcloudapi.trro.v20220325.TrroService/GetDevices"
CONNECTIONS, STREAMS = 4, 16  # 64 calls in flight.
TICK = os.sysconf("SC_CLK_TCK")

# What the ratio is, how it reads, and the bound it has to keep.
BOUNDS = {
    "sign 1 KiB": ("times the bare hashes", "<=", 1.5),
    "decode 1 KB": ("times as fast as nlohmann + setters", ">=", 8.0),
    "decode 100 KB": ("times as fast as nlohmann + setters", ">=", 9.0),
    "encode 61 B": ("times as fast as ParseFromString + MessageToJsonString",
                    ">=", 8.0),
    "whole call": ("times the CPU of bare gRPC + bare curl, two processes",
                   "<=", 1.2),
    "whole call, own": ("times the CPU of the same two in one process",
                        "<=", 1.2),
}


def micro(program, pairs, rounds):
    """Ratios of Google Benchmark pairs {name: (ours, floor, faster)}."""
    done = subprocess.run(
        [BUILD / "tests/bench" / program, "--benchmark_format=json",
         f"--benchmark_repetitions={rounds}",
         "--benchmark_enable_random_interleaving=true",
         "--benchmark_min_time=0.1"],
        check=True, capture_output=True, text=True)
    times = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        if row.get("run_type") == "iteration":
            name = row["run_name"].split("/")[0]
            times.setdefault(name, []).append(row["cpu_time"])
    medians = {name: statistics.median(t) for name, t in times.items()}
    for what, (ours, floor, faster) in pairs.items():
        a, b = medians[ours], medians[floor]
        yield what, {"ratio": b / a if faster else a / b,
                     "ns": a, "floor_ns": b}


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
events {{ worker_connections 1024; }}
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


def load(address, request, calls):
    done = subprocess.run(
        [BUILD / "tests/bench/grpc_load", address, METHOD, request,
         str(calls), str(CONNECTIONS), str(STREAMS)],
        check=True, capture_output=True, text=True)
    return json.loads(done.stdout)


def whole_path(rounds, calls):
    """CPU of the gateway a call, over two floors. The first is that of a bare
    raw-callback gRPC server with the same reply and trailers, plus that of a
    bare curl loop that is handed each request by another thread: no process
    pays for both. The second is one process that does both, a call through each
    loop in turn: what is above that is tcgate's own."""
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
        request = folder / "request"
        request.write_bytes(messages.GetDevicesRequest(
            page_num=1, page_size=10, project_id="f3glr49ry0i0xlm7"
        ).SerializeToString())
        (folder / "wire").write_bytes(wire)
        ours, edge, hop, both = [], [], [], []
        wire_file = folder / "wire"
        with nginx(folder, certificate, key, reply) as url, \
                harness.Tcgate(config=harness.config(url, ca, age="20s")
                               ) as gateway, \
                bare_server(wire_file) as bare, \
                bare_server(wire_file, url + "/", ca) as path:
            targets = [(gateway.grpc, gateway.gateway_pid(), ours),
                       (bare[0], bare[1], edge), (path[0], path[1], both)]
            for address, _, _ in targets:
                load(address, request, calls // 10)  # Warm.
            for _ in range(rounds):
                for address, pid, spent in targets:
                    before = cpu_seconds(pid)
                    measured = load(address, request, calls)
                    spent.append((cpu_seconds(pid) - before) / calls * 1e6)
                    if spent is ours:
                        last = measured
                hop.append(curl_floor(url, ca, calls))
    separate = [a / (b + c) for a, b, c in zip(ours, edge, hop)]
    together = [a / b for a, b in zip(ours, both)]
    yield "whole call", {
        "ratio": statistics.median(separate), "rounds": separate,
        "us": statistics.median(ours), "bare_grpc_us": statistics.median(edge),
        "bare_curl_us": statistics.median(hop), "reply_bytes": len(reply),
        "per_second": last["per_second"], "p50_us": last["p50_us"],
        "p99_us": last["p99_us"]}
    yield "whole call, own", {
        "ratio": statistics.median(together), "rounds": together,
        "floor_us": statistics.median(both)}


@contextlib.contextmanager
def bare_server(wire_file, *upstream):
    """Yields (address, pid) of a bare gRPC server; see bare_server.cc."""
    process = subprocess.Popen(
        [BUILD / "tests/bench/bare_server", METHOD, wire_file, *upstream],
        stdout=subprocess.PIPE, text=True)
    try:
        yield f"127.0.0.1:{process.stdout.readline().strip()}", process.pid
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def curl_floor(url, ca, calls):
    done = subprocess.run(
        [BUILD / "tests/bench/http_floor", "--url", url + "/", "--ca", ca,
         "--requests", str(calls), "--in-flight", "64", "--body-bytes", "64"],
        check=True, capture_output=True, text=True)
    return json.loads(done.stdout)["cpu_us_per_request"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true",
                        help="few rounds: to see that everything runs")
    parser.add_argument("--json", type=pathlib.Path,
                        default=ROOT / "build/bench.json",
                        help="where the figures go (build/bench.json)")
    options = parser.parse_args()
    rounds, calls = (3, 20000) if options.quick else (9, 100000)

    results = dict(micro("sign_bench", {
        "sign 1 KiB": ("Sign1K", "FloorSign1K", False)}, rounds))
    results.update(micro("codec_bench", {
        "decode 1 KB": ("Decode1K", "FloorDecode1K", True),
        "decode 100 KB": ("Decode100K", "FloorDecode100K", True),
        "encode 61 B": ("Encode", "FloorEncode", True)}, rounds))
    results.update(whole_path(rounds, calls))

    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n")
    print(f"{'what':<16} {'ratio':>6}  bound")
    kept = True
    for what, (reads, sense, bound) in BOUNDS.items():
        ratio = results[what]["ratio"]
        good = ratio <= bound if sense == "<=" else ratio >= bound
        kept = kept and good
        print(f"{what:<16} {ratio:6.2f}  {sense} {bound} {reads}"
              + ("" if good else "   MISSED"))
    whole = results["whole call"]
    print(f"\nwhole call: {whole['us']:.1f} us of CPU; bare gRPC "
          f"{whole['bare_grpc_us']:.1f}, bare curl {whole['bare_curl_us']:.1f}, "
          f"both in one process {results['whole call, own']['floor_us']:.1f};"
          f" {whole['per_second']:.0f} calls/s, p50 {whole['p50_us']:.0f} us, "
          f"p99 {whole['p99_us']:.0f} us")
    print(f"all figures: {options.json}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
