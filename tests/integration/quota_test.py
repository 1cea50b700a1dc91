#!/usr/bin/env python3
"""Calls are paced by the vendor's limit so that the vendor never refuses one,
nearly all of the limit is used, callers take turns by weight, and who cannot be
served in time is told so at once. The sandbox counts as the vendor does: so
many calls of an action in each second of its own clock.

A real minute: ten callers of 100 calls/s each for one action of 20/s. Then, all
at one time: clocks shifted by each tenth of a second, weights of 3 and 1, half
of the limit."""

import asyncio
import collections
import contextlib
import sys
import tempfile
import unittest

import grpc

import tcgate_callers as callers
import tcgate_harness as harness
from tcgate_stalls import Stalls

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
ACTION, LIMIT = "trro.GetDevices", 20
MINUTE, SHORT = 60, 15
DEADLINE_S = 5
# Less than the guard of 25 ms by which a second of paced calls is longer than
# one of the vendor's: who oversleeps that may put 21 calls in one.
STALL_S = 0.015
LATE = 0.02  # Of the calls that wait; chosen: a busy machine's.


def distinct(channel, first, timeout=DEADLINE_S):
    """Makes calls whose requests all differ: no cache, and nobody joins."""
    stub = STUBS.TrroServiceStub(channel)
    return lambda number: stub.GetDevices(
        MESSAGES.GetDevicesRequest(page_num=first + number, page_size=1),
        timeout=timeout)


def counts(sandbox):
    """(calls that ran, calls refused by the limit) of the action."""
    found = sandbox.control("stats")["actions"].get(
        ACTION, {"executions": 0, "refusals": {}})
    assert set(found["refusals"]) <= {"RequestLimitExceeded"}, found
    return found["executions"], sum(found["refusals"].values())


class Quota(unittest.TestCase):
    def unless_stalled(self, load):
        """Returns what `load` does. Once more, at most twice, where the sandbox
        refused a call in a time in which this machine stood still."""
        for again in (2, 1, 0):
            self.stack = contextlib.ExitStack()
            self.addCleanup(self.stack.close)
            self.folder = self.stack.enter_context(
                tempfile.TemporaryDirectory())
            with Stalls() as stalls:
                ends = load()
            refused = sum(counts(s)[1] for s in self.sandboxes.values())
            if refused == 0 or stalls.worst < STALL_S or not again:
                break
            print(f"  {refused} refused, but this machine stood still for "
                  f"{stalls.worst * 1000:.0f} ms", file=sys.stderr)
            self.stack.close()
        return ends

    def start(self, accounts, rules):
        """A sandbox for each account, and a gateway with these callers."""
        self.sandboxes = {name: self.stack.enter_context(harness.Sandbox())
                          for name in accounts}
        text = callers.config(
            self.folder,
            {name: {"url": self.sandboxes[name].url} | keys
             for name, keys in accounts.items()}, rules,
            limits={"calls_in_flight": 5000, "waiting_calls": 5000})
        self.gateway = self.stack.enter_context(harness.Tcgate(
            config=text, env=self.sandboxes[next(iter(accounts))].key))

    async def run_load(self, rates, seconds):
        """The ends of each caller's calls, at its rate."""
        async with contextlib.AsyncExitStack() as stack:
            channels = [await stack.enter_async_context(
                grpc.aio.insecure_channel(callers.address(self.folder, name)))
                for name in rates]
            await asyncio.gather(*(c.channel_ready() for c in channels))
            ends = await asyncio.gather(*(
                callers.paced(distinct(channel, (1 + place) * 1_000_000), rate,
                              seconds)
                for place, (channel, rate) in enumerate(
                    zip(channels, rates.values()))))
        return dict(zip(rates, ends))

    def check_ends(self, ends):
        """Calls are answered or refused for the limit. Nobody waits in vain, but
        for those whose slot came so late that their own clock was ahead."""
        why = collections.Counter(e.why for of in ends.values() for e in of)
        print(f"  {dict(why)}", file=sys.stderr)
        late = sum(n for end, n in why.items() if "DEADLINE_EXCEEDED" in end)
        self.assertLessEqual(late, LATE * (why["OK"] + late))
        self.assertEqual(
            why["OK"] + why["RESOURCE_EXHAUSTED QUOTA_EXHAUSTED"] + late,
            why.total())

    def test_a_minute_of_ten_callers(self):
        rules = {f"caller{n}": {} for n in range(10)}

        def load():
            self.start({"default": {}}, rules)
            return asyncio.run(
                self.run_load({name: 100 for name in rules}, MINUTE))

        ends = self.unless_stalled(load)
        ran, refused = counts(self.sandboxes["default"])
        granted = [sum(e.ok for e in of) for of in ends.values()]
        fairness = callers.jain(granted)
        # The load ends with its last call's, at most a deadline later.
        lasted = max(e.started + e.took for of in ends.values() for e in of
                     if e.ok)
        used = ran / (LIMIT * lasted)
        waits = {"action": ACTION, "result": "refused"}
        name = "tcgate_quota_wait_seconds"
        decided = callers.metric(self.gateway, name + "_count", **waits)
        soon = callers.metric(self.gateway, name + "_bucket", le="0.005",
                              **waits)
        print(f"  {refused} refused by the sandbox; {ran} ran in {lasted:.1f} "
              f"s, {used:.1%} of the quota; Jain {fairness:.4f} of {granted}; "
              f"{decided:.0f} refused by the gateway, "
              f"{soon / max(decided, 1):.2%} of them within 5 ms",
              file=sys.stderr)
        self.assertEqual(refused, 0)
        self.assertGreaterEqual(used, 0.95)
        self.assertGreaterEqual(fairness, 0.99)
        self.assertGreater(decided, 50_000)
        self.assertGreaterEqual(soon, 0.99 * decided)
        self.check_ends(ends)

    def test_phases_weights_and_share(self):
        phases = [f"phase{n}" for n in range(10)]
        rates = {**{name: 2 * LIMIT for name in phases},
                 "heavy": 3 * LIMIT, "light": 3 * LIMIT, "half": LIMIT}

        def load():
            self.start(
                {**{name: {} for name in phases}, "turns": {},
                 "half": {"share": 0.5}},
                {**{name: {"account": name} for name in (*phases, "half")},
                 "heavy": {"account": "turns", "weight": 3},
                 "light": {"account": "turns", "weight": 1}})
            for number, name in enumerate(phases):
                # Windows are those of the clock that a request is judged by.
                self.sandboxes[name].control("faults", [
                    {"kind": "clock_skew", "ms": 100 * number}])
            return asyncio.run(self.run_load(rates, SHORT))

        ends = self.unless_stalled(load)
        last = {name: max(e.started + e.took for e in of if e.ok)
                for name, of in ends.items()}
        for name in phases:
            with self.subTest(name):
                ran, refused = counts(self.sandboxes[name])
                used = ran / (LIMIT * last[name])
                print(f"  {name}: {refused} refused, {used:.1%} used",
                      file=sys.stderr)
                self.assertEqual(refused, 0)
                self.assertGreaterEqual(used, 0.95)
        with self.subTest("weights"):
            turns = collections.Counter(
                line["caller"].rpartition("/")[2]
                for line in self.gateway.log() if line["attempts"] > 0)
            heavy, light = turns["heavy"], turns["light"]
            print(f"  weights 3:1: {heavy}:{light}", file=sys.stderr)
            self.assertAlmostEqual(heavy / light, 3, delta=0.15)
            self.assertEqual(counts(self.sandboxes["turns"])[1], 0)
        with self.subTest("share"):
            ran, refused = counts(self.sandboxes["half"])
            used = ran / (LIMIT / 2 * last["half"])
            print(f"  share 0.5: {used:.1%} of half", file=sys.stderr)
            self.assertEqual(refused, 0)
            self.assertGreaterEqual(used, 0.95)
            self.assertLessEqual(used, 1)
        self.check_ends(ends)


if __name__ == "__main__":
    sys.exit(unittest.main())
