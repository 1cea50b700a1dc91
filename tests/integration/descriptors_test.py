#!/usr/bin/env python3
"""A product that this build has never seen, given as a descriptor set: served
through the generic service, listed, called and imitated, without a new build."""

import json
import pathlib
import subprocess
import sys
import tempfile
import unittest

import grpc
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from grpc_tools import protoc

import tcgate_harness as harness

PROTO = """
syntax = "proto3";
package tencentcloudapi.demo.v20240506;
import "tcgate/options/v1/options.proto";
// Keeps notes.
service DemoService {
  option (tcgate.options.v1.product) = {
    code: "demo" version: "2024-05-06" mainland_host: "demo.example"
  };
  // Lists notes.
  rpc DescribeNotes(DescribeNotesRequest) returns (DescribeNotesResponse) {
    option (tcgate.options.v1.action) = {effect: EFFECT_READ};
  }
}
message DescribeNotesRequest {
  optional uint64 limit = 1 [json_name = "Limit"];
}
message DescribeNotesResponse {
  optional string request_id = 1 [json_name = "RequestId"];
}
"""
PATH = "/tencentcloudapi.demo.v20240506.DemoService/DescribeNotes"


def tcgate(*args):
    return subprocess.run([harness.binary(), *args], capture_output=True,
                          text=True, timeout=60)


class Descriptors(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        source = pathlib.Path(folder.name, "demo.proto")
        source.write_text(PROTO)
        cls.file = str(source.with_suffix(".binpb"))
        include = pathlib.Path(protoc.__file__).parent / "_proto"
        code = protoc.main(
            ["protoc", f"-I{folder.name}", f"-I{harness.ROOT / 'proto'}",
             f"-I{include}", "--include_imports", "--include_source_info",
             f"--descriptor_set_out={cls.file}", "demo.proto"])
        assert code == 0
        cls.gateway = cls.enterClassContext(harness.Tcgate(
            "--sandbox", "--descriptors", cls.file, "--listen", "127.0.0.1:0",
            "--admin", "127.0.0.1:0", key=False))

    def test_a_client_with_messages_made_at_run_time(self):
        files = descriptor_pb2.FileDescriptorSet.FromString(
            pathlib.Path(self.file).read_bytes())
        pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            pool.Add(file)
        service = pool.FindServiceByName(
            "tencentcloudapi.demo.v20240506.DemoService")
        method = service.methods_by_name["DescribeNotes"]
        request = message_factory.GetMessageClass(method.input_type)(limit=3)
        reply_class = message_factory.GetMessageClass(method.output_type)
        with grpc.insecure_channel(self.gateway.grpc) as channel:
            reply = channel.unary_unary(
                PATH, request_serializer=lambda m: m.SerializeToString(),
                response_deserializer=reply_class.FromString)(
                    request, timeout=10)
        self.assertTrue(reply.request_id)
        line = self.gateway.wait_for_log(
            lambda l: l["action"] == "demo.DescribeNotes")
        self.assertEqual(line["code"], "OK")

    def test_the_command_line_knows_it(self):
        done = tcgate("list", "--descriptors", self.file, "demo")
        self.assertRegex(done.stdout,
                         r"demo.DescribeNotes +read +20/s .* Lists notes\.")
        done = tcgate("call", "--descriptors", self.file, "--to",
                      self.gateway.grpc, "demo.DescribeNotes", '{"Limit":1}')
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertTrue(json.loads(done.stdout)["RequestId"])

    def test_what_is_no_descriptor_set_is_one_line(self):
        for command in ("serve", "list"):
            done = tcgate(command, "--descriptors", __file__)
            self.assertEqual(done.returncode, 2)
            self.assertIn("descriptors_test.py: no descriptor set", done.stderr)
            self.assertEqual(len(done.stderr.splitlines()), 1)


if __name__ == "__main__":
    sys.exit(unittest.main())
