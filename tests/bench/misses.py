"""Calls that nothing but the upstream can answer, over TLS, at several numbers
of callers: the gateway beside a bare raw-callback gRPC server that hands each
call to a bare curl loop, in turns in one run."""

import contextlib
import re
import statistics

import floors

# Callers: how many connections with how many calls each, and how many calls
# make a round: fewer where each takes longer.
CALLERS = {1: (1, 1, 5_000), 2: (1, 2, 10_000), 16: (4, 4, 25_000),
           64: (4, 16, 40_000), 256: (4, 64, 40_000)}

BOUNDS = {
    **{f"miss, {callers}": ("times the CPU of bare gRPC + bare curl", "<=", 1.15)
       for callers in CALLERS},
    "miss, 256 busy": ("of the most calls a second at any number", ">=", 0.9),
    "miss, opened": ("connections opened while measured", "<=", 0),
}


def opened(gateway):
    """Connections that the gateway has opened to its upstream."""
    found = re.search(r"^tcgate_upstream_connections_opened_total(?:{[^}]*})? "
                      r"(\S+)$", gateway.get("/metrics"), re.MULTILINE)
    return int(float(found[1])) if found else 0


def one_round(gateway, bare, up, callers, share, order):
    """CPU microseconds a call of each, and calls a second."""
    connections, streams, calls = CALLERS[callers]
    calls //= share
    figures = {}
    for name in order:
        address, pid = ((gateway.grpc, gateway.gateway_pid())
                        if name == "ours" else bare)
        before = floors.cpu_seconds(pid)
        done = floors.load(address, up.request, calls, connections, streams)
        figures[name] = (floors.cpu_seconds(pid) - before) / calls * 1e6
        figures[name + " per second"] = done["per_second"]
    return figures


def measure(quick):
    rounds, share = (4, 4) if quick else (8, 1)
    with contextlib.ExitStack() as stack:
        up = stack.enter_context(floors.upstream())
        gateway = stack.enter_context(floors.Gateway(up))
        bare = stack.enter_context(floors.bare_server(up, hop=True))
        for address in (gateway.grpc, bare[0]):  # Every connection is opened.
            floors.load(address, up.request, 20_000, 4, 64)
        new = 0
        results = {}
        for callers in CALLERS:
            # As many as these callers may ever need at one time.
            one_round(gateway, bare, up, callers, share, ("ours", "bare"))
            before = opened(gateway)
            taken = [one_round(gateway, bare, up, callers, share,
                               ("ours", "bare") if i % 2 == 0
                               else ("bare", "ours")) for i in range(rounds)]
            new += opened(gateway) - before
            median = {what: statistics.median(figures[what] for figures in taken)
                      for what in taken[0]}
            ratios = [figures["ours"] / figures["bare"] for figures in taken]
            results[f"miss, {callers}"] = {
                "ratio": statistics.median(ratios), "rounds": ratios,
                "us": median["ours"], "floor_us": median["bare"],
                "per_second": median["ours per second"],
                "floor_per_second": median["bare per second"]}
    rates = [row["per_second"] for row in results.values()]
    results["miss, 256 busy"] = {"ratio": rates[-1] / max(rates)}
    results["miss, opened"] = {"ratio": new}
    return results


def explain(results):
    print("misses: callers, us of CPU a call (floor), calls/s (floor)")
    for callers in CALLERS:
        row = results[f"miss, {callers}"]
        print(f"{callers:>15} {row['us']:6.1f} ({row['floor_us']:.1f}) "
              f"{row['per_second']:8.0f} ({row['floor_per_second']:.0f})")
