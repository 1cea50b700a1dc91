#!/usr/bin/env python3
"""What callers see of the cache: which replies are served again and how they
say so, what a call may ask of it, that own writes are read and accounts never
share, and that a write with an idempotency key runs once."""

import contextlib
import sys
import tempfile
import time
import unittest

import grpc

import tcgate_callers as callers
import tcgate_harness as harness
from tcgate_errors import details

Code = grpc.StatusCode
MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
DEVICES = MESSAGES.GetDevicesRequest(page_num=1, page_size=10)
PROJECTS = MESSAGES.DescribeProjectListRequest(page_size=100, page_number=1)
READ, LIST, CREATE = ("trro.GetDevices", "trro.DescribeProjectList",
                      "trro.CreateProject")
TIMEOUT_S = 20
TTL_S = 2  # Of the lists here.
# After a write nothing is stored for this long: the vendor's replicas lag.
LAG_S = 1


class Answer:
    """The reply of one call and what came with it."""

    def __init__(self, method, request, *metadata, timeout=TIMEOUT_S):
        self.reply, call = method.with_call(
            request, timeout=timeout, metadata=metadata)
        self.trailers = dict(call.trailing_metadata())
        self.cache = self.trailers["tcgate-cache"]
        self.age = self.trailers.get("tcgate-age")


class Cache(unittest.TestCase):
    def setUp(self):
        stack = contextlib.ExitStack()
        self.addCleanup(stack.close)
        self.folder = stack.enter_context(tempfile.TemporaryDirectory())
        self.first, self.second = (
            stack.enter_context(harness.Sandbox("--no-limits")) for _ in "ab")
        self.gateway = stack.enter_context(harness.Tcgate(
            config=callers.config(
                self.folder, {"one": {"url": self.first.url},
                              "two": {"url": self.second.url}},
                {"one": {"account": "one"}, "two": {"account": "two"}},
                cache={"ttl": {READ: f"{TTL_S}s"}, "stale_if_error": "20s"}),
            env=self.first.key))
        self.one, self.two = (STUBS.TrroServiceStub(stack.enter_context(
            grpc.insecure_channel(callers.address(self.folder, name))))
            for name in ("one", "two"))

    def ran(self, action, sandbox=None):
        stats = (sandbox or self.first).control("stats")["actions"]
        return stats.get(action, {"executions": 0})["executions"]

    def refused(self, method, request, *metadata):
        """(code, reason, trailers) of a call that fails."""
        with self.assertRaises(grpc.RpcError) as raised:
            method(request, timeout=TIMEOUT_S, metadata=metadata)
        error = raised.exception
        return (error.code(), details(error).reason,
                dict(error.trailing_metadata()))

    def test_a_miss_then_hits_until_its_time_is_over(self):
        miss = Answer(self.one.GetDevices, DEVICES)
        self.assertEqual((miss.cache, miss.age), ("miss", None))
        self.assertEqual(miss.trailers["tcgate-attempts"], "1")
        time.sleep(1.1)
        hit = Answer(self.one.GetDevices, DEVICES)
        self.assertEqual((hit.cache, hit.age), ("hit", "1"))
        self.assertEqual(hit.reply, miss.reply)
        # That of the call that filled it.
        self.assertEqual(hit.trailers["tc-request-id"],
                         miss.trailers["tc-request-id"])
        other = MESSAGES.GetDevicesRequest(page_num=2, page_size=10)
        self.assertEqual(Answer(self.one.GetDevices, other).cache, "miss")
        self.assertEqual(self.ran(READ), 2)
        time.sleep(TTL_S)
        self.assertEqual(Answer(self.one.GetDevices, DEVICES).cache, "miss")
        self.assertEqual(self.ran(READ), 3)
        self.assertEqual(callers.metric(
            self.gateway, "tcgate_replies_total", action=READ, result="hit"), 1)

    def test_state_is_not_stored_and_writes_go_by(self):
        request = MESSAGES.DescribeDeviceListRequest(
            project_id="f3glr49r3axn0fu2")
        for _ in range(2):
            self.assertEqual(
                Answer(self.one.DescribeDeviceList, request).cache, "off")
        self.assertEqual(self.ran("trro.DescribeDeviceList"), 2)
        made = Answer(self.one.CreateProject,
                      MESSAGES.CreateProjectRequest(project_name="p"))
        self.assertEqual(made.cache, "off")

    def test_what_a_call_may_ask_of_the_cache(self):
        def ask(value):
            return Answer(self.one.GetDevices, DEVICES,
                          ("tcgate-cache-control", value))

        code, reason, trailers = self.refused(
            self.one.GetDevices, DEVICES,
            ("tcgate-cache-control", "only-if-cached"))
        self.assertEqual((code, reason),
                         (Code.FAILED_PRECONDITION, "NOT_CACHED"))
        self.assertNotIn("tc-request-id", trailers)
        self.assertEqual(self.ran(READ), 0)

        filled = ask("max-age=0")
        self.assertEqual(filled.cache, "miss")
        self.assertEqual(ask("only-if-cached").cache, "hit")
        fresh = ask("no-cache")
        self.assertEqual(fresh.cache, "bypass")
        self.assertEqual(self.ran(READ), 2)
        # It was stored.
        hit = Answer(self.one.GetDevices, DEVICES)
        self.assertEqual((hit.cache, hit.trailers["tc-request-id"]),
                         ("hit", fresh.trailers["tc-request-id"]))
        time.sleep(1.1)
        self.assertEqual(ask("max-age=10").cache, "hit")
        self.assertEqual(ask("max-age=1").cache, "miss")
        self.assertEqual(self.ran(READ), 3)
        for value in ("never", "max-age=", "max-age=-1", "max-age=1s"):
            code, reason, _ = self.refused(self.one.GetDevices, DEVICES,
                                           ("tcgate-cache-control", value))
            self.assertEqual((code, reason), (
                Code.INVALID_ARGUMENT, "INVALID_REQUEST"), value)

    def test_own_writes_are_read(self):
        def names(stub):
            answer = Answer(stub.DescribeProjectList, PROJECTS)
            return answer.cache, {p.project_name for p in answer.reply.projects}

        cache, before = names(self.one)
        self.assertEqual(cache, "miss")
        self.assertEqual(names(self.one), ("hit", before))
        # A device is another matter, and so is another account's project.
        self.assertEqual(Answer(self.one.GetDevices, DEVICES).cache, "miss")
        self.two.CreateProject(MESSAGES.CreateProjectRequest(
            project_name="theirs"), timeout=TIMEOUT_S)
        self.assertEqual(names(self.one), ("hit", before))
        for number in range(5):
            self.one.CreateProject(MESSAGES.CreateProjectRequest(
                project_name=f"new{number}"), timeout=TIMEOUT_S)
            before = before | {f"new{number}"}
            # Twice: what is read within the lag is not stored.
            self.assertEqual(names(self.one), ("miss", before))
            self.assertEqual(names(self.one), ("miss", before))
        time.sleep(LAG_S + 0.1)
        self.assertEqual(names(self.one), ("miss", before))
        self.assertEqual(names(self.one), ("hit", before))

    def test_accounts_never_share(self):
        for number in range(3):
            self.two.CreateProject(MESSAGES.CreateProjectRequest(
                project_name=f"two{number}"), timeout=TIMEOUT_S)
        one, two = (Answer(stub.DescribeProjectList, PROJECTS)
                    for stub in (self.one, self.two))
        self.assertEqual((one.cache, two.cache), ("miss", "miss"))
        self.assertEqual(two.reply.total, one.reply.total + 3)
        for sandbox in (self.first, self.second):
            self.assertEqual(self.ran(LIST, sandbox), 1)
        for _ in range(20):
            self.assertEqual(Answer(self.one.DescribeProjectList,
                                    PROJECTS).reply, one.reply)

    def test_a_stale_reply_where_the_vendor_cannot_be_asked(self):
        fresh = Answer(self.one.GetDevices, DEVICES)
        time.sleep(TTL_S + 0.1)
        self.first.control("faults", [{"kind": "status"}])
        # Once it was asked as often as the deadline allows; where that ends in
        # the last moment, the caller's own clock may be ahead.
        for left in (2, 1, 0):
            try:
                stale = Answer(self.one.GetDevices, DEVICES, timeout=2)
                break
            except grpc.RpcError as error:
                if not left or error.code() != Code.DEADLINE_EXCEEDED:
                    raise
        self.assertEqual(stale.cache, "stale")
        self.assertGreaterEqual(int(stale.age), TTL_S)
        self.assertEqual(stale.reply, fresh.reply)
        # Own writes are read, or nothing is.
        self.first.control("faults", [])
        self.one.CreateDevice(MESSAGES.CreateDeviceRequest(
            project_id="f3glr49r3axn0fu2", device_id="new", device_name="new",
            device_type="field", device_token="token"), timeout=TIMEOUT_S)
        self.first.control("faults", [{"kind": "status"}])
        with self.assertRaises(grpc.RpcError):
            self.one.GetDevices(DEVICES, timeout=1)

    def test_an_idempotency_key(self):
        def create(stub, name, key):
            return Answer(stub.CreateProject,
                          MESSAGES.CreateProjectRequest(project_name=name),
                          ("tcgate-idempotency-key", key))

        once, again = (create(self.one, "a", "key-1") for _ in range(2))
        self.assertEqual(again.reply, once.reply)
        self.assertEqual(again.trailers["tc-request-id"],
                         once.trailers["tc-request-id"])
        self.assertEqual(self.ran(CREATE), 1)
        code, reason, _ = self.refused(
            self.one.CreateProject,
            MESSAGES.CreateProjectRequest(project_name="b"),
            ("tcgate-idempotency-key", "key-1"))
        self.assertEqual((code, reason), (Code.INVALID_ARGUMENT,
                                          "INVALID_REQUEST"))
        create(self.one, "a", "key-2")
        create(self.two, "a", "key-1")
        self.assertEqual(self.ran(CREATE), 2)
        self.assertEqual(self.ran(CREATE, self.second), 1)

        # At one time: one runs, and the other gets its reply.
        self.first.control("faults", [{"kind": "latency", "ms": 500}])
        both = [self.one.CreateProject.future(
            MESSAGES.CreateProjectRequest(project_name="c"), timeout=TIMEOUT_S,
            metadata=(("tcgate-idempotency-key", "key-3"),)) for _ in range(2)]
        self.assertEqual(both[0].result(), both[1].result())
        self.assertEqual(self.ran(CREATE), 3)

        # What did not run may run; what may have run is not run again.
        self.first.control("faults", [{"kind": "reset", "times": 1}])
        for _ in range(2):
            code, reason, _ = self.refused(
                self.one.CreateProject,
                MESSAGES.CreateProjectRequest(project_name="d"),
                ("tcgate-idempotency-key", "key-4"))
            self.assertEqual((code, reason), (Code.UNKNOWN,
                                              "OUTCOME_UNKNOWN"))
        self.assertEqual(self.ran(CREATE), 4)
        bad = MESSAGES.CreateProjectRequest(project_name="x" * 25)
        self.refused(self.one.CreateProject, bad,
                     ("tcgate-idempotency-key", "key-5"))
        create(self.one, "e", "key-5")
        self.assertEqual(self.ran(CREATE), 5)


if __name__ == "__main__":
    sys.exit(unittest.main())
