#!/usr/bin/env python3
"""The documented examples of actions that stream, through the whole gateway.
The first two pairs answer with events, wherever the body is cut."""

import json
import sys
import unittest

import grpc
from google.protobuf import json_format

import replay_server
import tcgate_harness as harness
from fidelity_test import same_types, to_python
from tcgate_errors import details

EXAMPLES = json.loads(
    (harness.ROOT / "tests/testdata/stream_examples.json").read_text())


class StreamFidelity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = harness.certificates()
        ca, certificate, key = cls.folder.__enter__()
        cls.server = replay_server.ReplayServer(
            certificate, key, harness.SECRET_ID, harness.SECRET_KEY)
        cls.gateway = harness.Tcgate(
            config=harness.config(cls.server.url, ca))
        cls.channel = grpc.insecure_channel(cls.gateway.grpc)
        cls.messages, stubs = harness.stubs(
            "tencentcloudapi.trtc.v20190722.trtc")
        cls.stub = stubs.TrtcServiceStub(cls.channel)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.gateway.__exit__()
        cls.server.close()
        cls.folder.__exit__(None, None, None)

    def call(self, example):
        """The events that arrive, as the API's JSON, and the error or None."""
        request = json_format.ParseDict(
            example["request"],
            getattr(self.messages, example["action"] + "Request")())
        self.server.expect(example)
        events = []
        try:
            for event in getattr(self.stub, example["action"])(
                    request, timeout=20):
                events.append(to_python(event))
        except grpc.RpcError as error:
            return events, error
        finally:
            self.assertEqual(self.server.faults, [])
            self.assertEqual(self.server.body, example["request"])
        return events, None

    def check_error(self, error, documented, request_id):
        seen = details(error)
        self.assertEqual(error.details(), documented["Message"])
        self.assertEqual(seen.request_id, request_id)
        # Of a write, a code that leaves open whether it ran is UNKNOWN.
        self.assertEqual(seen.metadata.get("vendor_code", seen.reason),
                         documented["Code"])

    def test_events_equal_the_documented_ones(self):
        streams = [e for e in EXAMPLES if "response_stream" in e]
        self.assertEqual(len(streams), 2)
        for example in streams:
            for size in (1, 7, 64, 100_000):
                with self.subTest(size=size):
                    self.server.chunk_bytes = size
                    events, error = self.call(example)
                    documented = list(example["response_stream"])
                    if documented[-1]["Type"] == "error":
                        last = documented.pop()
                        self.check_error(error, last["Error"],
                                         last["RequestId"])
                    else:
                        self.assertIsNone(error)
                    self.assertTrue(same_types(events, documented),
                                    f"got {events}, documented {documented}")

    def test_an_error_before_the_stream_is_the_documented_one(self):
        for example in EXAMPLES:
            if "response" not in example:
                continue
            documented = example["response"]["Response"]
            events, error = self.call(example)
            self.assertEqual(events, [])
            self.check_error(error, documented["Error"],
                             documented["RequestId"])


if __name__ == "__main__":
    sys.exit(unittest.main())
