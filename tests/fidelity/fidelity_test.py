#!/usr/bin/env python3
"""Every documented example of TRRO and TRTC (those documented as GET too, sent
as POST), through the whole gateway: a client from generated stubs in front, a
replay server behind that checks the signature with the official SDK's code.
What arrives must be the JSON that the documentation shows, what returns must
equal it value by value."""

import json
import sys
import unittest

import grpc
from google.protobuf import json_format

import replay_server
import tcgate_harness as harness
from compare import EMPTY, STRING, UNKNOWN, differences, to_python
from tcgate_errors import details

EXAMPLES = json.loads(
    (harness.ROOT / "tests/testdata/examples.json").read_text())

# What is not equal: action, member, why. Each must be needed.
REQUEST_EXCEPTIONS = {
    # Documented as integers, shown as strings; sent as integers.
    ("DescribeDeviceSessionList", "EndTime", STRING),
    ("DescribeSessionStatisticsByInterval", "StartTime", STRING),
    ("DescribeSessionStatisticsByInterval", "EndTime", STRING),
}
REPLY_EXCEPTIONS = {
    # Documented as a list of integers, shown as a list of lists; left out.
    ("DescribeTRTCMarketScaleMetricData", "Data.Series.Values", UNKNOWN),
} | {
    (action, member, EMPTY) for action, members in {
        "BatchDeleteDevices": ["FailedDeviceIds"],
        "BatchDeletePolicy": ["FailedRemoteDeviceIds"],
        "DescribeCloudModeration": [
            "SubscribeStreamUserIds." + member for member in [
                "SubscribeAudioUserIds", "SubscribeVideoUserIds",
                "UnSubscribeAudioUserIds", "UnSubscribeVideoUserIds"]],
        "DescribeCloudRecording": ["StorageFileList"],
        "DescribeDeviceSessionDetails": [
            "Details." + member for member in [
                "BitRateEstimate", "CaptureCost", "DecodeCost", "EncodeCost",
                "K100", "K150", "Lag100Duration", "Lag150Duration", "MultiNet",
                "RenderCost", "TotalBitrateEstimate", "VideoLatency"]],
        "ModifyPolicy": ["FailedDeleteIds", "FailedInsertIds"],
    }.items() for member in members
}
# Only the international SDKs have them, and no documentation shows a call.
WITHOUT_EXAMPLE = {"QueryAIMessageList", "SetUserBlocked",
                   "SetUserBlockedByStrRoomId"}


class Fidelity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.seen = set()
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

    def same(self, example, documented, got, exceptions):
        found = {(example["action"], where, why)
                 for where, why in differences(documented, got)}
        self.seen.update(found)
        self.assertLessEqual(found, exceptions)

    def round_trip(self, example):
        messages = self.products[example["product"]][0]
        request = json_format.ParseDict(
            example["request"],
            getattr(messages, example["action"] + "Request")())
        self.server.expect(example)
        call = getattr(self.stub[example["product"]], example["action"])
        try:
            if "events" in example:
                self.streams(example, call(request, timeout=20))
            elif "Error" in example["response"]["Response"]:
                self.fails(example["response"]["Response"]["Error"],
                           call(request, timeout=20))
            else:
                reply = call(request, timeout=20)
                self.same(example, example["response"]["Response"],
                          to_python(reply), REPLY_EXCEPTIONS)
        finally:
            self.assertEqual(self.server.faults, [])
        self.same(example, example["request"], self.server.body,
                  REQUEST_EXCEPTIONS)

    def streams(self, example, call):
        for event in example["events"]:
            if "Error" in event:
                self.fails(event["Error"], call)
                return
            self.same(example, event, to_python(next(call)), set())
        with self.assertRaises(StopIteration):
            next(call)

    def fails(self, error, call):
        with self.assertRaises(grpc.RpcError) as caught:
            next(call)
        found = details(caught.exception)
        self.assertIn(error["Code"],
                      (found.reason, found.metadata.get("vendor_code")))

    def test_every_documented_example(self):
        for number, example in enumerate(EXAMPLES):
            with self.subTest(action=example["action"], number=number):
                self.round_trip(example)
        self.assertEqual(REQUEST_EXCEPTIONS | REPLY_EXCEPTIONS, self.seen)
        print(f"{len(EXAMPLES)} examples of {len(self.products)} products")

    def test_every_action_has_an_example(self):
        for product, service in (("trro", "TrroService"),
                                 ("trtc", "TrtcService")):
            methods = self.products[product][0].DESCRIPTOR.services_by_name[
                service].methods
            self.assertEqual(
                {m.name for m in methods} - WITHOUT_EXAMPLE,
                {e["action"] for e in EXAMPLES if e["product"] == product})

    def test_the_replay_server_sees_a_wrong_signature(self):
        example = EXAMPLES[0]
        server = self.server
        server.expect(example)

        class Request:
            headers = {
                "Content-Type": "application/json", "Host": "127.0.0.1",
                "X-TC-Timestamp": "1700000000",
                "X-TC-Action": example["action"],
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
