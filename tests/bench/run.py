#!/usr/bin/env python3
"""Every benchmark: signing, decoding, encoding, the whole path. One command:

    tests/bench/run.py [--quick] [--json FILE]

Each figure is a ratio to a floor that is measured beside it in the same run,
in turns, since machines are noisy; the median of the rounds counts. Needs what
tests/run.sh installs and builds."""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys

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

import floors  # noqa: E402
import misses  # noqa: E402


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
    **misses.BOUNDS,
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


def whole_path(rounds, calls):
    """CPU of the gateway a call, over two floors. The first is that of a bare
    raw-callback gRPC server with the same reply and trailers, plus that of a
    bare curl loop that is handed each request by another thread: no process
    pays for both. The second is one process that does both, a call through each
    loop in turn: what is above that is tcgate's own."""
    with floors.upstream() as up:
        ours, edge, hop, both = [], [], [], []
        with floors.Gateway(up) as gateway, floors.bare_server(up) as bare, \
                floors.bare_server(up, hop=True) as path:
            targets = [(gateway.grpc, gateway.gateway_pid(), ours),
                       (bare[0], bare[1], edge), (path[0], path[1], both)]
            for address, _, _ in targets:
                floors.load(address, up.request, calls // 10, 4, 16)  # Warm.
            for _ in range(rounds):
                for address, pid, spent in targets:
                    before = floors.cpu_seconds(pid)
                    measured = floors.load(address, up.request, calls, 4, 16)
                    spent.append((floors.cpu_seconds(pid) - before) / calls * 1e6)
                    if spent is ours:
                        last = measured
                hop.append(curl_floor(up, calls))
    separate = [a / (b + c) for a, b, c in zip(ours, edge, hop)]
    together = [a / b for a, b in zip(ours, both)]
    yield "whole call", {
        "ratio": statistics.median(separate), "rounds": separate,
        "us": statistics.median(ours), "bare_grpc_us": statistics.median(edge),
        "bare_curl_us": statistics.median(hop), "reply_bytes": up.reply_bytes,
        "per_second": last["per_second"], "p50_us": last["p50_us"],
        "p99_us": last["p99_us"]}
    yield "whole call, own", {
        "ratio": statistics.median(together), "rounds": together,
        "floor_us": statistics.median(both)}


def curl_floor(up, calls):
    done = subprocess.run(
        [BUILD / "tests/bench/http_floor", "--url", up.url + "/", "--ca", up.ca,
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
    results.update(misses.measure(options.quick))

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
    misses.explain(results)
    print(f"all figures: {options.json}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
