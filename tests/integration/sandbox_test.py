#!/usr/bin/env python3
"""The sandbox behind a gateway: what is made is there, limits hold until they
are switched off, and its page says what there is."""

import concurrent.futures
import ssl
import subprocess
import sys
import unittest
import urllib.request

import grpc

import tcgate_harness as harness
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")


class Sandbox(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = harness.Tcgate(
            "--sandbox", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0",
            key=False)
        cls.channel = grpc.insecure_channel(cls.gateway.grpc)
        cls.stub = STUBS.TrroServiceStub(cls.channel)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.gateway.__exit__()

    def setUp(self):
        harness.sandbox(self.gateway, "reset", {})
        harness.sandbox(self.gateway, "limits", {"enabled": True})

    def projects(self):
        request = MESSAGES.DescribeProjectListRequest(page_size=100)
        reply = self.stub.DescribeProjectList(request, timeout=10)
        self.assertEqual(reply.total, len(reply.projects))
        return {project.project_id: project.project_name
                for project in reply.projects}

    def test_what_is_made_is_there_until_it_is_deleted(self):
        before = self.projects()
        made = self.stub.CreateProject(
            MESSAGES.CreateProjectRequest(project_name="mine"), timeout=10)
        self.assertEqual(self.projects(), before | {made.project_id: "mine"})
        delete = MESSAGES.DeleteProjectRequest(project_id=made.project_id)
        self.stub.DeleteProject(delete, timeout=10)
        self.assertEqual(self.projects(), before)
        with self.assertRaises(grpc.RpcError) as raised:
            self.stub.DeleteProject(delete, timeout=10)
        self.assertEqual(details(raised.exception).reason, "FailedOperation")

    def test_paced_calls_never_meet_the_limits(self):
        requests = [MESSAGES.GetDevicesRequest(page_num=1, page_size=size)
                    for size in range(1, 61)]
        with concurrent.futures.ThreadPoolExecutor(16) as pool:
            calls = [pool.submit(self.stub.GetDevices, request, timeout=20)
                     for request in requests]
            for call in calls:
                call.result()
        stats = harness.sandbox(self.gateway, "stats")
        self.assertNotIn("RequestLimitExceeded", stats["refusals"])
        self.assertEqual(stats["actions"]["trro.GetDevices"]["executions"], 60)

    def test_its_page_says_what_there_is(self):
        context = ssl._create_unverified_context()  # Its CA is made at start.
        url = f"https://{self.gateway.sandbox}/_sandbox/"
        with urllib.request.urlopen(url, timeout=10, context=context) as reply:
            page = reply.read().decode()
        for what in ("stats", "faults", "limits", "reset"):
            self.assertIn(f"/_sandbox/{what}", page)

    def test_its_page_is_right_for_both_ways_to_start_it(self):
        # This gateway printed no key; what is asked for must exist.
        context = ssl._create_unverified_context()
        url = f"https://{self.gateway.sandbox}/_sandbox/"
        with urllib.request.urlopen(url, timeout=10, context=context) as reply:
            page = reply.read().decode()
        flags = {command: subprocess.run(
            [harness.binary(), command, "--help"], capture_output=True,
            text=True, timeout=20).stdout for command in ("serve", "sandbox")}
        self.assertNotRegex(flags["serve"], r"--tls\b")
        self.assertRegex(page, r"serve --sandbox +Only that gateway has the key")
        self.assertRegex(page, r"inside `serve --sandbox`, and of "
                               r"`sandbox --tls`, it is\s+https://")
        for flag in ("--tls", "--secret-id", "--secret-key", "--no-limits"):
            self.assertIn(flag, page)
            self.assertIn(flag, flags["sandbox"])


if __name__ == "__main__":
    sys.exit(unittest.main())
