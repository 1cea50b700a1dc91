#!/usr/bin/env python3
"""Eight callers ask for 64 MiB each where 128 MiB may be in flight: resident
memory stays below that and 64 MiB more, who finds no room is refused as
OVERLOADED, somebody is served, and it is all given back."""

import collections
import pathlib
import re
import sys
import threading
import time
import unittest

import grpc

import tcgate_harness as harness
from raw_server import RawServer
from tcgate_errors import details

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
MIB = 1 << 20
CALLERS, REPLY, BOUND, MORE = 8, 64 * MIB, 128 * MIB, 64 * MIB
HEAD = b'{"Response":{"RequestId":"r","Devices":[{"DeviceName":"'
TAIL = b'"}]}}'
# A reply is held as JSON and as what is made of it, and a request beside them:
# a little less fits twice.
FILLER = REPLY - len(HEAD) - len(TAIL) - 4096


def send_large(connection, _):
    """A reply of 64 MiB, nearly all of it one text."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
                       % (len(HEAD) + FILLER + len(TAIL)) + HEAD)
    block = b"x" * MIB
    for _ in range(FILLER // MIB):
        connection.sendall(block)
    connection.sendall(b"x" * (FILLER % MIB) + TAIL)


class Memory:
    """What the gateway process has resident, and had at most."""

    def __init__(self, gateway):
        self._status = pathlib.Path(f"/proc/{gateway.gateway_pid()}/status")

    def _bytes(self, name):
        return int(re.search(rf"{name}:\s+(\d+) kB",
                             self._status.read_text())[1]) << 10

    now = property(lambda self: self._bytes("VmRSS"))
    most = property(lambda self: self._bytes("VmHWM"))


class ReplyMemory(unittest.TestCase):
    def setUp(self):
        self.server = RawServer(send_large)
        self.addCleanup(self.server.__exit__)
        self.gateway = harness.Tcgate(config=harness.config(
            f"http://127.0.0.1:{self.server.port}", extra=f"""
limits: {{bytes_in_flight: {BOUND}, reply_bytes: 80MiB}}
"""))
        self.addCleanup(self.gateway.__exit__)
        self.memory = Memory(self.gateway)

    def call(self, number, ends):
        """One caller, with a connection of its own."""
        options = [("grpc.max_receive_message_length", -1),
                   ("grpc.use_local_subchannel_pool", 1)]
        with grpc.insecure_channel(self.gateway.grpc,
                                   options=options) as channel:
            try:
                reply = STUBS.TrroServiceStub(channel).DescribeDeviceList(
                    MESSAGES.DescribeDeviceListRequest(
                        project_id=f"p{number}"), timeout=10)
                assert len(reply.devices[0].device_name) == FILLER
                ends.append("OK")
            except grpc.RpcError as error:
                found = details(error)
                ends.append(f"{error.code().name} "
                            f"{found.reason if found else error.details()}")

    def at_one_time(self, callers):
        ends = []
        threads = [threading.Thread(target=self.call, args=(n, ends))
                   for n in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return collections.Counter(ends)

    def test_large_replies_are_bounded_together(self):
        self.assertEqual(self.at_one_time(1), {"OK": 1})
        alone = self.memory.most
        all_ends = collections.Counter()
        for _ in range(3):
            ends = self.at_one_time(CALLERS)
            all_ends += ends
            self.assertGreaterEqual(ends["OK"], 1)
            print(f"  {dict(ends)}; {alone / MIB:.0f} MiB at most for one, "
                  f"{self.memory.most / MIB:.0f} for {CALLERS}, "
                  f"{self.memory.now / MIB:.0f} now", file=sys.stderr)
        self.assertLess(self.memory.most, BOUND + MORE)
        self.assertGreater(all_ends["RESOURCE_EXHAUSTED OVERLOADED"], 0)
        self.assertEqual(set(all_ends), {"OK", "RESOURCE_EXHAUSTED OVERLOADED"})

        # Given back to the calls that follow, and to the machine.
        self.assertEqual(self.at_one_time(1), {"OK": 1})
        deadline = time.monotonic() + 10
        while self.memory.now > MORE and time.monotonic() < deadline:
            time.sleep(0.1)
        print(f"  {self.memory.now / MIB:.0f} MiB afterwards", file=sys.stderr)
        self.assertLessEqual(self.memory.now, MORE)


if __name__ == "__main__":
    sys.exit(unittest.main())
