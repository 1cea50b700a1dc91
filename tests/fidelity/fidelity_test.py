#!/usr/bin/env python3
"""Every documented example of TRRO, and the three of
DescribeTrtcInteractiveTime (documented as GET, sent as POST), through the whole
gateway: a client from generated stubs in front, a replay server behind that
checks the signature with the official SDK's code. What arrives must be the JSON
that the documentation shows, what returns must equal it value by value."""

import json
import sys
import unittest

import grpc
from google.protobuf import json_format

import replay_server
import tcgate_harness as harness

EXAMPLES = json.loads(
    (harness.ROOT / "tests/testdata/examples.json").read_text())

# Where the documentation contradicts its own types, what is sent follows the
# type. By action and member.
INTEGERS_DOCUMENTED_AS_STRINGS = {
    ("DescribeDeviceSessionList", "EndTime"),
    ("DescribeSessionStatisticsByInterval", "StartTime"),
    ("DescribeSessionStatisticsByInterval", "EndTime"),
}
# An empty list in a reply equals an absent one: protobuf has no difference.
EMPTY_LISTS_IN_REPLIES = {
    "BatchDeleteDevices", "BatchDeletePolicy", "ModifyPolicy",
    "DescribeDeviceSessionDetails",
}


def to_python(message):
    """A message as the JSON that the API documents: its names, its numbers."""
    result = {}
    for field, value in message.ListFields():
        one = to_python if field.type == field.TYPE_MESSAGE else lambda v: v
        if field.label == field.LABEL_REPEATED:
            result[field.json_name] = [one(v) for v in value]
        else:
            result[field.json_name] = one(value)
    return result


def without_empty_lists(value):
    if isinstance(value, dict):
        return {k: without_empty_lists(v) for k, v in value.items() if v != []}
    if isinstance(value, list):
        return [without_empty_lists(v) for v in value]
    return value


def same_types(left, right):
    """Equal, and alike in type: 1 is not True, and 1 is not 1.0 unless the
    documentation writes a float without its point."""
    if isinstance(left, dict):
        return (isinstance(right, dict) and left.keys() == right.keys()
                and all(same_types(left[k], right[k]) for k in left))
    if isinstance(left, list):
        return (isinstance(right, list) and len(left) == len(right)
                and all(map(same_types, left, right)))
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    return left == right and isinstance(left, str) == isinstance(right, str)


class Fidelity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = harness.certificates()
        ca, certificate, key = cls.folder.__enter__()
        cls.server = replay_server.ReplayServer(
            certificate, key, harness.SECRET_ID, harness.SECRET_KEY)
        cls.gateway = harness.Tcgate(
            config=harness.config(cls.server.url, ca))
        cls.channel = grpc.insecure_channel(cls.gateway.grpc)
        cls.products = {
            "trro": harness.stubs("tencentcloudapi.trro.v20220325.trro"),
            "trtc": harness.stubs("tencentcloudapi.trtc.v20190722.trtc"),
        }
        cls.stub = {
            "trro": cls.products["trro"][1].TrroServiceStub(cls.channel),
            "trtc": cls.products["trtc"][1].TrtcServiceStub(cls.channel),
        }

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.gateway.__exit__()
        cls.server.close()
        cls.folder.__exit__(None, None, None)

    def round_trip(self, example):
        messages = self.products[example["product"]][0]
        request = json_format.ParseDict(
            example["request"],
            getattr(messages, example["action"] + "Request")())
        self.server.expect(example)
        call = getattr(self.stub[example["product"]], example["action"])
        reply = call(request, timeout=20)
        self.assertEqual(self.server.faults, [])

        sent = dict(example["request"])
        for action, member in INTEGERS_DOCUMENTED_AS_STRINGS:
            if action == example["action"] and member in sent:
                sent[member] = int(sent[member])
        self.assertTrue(same_types(self.server.body, sent),
                        f"sent {self.server.body}, documented {sent}")

        documented = example["response"]["Response"]
        if example["action"] in EMPTY_LISTS_IN_REPLIES:
            documented = without_empty_lists(documented)
        returned = to_python(reply)
        self.assertTrue(same_types(returned, documented),
                        f"returned {returned}, documented {documented}")

    def test_every_documented_example(self):
        for number, example in enumerate(EXAMPLES):
            with self.subTest(action=example["action"], number=number):
                self.round_trip(example)

    def test_every_action_has_an_example(self):
        service = self.products["trro"][0].DESCRIPTOR.services_by_name[
            "TrroService"]
        self.assertEqual({m.name for m in service.methods},
                         {e["action"] for e in EXAMPLES
                          if e["product"] == "trro"})
        self.assertEqual(
            sum(e["product"] == "trtc" for e in EXAMPLES), 3)

    def test_the_replay_server_sees_a_wrong_signature(self):
        example = EXAMPLES[0]
        server = self.server
        server.expect(example)

        class Request:
            headers = {
                "Content-Type": "application/json", "Host": "127.0.0.1",
                "X-TC-Timestamp": "1700000000", "X-TC-Action": example["action"],
                "X-TC-Version": example["version"],
                "X-TC-Region": "ap-guangzhou", "X-TC-Language": "en-US",
                "Authorization": "TC3-HMAC-SHA256 Credential=x",
            }
            path = "/"

        server._check(Request, "{}", harness.SECRET_ID, harness.SECRET_KEY)
        self.assertEqual(len(server.faults), 1)
        self.assertIn("Authorization", server.faults[0])


if __name__ == "__main__":
    sys.exit(unittest.main())
