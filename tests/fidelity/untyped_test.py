#!/usr/bin/env python3
"""Products without an overlay, straight from the vendor's model: imported,
compiled, served with `--descriptors`, called with messages made at run time.
Every documented example goes through; the share that comes out equal is printed,
with what keeps the rest from it."""

import collections
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

import grpc
from google.protobuf import (descriptor_pb2, descriptor_pool, json_format,
                             message_factory)

import documented
import replay_server
import tcgate_harness as harness
from compare import STRING, differences, to_python
from tcgate_errors import details

TCCLI = os.environ["TCGATE_TCCLI"]
# The least share of equal pairs, from what was measured with this model.
PRODUCTS = {
    "cvm/v20170312": ("2017-03-12", 0.88),
    "sts/v20180813": ("2018-08-13", 0.88),
}


def descriptor_set(folder):
    """Imports both products and compiles them into one set in `folder`."""
    subprocess.run(
        [sys.executable, str(harness.ROOT / "proto/import"), "--tccli", TCCLI,
         "--out", str(folder), *PRODUCTS], check=True, capture_output=True)
    path = folder / "set.binpb"
    subprocess.run(
        ["protoc", f"-I{folder}", f"-I{harness.ROOT / 'proto'}",
         "--include_imports", "--include_source_info",
         f"--descriptor_set_out={path}",
         *(str(p) for p in sorted(folder.rglob("*.proto")))], check=True)
    return path


class Untyped(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with tempfile.TemporaryDirectory() as folder:
            path = descriptor_set(pathlib.Path(folder))
            files = descriptor_pb2.FileDescriptorSet.FromString(
                path.read_bytes())
            cls.certificates = harness.certificates()
            ca, certificate, key = cls.certificates.__enter__()
            cls.server = replay_server.ReplayServer(
                certificate, key, harness.SECRET_ID, harness.SECRET_KEY)
            cls.gateway = harness.Tcgate(
                "--descriptors", str(path),
                config=harness.config(cls.server.url, ca))
        cls.channel = grpc.insecure_channel(cls.gateway.grpc)
        cls.pool = descriptor_pool.DescriptorPool()
        for file in files.file:
            cls.pool.Add(file)

    @classmethod
    def tearDownClass(cls):
        cls.channel.close()
        cls.gateway.__exit__()
        cls.server.close()
        cls.certificates.__exit__(None, None, None)

    def call(self, method, example):
        """Returns what was sent, and the reply or the vendor code."""
        request = json_format.ParseDict(
            example["request"],
            message_factory.GetMessageClass(method.input_type)())
        reply = message_factory.GetMessageClass(method.output_type)
        self.server.expect(example)
        path = f"/{method.containing_service.full_name}/{method.name}"
        call = self.channel.unary_unary(
            path, request_serializer=lambda m: m.SerializeToString(),
            response_deserializer=reply.FromString)
        try:
            return to_python(call(request, timeout=20))
        except grpc.RpcError as error:
            found = details(error)
            return {"Error": found.reason if found else error.code().name}
        finally:
            self.assertEqual(self.server.faults, [])

    def reasons(self, method, example):
        """Why a pair is not equal; nothing if it is."""
        if example["request"] is None:
            return {"request: not JSON"}
        if example["response"] is None:
            return {"reply: not JSON"}
        shown = example["response"]["Response"]
        if "Error" in shown:
            shown = {"Error": shown["Error"]["Code"]}
        try:
            got = self.call(method, example)
        except json_format.ParseError:
            return {"request: a member that the model does not have, or of "
                    "another type"}
        sent = {why for _, why in differences(example["request"],
                                              self.server.body)}
        if example["get"]:
            sent.discard(STRING)
        return ({"request: " + why for why in sent}
                | {"reply: " + why for _, why in differences(shown, got)})

    def test_every_documented_example(self):
        for folder, (version, least) in PRODUCTS.items():
            product = folder.split("/")[0]
            package = "tencentcloudapi." + folder.replace("/", ".")
            service = self.pool.FindServiceByName(
                f"{package}.{product.capitalize()}Service")
            count, equal, why = 0, 0, collections.Counter()
            for action, request, response, get in documented.read(TCCLI,
                                                                  folder):
                found = self.reasons(service.methods_by_name[action], {
                    "product": product, "version": version, "action": action,
                    "request": request, "response": response, "get": get})
                count += 1
                equal += not found
                why.update(found)
            print(f"{folder}: {equal} of {count} pairs equal "
                  f"({equal / count:.0%})")
            for reason, times in why.most_common():
                print(f"  {times:4} {reason}")
            with self.subTest(folder):
                self.assertGreaterEqual(equal / count, least)


if __name__ == "__main__":
    sys.exit(unittest.main())
