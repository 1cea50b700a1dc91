#!/usr/bin/env python3
"""Real clients: grpcurl by reflection, generated stubs without it, and the
program's own `call`, `list` and `check`."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import grpc

import tcgate_harness as harness
from tcgate_errors import details

SERVICE = "tencentcloudapi.trro.v20220325.TrroService"
MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
ANY_PORTS = ("--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0")


def run(*command, stdin=None):
    return subprocess.run(command, capture_output=True, text=True, timeout=60,
                          input=stdin)


class Clients(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.gateway = harness.Tcgate("--sandbox", *ANY_PORTS, key=False)

    @classmethod
    def tearDownClass(cls):
        cls.gateway.__exit__()

    def grpcurl(self, *args):
        done = run(os.environ["TCGATE_GRPCURL"], "-plaintext", *args)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_grpcurl_lists_describes_and_calls(self):
        address = self.gateway.grpc
        services = self.grpcurl(address, "list").split()
        self.assertIn(SERVICE, services)
        self.assertIn("grpc.health.v1.Health", services)
        methods = self.grpcurl(address, "list", SERVICE).split()
        self.assertEqual(len(methods), 39)
        described = self.grpcurl(address, "describe",
                                 f"{SERVICE}.GetDevices")
        self.assertIn("rpc GetDevices", described)
        for symbol in (".tencentcloudapi.trro.v20220325.Device",
                       "grpc.health.v1.Health"):
            self.grpcurl(address, "describe", symbol)
        reply = json.loads(self.grpcurl(
            "-d", '{"PageNum": 1, "PageSize": 2}', address,
            f"{SERVICE}/GetDevices"))
        self.assertTrue(reply["RequestId"])
        health = json.loads(self.grpcurl(
            address, "grpc.health.v1.Health/Check"))
        self.assertEqual(health["status"], "SERVING")

    def test_stubs_work_with_reflection_switched_off(self):
        with harness.Tcgate("--sandbox", config="reflection: false\n",
                            *ANY_PORTS, key=False) as gateway:
            with grpc.insecure_channel(gateway.grpc) as channel:
                reply = STUBS.TrroServiceStub(channel).GetDevices(
                    MESSAGES.GetDevicesRequest(page_num=1, page_size=2),
                    timeout=10)
            self.assertTrue(reply.request_id)
            done = run(os.environ["TCGATE_GRPCURL"], "-plaintext",
                       gateway.grpc, "list")
            self.assertNotEqual(done.returncode, 0)

    def test_explain_metadata(self):
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            _, call = STUBS.TrroServiceStub(channel).GetDevices.with_call(
                MESSAGES.GetDevicesRequest(page_num=1, page_size=3),
                timeout=10, metadata=[("tcgate-region", "ap-guangzhou")])
        trailing = dict(call.trailing_metadata())
        self.assertEqual(trailing["tcgate-cache"], "miss")
        self.assertEqual(trailing["tcgate-attempts"], "1")
        self.assertEqual(trailing["tcgate-account"], "default")
        self.assertEqual(trailing["tcgate-region"], "ap-guangzhou")
        self.assertIn("tcgate-queue-ms", trailing)
        self.assertTrue(trailing["tc-request-id"])

    def test_an_account_is_chosen_where_the_rule_names_it(self):
        config = """
accounts: {default: {region: ap-guangzhou}, spare: {region: ap-shanghai}}
callers:
  - {match: {anonymous: true}, accounts: [spare], actions: ["*"]}
"""
        with harness.Tcgate("--sandbox", *ANY_PORTS, config=config,
                            key=False) as gateway:
            for flags, account in (((), "default"),
                                   (("--account", "spare"), "spare")):
                done = run(harness.binary(), "call", "--explain", "--to",
                           gateway.grpc, *flags, "trro.GetDevices",
                           '{"PageNum":1,"PageSize":2}')
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertIn(f"tcgate-account: {account}\n", done.stderr)
            done = run(harness.binary(), "call", "--to", gateway.grpc,
                       "--account", "other", "trro.GetDevices", "{}")
            self.assertEqual(done.returncode, 17, done.stderr)
            self.assertIn("NOT_ALLOWED", done.stderr)

    def test_a_write_runs_once_when_the_server_reads_it_and_closes(self):
        harness.sandbox(self.gateway, "reset", {})
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            stub = STUBS.TrroServiceStub(channel)
            request = MESSAGES.CreateProjectRequest(project_name="once")
            stub.CreateProject(request, timeout=10)  # Opens the connection.
            harness.sandbox(self.gateway, "faults", [
                {"match": "trro.CreateProject", "kind": "close_after_read"}])
            try:
                with self.assertRaises(grpc.RpcError) as raised:
                    stub.CreateProject(request, timeout=10)
            finally:
                harness.sandbox(self.gateway, "faults", [])
        found = details(raised.exception)
        self.assertEqual(raised.exception.code(), grpc.StatusCode.UNKNOWN)
        self.assertEqual(found.reason, "OUTCOME_UNKNOWN")
        self.assertEqual(found.metadata["cause"], "UPSTREAM_BROKEN")
        stats = harness.sandbox(self.gateway, "stats")
        self.assertEqual(
            stats["actions"]["trro.CreateProject"]["executions"], 2)

    def test_the_admin_port(self):
        self.assertTrue(self.gateway.get("/livez"))
        self.assertIn("ready", self.gateway.get("/readyz"))
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            STUBS.TrroServiceStub(channel).GetDevices(
                MESSAGES.GetDevicesRequest(page_num=1, page_size=2),
                timeout=10)
        metrics = self.gateway.get("/metrics")
        for name in ("tcgate_calls_total", "tcgate_call_duration_seconds",
                     "tcgate_replies_total", "tcgate_upstream_attempts_total",
                     "tcgate_upstream_connections_opened_total"):
            self.assertIn(name, metrics)
        self.assertIn('action="trro.GetDevices"', metrics)

    def test_the_access_log_is_one_line_a_call(self):
        calls = 3
        before = len(self.gateway.log())
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            stub = STUBS.TrroServiceStub(channel)
            for _ in range(calls):
                stub.GetLicenseStat(MESSAGES.GetLicenseStatRequest(),
                                    timeout=10)
            stub.GetLicenses(MESSAGES.GetLicensesRequest(
                project_id="p", device_id="d", page_num=1, page_size=1),
                timeout=10)
        # Lines come in order: with the last call's, all are there.
        self.gateway.wait_for_log(lambda l: l["action"] == "trro.GetLicenses")
        lines = [l for l in self.gateway.log()[before:]
                 if l["action"] == "trro.GetLicenseStat"]
        self.assertEqual(len(lines), calls)
        for line in lines:
            self.assertEqual(line["code"], "OK")
            self.assertEqual(line["caller"], "anonymous")
            self.assertEqual(line["account"], "default")

    def test_the_readme_lists_the_fields_of_the_access_log(self):
        trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            with self.assertRaises(grpc.RpcError):  # It has a reason, too.
                STUBS.TrroServiceStub(channel).GetDevices(
                    MESSAGES.GetDevicesRequest(), timeout=10,
                    metadata=[("traceparent", trace)])
        line = self.gateway.wait_for_log(lambda l: "parent_id" in l)
        readme = (harness.ROOT / "README.md").read_text()
        table = readme.split("| field | what it is |\n", 1)[1].split("\n\n")[0]
        documented = []
        for row in table.splitlines()[1:]:
            documented += re.findall(r"`(\w+)`", row.split("|")[1])
        documented.remove("events")  # Of a stream; see stream_test.py.
        self.assertEqual(documented, list(line))

    def test_call(self):
        done = run(harness.binary(), "call", "--to", self.gateway.grpc,
                   "trro.GetDevices", '{"PageNum":1,"PageSize":2}')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(json.loads(done.stdout)["RequestId"])
        done = run(harness.binary(), "call", "--to", self.gateway.grpc,
                   "trro.GetDevices", "{}")
        self.assertNotEqual(done.returncode, 0)
        self.assertIn("MissingParameter", done.stderr)

    def test_list(self):
        done = run(harness.binary(), "list")
        self.assertEqual(done.returncode, 0)
        self.assertIn("trro.GetDevices", done.stdout)
        self.assertIn("trtc.DescribeTrtcInteractiveTime", done.stdout)
        self.assertNotIn("trtc.", run(harness.binary(), "list", "trro").stdout)


class Usage(unittest.TestCase):
    """A wrong flag, file or value is one clear line and exit 2."""

    def refused(self, *args, says):
        done = run(harness.binary(), *args)
        self.assertEqual(done.returncode, 2, (args, done))
        self.assertEqual(len(done.stderr.strip().splitlines()), 1, done.stderr)
        self.assertIn(says, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_wrong_arguments(self):
        self.refused("serve", "--sandbx", says="--sandbx")
        self.refused("srve", says="srve")
        self.refused("serve", "--listen", "nowhere", says="nowhere")
        self.refused("serve", "--sandbox", "--listen", "0.0.0.0:0",
                     says="plaintext: true")
        self.refused("serve", "--no-limits", says="--sandbox")
        self.refused("serve", "--config", "/no/such/file",
                     says="/no/such/file")
        self.refused("list", "nosuch", says="nosuch")
        self.refused("call", "trro.NoSuchAction", says="NoSuchAction")
        self.refused("check", says="--config")

    def test_no_credential_says_what_was_tried(self):
        environment = {k: v for k, v in os.environ.items()
                       if not k.startswith("TENCENTCLOUD")}
        environment["HOME"] = "/nonexistent"
        done = subprocess.run(
            [harness.binary(), "serve", "--allow-anonymous", *ANY_PORTS],
            capture_output=True, text=True, env=environment, timeout=60)
        self.assertEqual(done.returncode, 2)
        self.assertIn("TENCENTCLOUD_SECRET_ID", done.stderr)

    def test_bash_completes_what_the_catalogue_knows(self):
        script = """source <(tcgate completion bash)
            COMP_WORDS=(tcgate call trro.GetDevic); COMP_CWORD=2
            _tcgate tcgate; printf '%s\\n' "${COMPREPLY[@]}" """
        folder = str(pathlib.Path(harness.binary()).parent)
        done = subprocess.run(
            ["bash", "-c", script], capture_output=True, text=True, timeout=60,
            env={**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"})
        self.assertEqual(done.stdout.split(),
                         ["trro.GetDeviceLicense", "trro.GetDevices"])
        self.refused("completion", "csh", says="bash, zsh and fish")

    def test_help(self):
        for command in ((), ("serve",), ("sandbox",), ("check",), ("list",),
                        ("call",), ("completion",)):
            done = run(harness.binary(), *command, "--help")
            self.assertEqual(done.returncode, 0, command)
            self.assertGreater(len(done.stdout), 200, command)

    def test_check_names_every_mistake(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "bad.yaml")
            path.write_text("accounts:\n  default: {site: moon}\n"
                            "lisen: []\n")
            done = run(harness.binary(), "check", "--config", str(path))
            self.assertEqual(done.returncode, 2)
            self.assertIn("accounts.default.site", done.stderr)
            self.assertIn("lisen", done.stderr)
            # What takes more than one key to tell is named by line too.
            path.write_text("accounts: {default: {}}\n"
                            "listen:\n"
                            "- address: 0.0.0.0:1\n"
                            "callers:\n"
                            "- match: {anonymous: true}\n"
                            "  account: other\n"
                            "  actions: ['trro.GetDevices',\n"
                            "            'trro.GetDevicez']\n")
            done = run(harness.binary(), "check", "--config", str(path))
            self.assertEqual(done.returncode, 2)
            self.assertEqual(
                [line.split(": ")[:2] for line in done.stderr.splitlines()],
                [[f"{path}:3", "listen[0]"],
                 [f"{path}:6", "callers[0].account"],
                 [f"{path}:8", "callers[0].actions[1]"]])
            # And beside what one key tells, but for what may follow from it.
            path.write_text("lisen: []\n"
                            "accounts: {default: {}}\n"
                            "listen: [{address: nowhere}]\n"
                            "callers:\n"
                            "- {match: {anonymous: true}, account: other,\n"
                            "   actions: ['*']}\n")
            done = run(harness.binary(), "check", "--config", str(path))
            self.assertEqual(
                [line.split(": ")[:2] for line in done.stderr.splitlines()],
                [[f"{path}:1", "lisen"], [f"{path}:3", "listen[0].address"],
                 [f"{path}:5", "callers[0].account"]])
            # Two of several keys do not hide each other, one within the other.
            path.write_text("listen:\n"
                            "- {address: 0.0.0.0:1}\n"
                            "- {address: 0.0.0.0:1}\n")
            done = run(harness.binary(), "check", "--config", str(path))
            self.assertEqual(
                [line.split(": ")[:2] for line in done.stderr.splitlines()],
                [[f"{path}:2", "listen[0]"], [f"{path}:3", "listen[1]"],
                 [f"{path}:3", "listen[1].address"]])
            path.write_text(harness.config("https://127.0.0.1:1"))
            done = run(harness.binary(), "check", "--config", str(path))
            self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
