#!/usr/bin/env python3
"""What a hit of the cache costs. One command:

    tests/bench/hits.py [--quick] [--where] [--entries N,N,...] [--json FILE]

First beside a bare gRPC server that has the same methods registered and sends
the same bytes and the same trailers; in turns A, B, B, A in one run, since
machines are noisy; the median of the rounds counts. The gateway has its
defaults, and its access log goes to a pipe that is read. The allocator is the
gateway's for both.

Then the same for a call that is drawn among as many as the cache holds, up to a
million.

--where says which function of the gateway takes how long, by perf."""

import argparse
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

import run  # Starts again under the Python that tests/clients.sh prepared.
import grpc

import floors
import tcgate_callers as callers
import tcgate_harness as harness

MESSAGES, _ = harness.stubs("tencentcloudapi.trro.v20220325.trro")
TRRO = "/tencentcloudapi.trro.v20220325.TrroService/GetDevices"
CONNECTIONS, STREAMS = 4, 16  # 64 calls in flight.
# That of the gateway, for the bare server too.
ALLOCATOR = {"LD_PRELOAD": "libjemalloc.so.2",
             "MALLOC_CONF": "background_thread:true,dirty_decay_ms:1000"}

# What the ratio is, how it reads, and the bound it has to keep.
BOUNDS = {"per second": ("of the calls a second of bare gRPC", ">=", 0.85),
          "CPU a call": ("times its CPU", "<=", 1.2)}
# Between the dearest and the cheapest number of entries; chosen: what a larger
# memory costs by its caches alone.
FLAT = 1.1


class Turns:
    """Loads two servers in turns and keeps the figures of each."""

    def __init__(self, gateway, floor, up, calls, path, keys):
        self.targets = {"ours": (gateway.grpc, gateway.gateway_pid()),
                        "floor": floor}
        self.load = (up.request, calls, CONNECTIONS, STREAMS, path, keys)
        self.gateway, self.calls = gateway, calls
        self.rounds = {"ours": [], "floor": []}

    def one(self, which):
        address, pid = self.targets[which]
        before = floors.cpu_seconds(pid)
        measured = floors.load(address, *self.load)
        self.rounds[which].append(measured | {
            "us": (floors.cpu_seconds(pid) - before) / self.calls * 1e6})

    def run(self, rounds):
        for which in self.targets:
            self.one(which)  # Warm.
            self.rounds[which].clear()
        before = self.hits()
        for _ in range(rounds):
            for which in ("ours", "floor", "floor", "ours"):
                self.one(which)
        hits = self.hits() - before
        if hits < 0.999 * 2 * rounds * self.calls:
            raise RuntimeError(f"only {hits:.0f} of the calls were hits")
        return self

    def hits(self):
        return callers.metric(self.gateway, "tcgate_replies_total",
                              result="hit")

    def row(self, figure):
        """The ratio is the median over pairs that were measured one after the
        other."""
        ours, floor = ([r[figure] for r in self.rounds[which]]
                       for which in ("ours", "floor"))
        return {"ratio": statistics.median(a / b for a, b in zip(ours, floor)),
                "ours": statistics.median(ours),
                "floor": statistics.median(floor)}


def hit(gateway, path):
    """What the second of two calls is answered with: bytes and trailers."""
    request = MESSAGES.GetDevicesRequest(page_num=1, page_size=10,
                                         project_id="f3glr49ry0i0xlm7")
    with grpc.insecure_channel(gateway.grpc) as channel:
        method = channel.unary_unary(
            path, request_serializer=lambda m: m.SerializeToString())
        for _ in range(2):
            reply, call = method.with_call(request, timeout=20)
    trailers = [tuple(pair) for pair in call.trailing_metadata()]
    if dict(trailers).get("tcgate-cache") != "hit":
        raise RuntimeError(f"no hit: {trailers}")
    return reply, trailers


def bare_server(up, gateway, path):
    """As the gateway answers a hit."""
    reply, trailers = hit(gateway, path)
    wire = up.folder / "hit"
    wire.write_bytes(reply)
    return floors.bare_server(up, path=path, wire=wire, trailers=trailers,
                              env=ALLOCATOR)


def beside_bare(up, rounds, calls, where):
    with floors.Gateway(up) as gateway, \
            bare_server(up, gateway, TRRO) as floor:
        turns = Turns(gateway, floor, up, calls, TRRO, ()).run(rounds)
        results = {"per second": turns.row("per_second"),
                   "CPU a call": turns.row("us"),
                   "reply_bytes": (up.folder / "hit").stat().st_size}
        if where:
            say_where(gateway, up, results["CPU a call"]["ours"])
    return results


def say_where(gateway, up, us):
    """Prints whose code the gateway ran at last, and the functions of ours that
    were on the stack, with what they call; in microseconds a call."""
    recorded = up.folder / "perf"
    recording = subprocess.Popen(
        ["perf", "record", "-q", "-e", "cpu-clock", "-F", "999", "--call-graph",
         "dwarf,8192", "-o", recorded, "-p", str(gateway.gateway_pid())],
        stderr=subprocess.DEVNULL)
    time.sleep(0.5)
    floors.load(gateway.grpc, up.request, 100_000, CONNECTIONS, STREAMS, TRRO,
                ())
    recording.terminate()
    recording.wait()

    def report(*args):
        done = subprocess.run(
            ["perf", "report", "-q", "-i", recorded, "--stdio", "-g", "none",
             "--no-inline", "--percent-limit", "0.3", *args],
            check=True, capture_output=True, text=True)
        for line in done.stdout.splitlines():
            match = re.match(r"\s*([\d.]+)%(?:\s+[\d.]+%)?\s+(.*)", line)
            if match:
                yield float(match[1]) / 100 * us, match[2].strip()

    print(f"of {us:.2f} us a call, by whose code it is:")
    for took, what in report("--no-children", "--sort", "dso"):
        print(f"  {took:6.2f}  {what}")
    print("by function of tcgate, with what it calls:")
    for took, what in report("--children", "--sort", "symbol"):
        if "tcgate::" in what:
            print(f"  {took:6.2f}  {what.removeprefix('[.] ')[:100]}")


def by_entries(up, rounds, calls, numbers):
    """Hits over the whole of a store that holds so many entries."""
    held = 0
    with floors.Gateway(up, "cache: {bytes: 8GiB}") as gateway, \
            bare_server(up, gateway, floors.KEEP) as floor:
        for number in sorted(numbers):
            begin = time.monotonic()
            if number > held:
                floors.load(gateway.grpc, up.request, number - held,
                            CONNECTIONS, STREAMS, floors.KEEP, (number, held))
            filled = time.monotonic() - begin
            held = number
            turns = Turns(gateway, floor, up, calls, floors.KEEP,
                          (number, -1)).run(rounds)
            yield number, {
                "cpu": turns.row("us"), "per_second": turns.row("per_second"),
                "entries": callers.metric(gateway, "tcgate_cache_entries"),
                "bytes": callers.metric(gateway, "tcgate_cache_bytes"),
                "filled_s": filled}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true",
                        help="few rounds: to see that everything runs")
    parser.add_argument("--where", action="store_true",
                        help="say where the time goes (needs perf)")
    parser.add_argument("--entries",
                        help="numbers of entries (1,1000,100000 and, not "
                        "--quick, 1000000)")
    parser.add_argument("--json", type=pathlib.Path,
                        default=run.ROOT / "build/hits.json",
                        help="where the figures go (build/hits.json)")
    options = parser.parse_args()
    rounds, calls = (2, 50_000) if options.quick else (6, 200_000)
    numbers = ([int(n) for n in options.entries.split(",")]
               if options.entries is not None else
               [1, 1000, 100_000] + [1_000_000] * (not options.quick))

    kept = True
    with floors.upstream() as up:
        results = beside_bare(up, rounds, calls, options.where)
        print(f"hits of {results['reply_bytes']} bytes, 64 in flight")
        for what, (reads, sense, bound) in BOUNDS.items():
            row = results[what]
            good = (row["ratio"] <= bound if sense == "<="
                    else row["ratio"] >= bound)
            kept = kept and good
            print(f"{what:<11} {row['ratio']:5.2f}  {sense} {bound} {reads} "
                  f"({row['ours']:.2f} and {row['floor']:.2f})"
                  + ("" if good else "   MISSED"), flush=True)
        results["entries"] = {}
        for number, row in by_entries(up, rounds, calls, numbers):
            results["entries"][number] = row
            cpu = row["cpu"]
            print(f"{number:>8} entries: {cpu['ours']:.2f} us of CPU, "
                  f"{cpu['ratio']:.2f} of bare gRPC; "
                  f"{row['per_second']['ours']:.0f} calls/s; the cache holds "
                  f"{row['entries']:.0f} in {row['bytes'] / 2**20:.0f} MiB, "
                  f"filled in {row['filled_s']:.0f} s", flush=True)
    if len(numbers) > 1:
        ratios = [row["cpu"]["ratio"] for row in results["entries"].values()]
        flat = max(ratios) / min(ratios)
        kept = kept and flat <= FLAT
        print(f"dearest to cheapest: {flat:.2f}  <= {FLAT}"
              + ("" if flat <= FLAT else "   MISSED"))
    options.json.parent.mkdir(parents=True, exist_ok=True)
    options.json.write_text(json.dumps(results, indent=2) + "\n")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
