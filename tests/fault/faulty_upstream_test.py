#!/usr/bin/env python3
"""An upstream that fails three of ten attempts: reads are answered all the same,
and so are writes that certainly did not run; no write runs twice. And one that
is gone for a while: it is not flooded, and found again soon.

Every scenario has an account and a sandbox of its own, and all run at one time.
Reads ask for the store to be skipped, so that each one is an attempt. A late
answer comes within the 2 s that an attempt has: what is later still can be
survived twice in 5 s, which three of a thousand calls would need."""

import asyncio
import collections
import contextlib
import os
import signal
import socket
import sys
import tempfile
import threading
import time
import unittest

import grpc

import tcgate_callers as callers
import tcgate_harness as harness
from raw_server import RawServer
from tcgate_actions import READS, WRITES, Action

FAULTY = 0.3
SECONDS = 20
DEADLINE_S = 5
# A call of an action, far below its limit of 20: attempts are 1.43 times as
# many, and who is refused for the limit slows down.
READS_PER_SECOND, WRITES_PER_SECOND = 6, 5
NO_STORE = (("tcgate-cache-control", "no-cache"),)

LATENCY = {"kind": "latency", "ms": 1000}
KINDS = {"latency": [LATENCY], "reset": [{"kind": "reset"}],
         "truncate": [{"kind": "truncate"}],
         "status": [{"kind": "status", "status": 503}],
         "limit": [{"kind": "limit"}]}
KINDS["mixed"] = [fault for one in KINDS.values() for fault in one]
# The action ran, and nobody is told.
LOST = [{"kind": kind} for kind in ("reset", "truncate", "close_after_read")]


def thirty_percent(faults):
    """Together so many, each as often: the first that is drawn is taken."""
    each = FAULTY / len(faults)
    return [fault | {"share": each / (1 - number * each), "seed": 7 + number}
            for number, fault in enumerate(faults)]


class Refusing(RawServer):
    """Answers every request on a connection of its own. Three tenths of the
    time nobody listens: connections are refused, so that nothing ran."""

    def __init__(self):
        super().__init__(self._answer)
        self._thread = threading.Thread(target=self._flap)
        self._thread.start()

    def _answer(self, connection, _):
        body = b'{"Response":{"RequestId":"r"}}'
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n"
                           b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _flap(self):
        while not self.stopping.wait(0.07):
            # Not close alone: the thread in accept() would keep it open.
            self.listener.shutdown(socket.SHUT_RDWR)
            self.listener.close()
            time.sleep(0.03)
            self.listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(target=self._accept, daemon=True).start()

    def __exit__(self, *_):
        self.stopping.set()
        self._thread.join()
        self.listener.shutdown(socket.SHUT_RDWR)
        super().__exit__()


class Calls:
    """Calls of many actions at an even rate through one caller's socket."""

    def __init__(self, channel, labels, rate):
        self.rate = rate * len(labels)
        actions = [Action(label) for label in labels]
        # Writes are checked by their number; reads skip the store.
        metadata = NO_STORE if labels is READS else ()
        methods = [(action, action.on(channel)) for action in actions]

        def call(number):
            action, method = methods[number % len(methods)]
            return method(action.request(number), timeout=DEADLINE_S,
                          metadata=metadata)
        self.call = call

    async def run(self, seconds):
        return await callers.paced(self.call, self.rate, seconds)


def ran(sandbox):
    return sandbox.control("stats")["executions"]


def report(name, ends, more=""):
    took = sorted(e.took for e in ends)
    why = collections.Counter(e.why for e in ends)
    print(f"  {name}: {len(ends)} calls, p99 "
          f"{took[len(took) * 99 // 100]:.2f} s, {dict(why)} {more}",
          file=sys.stderr)
    return why["OK"] / len(ends)


class Scenarios(unittest.TestCase):
    """Callers with an account, and so an upstream, each."""

    def setUp(self):
        self.stack = contextlib.ExitStack()
        self.addCleanup(self.stack.close)
        self.folder = self.stack.enter_context(tempfile.TemporaryDirectory())

    def start(self, urls):
        """A gateway with an account, and its caller, for each upstream."""
        return self.stack.enter_context(harness.Tcgate(
            config=callers.config(
                self.folder, {name: {"url": url} for name, url in urls.items()},
                {name: {"account": name} for name in urls}),
            env={"TENCENTCLOUD_SECRET_ID": harness.SECRET_ID,
                 "TENCENTCLOUD_SECRET_KEY": harness.SECRET_KEY}))

    def sandbox(self, *args, **keys):
        return self.stack.enter_context(harness.Sandbox(*args, **keys))

    def run_all(self, loads, use):
        """Awaits `use(name, calls)` for the load (actions, rate) of every name,
        at one time. Returns what they return, by name."""
        async def run():
            async with contextlib.AsyncExitStack() as stack:
                all = [(name, Calls(await stack.enter_async_context(
                    grpc.aio.insecure_channel(
                        callers.address(self.folder, name))), *load))
                    for name, load in loads.items()]
                return await asyncio.gather(*(use(*one) for one in all))
        return dict(zip(loads, asyncio.run(run())))


class Faulty(Scenarios):
    def test_three_of_ten_attempts_fail(self):
        faults = {f"read-{kind}": some for kind, some in KINDS.items()}
        faults |= {"write-limit": KINDS["limit"], "write-lost": LOST}
        sandboxes = {name: self.sandbox() for name in faults}
        for name, some in faults.items():
            sandboxes[name].control("faults", thirty_percent(some))
        refusing = self.stack.enter_context(Refusing())
        gateway = self.start(
            {name: sandbox.url for name, sandbox in sandboxes.items()}
            | {"write-refused": f"http://127.0.0.1:{refusing.port}"})
        loads = {name: (READS, READS_PER_SECOND) if "read" in name else
                 (WRITES, WRITES_PER_SECOND)
                 for name in (*faults, "write-refused")}
        all_ends = self.run_all(loads, lambda _, calls: calls.run(SECONDS))
        attempts = callers.metric(gateway, "tcgate_upstream_attempts_total")
        made = sum(map(len, all_ends.values()))
        print(f"  {made} calls, {attempts:.0f} attempts", file=sys.stderr)

        for name, ends in all_ends.items():
            with self.subTest(name):
                executed = (ran(sandboxes[name]) if name in sandboxes
                            else refusing.requests)
                good = report(name, ends, f"{executed} ran")
                succeeded = sum(e.ok for e in ends)
                if "read" in name:
                    self.assertGreaterEqual(good, 0.999)
                elif name == "write-lost":
                    # Each write ran once, and none is called UNAVAILABLE,
                    # which a client repeats.
                    self.assertEqual(executed, len(ends))
                    self.assertLessEqual({e.why for e in ends},
                                         {"OK", "UNKNOWN OUTCOME_UNKNOWN"})
                    self.check_projects(name, gateway, sandboxes[name])
                else:
                    self.assertGreaterEqual(good, 0.99)
                    self.assertEqual(executed, succeeded)
        bodies = collections.Counter(refusing.bodies)
        self.assertEqual({b for b, n in bodies.items() if n > 1}, set())
        self.assertGreater(attempts, 1.2 * made, "few attempts failed")

    def check_projects(self, name, gateway, sandbox):
        """No name was given twice: they are the numbers of the calls."""
        sandbox.control("faults", [])
        action = Action("trro.DescribeProjectList")
        names = []
        with grpc.insecure_channel(callers.address(self.folder,
                                                   name)) as channel:
            while True:
                request = action.request(0)
                request.page_size, request.page_number = 100, 1 + len(
                    names) // 100
                page = action.on(channel)(request, timeout=DEADLINE_S)
                names += [p.project_name for p in page.projects]
                if len(page.projects) < 100:
                    break
        made = [n for n in names if n.isdigit()]
        print(f"  {name}: {len(made)} projects made, "
              f"{len(made) - len(set(made))} of them twice", file=sys.stderr)
        self.assertGreater(len(made), 0)
        self.assertEqual(len(set(made)), len(made))


NORMAL_S, OUTAGE_S, AFTER_S = 5, 10, 5
CALMED_S = 5  # Into the outage: the budget is spent by then.
FOUND_S = 2   # After its end.


class Outage(Scenarios):
    """Nothing of the upstream works, in three ways."""

    def attempts(self, name):
        """Requests that the gateway has sent, or tried to."""
        return callers.metric(self.gateways[name],
                              "tcgate_upstream_attempts_total")

    async def watch(self, name, load, begin, end):
        """Returns the ends of the calls, and the attempts a second in the
        normal time and in the outage once it is calm."""
        loop = asyncio.get_running_loop()
        start = loop.time()
        calls = asyncio.ensure_future(
            load.run(NORMAL_S + OUTAGE_S + AFTER_S))
        counts = []

        async def at(seconds, do):
            await asyncio.sleep(start + seconds - loop.time())
            return await asyncio.to_thread(do)

        counts.append(await at(0, lambda: self.attempts(name)))
        counts.append(await at(NORMAL_S, lambda: self.attempts(name)))
        await at(NORMAL_S, begin)
        calm = NORMAL_S + CALMED_S
        counts.append(await at(calm, lambda: self.attempts(name)))
        over = NORMAL_S + OUTAGE_S
        counts.append(await at(over, lambda: self.attempts(name)))
        await at(over, end)
        normal = (counts[1] - counts[0]) / NORMAL_S
        return (await calls, normal,
                (counts[3] - counts[2]) / (OUTAGE_S - CALMED_S))

    def test_an_outage_is_not_amplified_and_its_end_is_seen(self):
        sandboxes = {name: self.sandbox() for name in ("reset", "gone", "hangs")}
        hanging = sandboxes["hangs"].process
        gone = sandboxes["gone"]
        changes = {
            "reset": (lambda: sandboxes["reset"].control(
                          "faults", [{"kind": "reset"}]),
                      lambda: sandboxes["reset"].control("faults", [])),
            "gone": (gone.stop, lambda: self.sandbox(address=gone.address)),
            "hangs": (lambda: os.kill(hanging.pid, signal.SIGSTOP),
                      lambda: os.kill(hanging.pid, signal.SIGCONT))}
        self.stack.callback(changes["hangs"][1])
        # A gateway each: attempts are counted for all of its accounts.
        self.gateways = {name: self.start({name: s.url})
                         for name, s in sandboxes.items()}

        results = self.run_all(
            {name: (READS, READS_PER_SECOND) for name in changes},
            lambda name, calls: self.watch(name, calls, *changes[name]))
        for name, (ends, normal, calm) in results.items():
            with self.subTest(name):
                over = NORMAL_S + OUTAGE_S
                before = [e for e in ends
                          if e.started + e.took < NORMAL_S]
                after = [e for e in ends if e.started >= over + FOUND_S]
                last = max((e.started - over for e in ends
                            if not e.ok and e.started >= over), default=0)
                report(f"{name}, before", before)
                report(f"{name}, after", after)
                print(f"  {name}: {normal:.0f} attempts/s before, {calm:.0f} in "
                      f"the outage after {CALMED_S} s; the last call that "
                      f"failed began {last:.2f} s after its end",
                      file=sys.stderr)
                self.assertTrue(before and all(e.ok for e in before))
                self.assertFalse(any(
                    e.ok for e in ends
                    if NORMAL_S + 1 < e.started and e.started + e.took < over))
                self.assertLessEqual(calm, 1.1 * normal)
                self.assertTrue(after and all(e.ok for e in after))


if __name__ == "__main__":
    sys.exit(unittest.main())
