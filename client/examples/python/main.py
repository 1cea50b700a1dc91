"""Four calls through tcgate: a list, a write, a failing call with its details,
and a stream. TCGATE_ADDRESS is where the gateway listens."""

import os
import pathlib
import sys

import grpc
from google.rpc import error_details_pb2
from grpc_status import rpc_status

# The folder that generate.sh wrote; a package of yours would install it.
sys.path.insert(0, str(pathlib.Path(__file__).parent / "gen"))
from tencentcloudapi.trro.v20220325 import trro_pb2, trro_pb2_grpc  # noqa: E402
from tencentcloudapi.trtc.v20190722 import trtc_pb2, trtc_pb2_grpc  # noqa: E402

# Python's gRPC itself takes 4 MiB; the gateway sends up to 16.
OPTIONS = [("grpc.max_receive_message_length", 16 << 20)]


def list_projects(trro):
    # Without a deadline a call may take as long as the gateway lets it.
    reply = trro.DescribeProjectList(
        trro_pb2.DescribeProjectListRequest(page_number=1, page_size=10),
        timeout=10)
    print(f"list: DescribeProjectList: {len(reply.projects)} of {reply.total}"
          f" projects, request id {reply.request_id}")


def write(trro):
    reply = trro.CreateProject(
        trro_pb2.CreateProjectRequest(project_name="made by Python"),
        timeout=10)
    print(f"write: CreateProject: project {reply.project_id},"
          f" request id {reply.request_id}")


def read_details(error):
    """Reads the details of a failed call: who decided (`tencentcloudapi.com`,
    or `tcgate` for the gateway's own), why, which members are at fault, and the
    vendor's request id. All is empty where gRPC itself ended the call."""
    info = error_details_pb2.ErrorInfo()
    request = error_details_pb2.RequestInfo()
    bad = error_details_pb2.BadRequest()
    status = rpc_status.from_call(error)
    for detail in status.details if status else ():
        for message in (info, request, bad):
            detail.Unpack(message)  # Only what is of its type.
    fields = [violation.field for violation in bad.field_violations]
    return info.domain, info.reason, fields, request.request_id


def fail(trro):
    try:
        # Lacks PageNum and PageSize.
        trro.GetDevices(trro_pb2.GetDevicesRequest(), timeout=10)
    except grpc.RpcError as error:
        domain, reason, fields, request_id = read_details(error)
        print(f"failure: GetDevices: {error.code().name}, {domain} says"
              f" {reason} of {', '.join(fields)}, request id {request_id}")
        return
    raise RuntimeError("a request without its parameters did not fail")


def stream(trtc):
    request = trtc_pb2.TextToSpeechSSERequest(
        text="Hello from Python.",
        voice=trtc_pb2.Voice(voice_id="v-female-R2s4N9qJ"),
        sdk_app_id=14600000000)  # Does not fit 32 bits.
    count, audio, ended = 0, 0, "cut"
    # An error of the stream is raised by the loop.
    for event in trtc.TextToSpeechSSE(request, timeout=60):
        count += 1
        audio += len(event.audio)
        if event.is_end:
            ended = "whole"
    print(f"stream: TextToSpeechSSE: {count} events, {audio} characters of"
          f" audio, {ended}")


def main():
    address = os.environ.get("TCGATE_ADDRESS", "127.0.0.1:50051")
    with grpc.insecure_channel(address, OPTIONS) as channel:
        trro = trro_pb2_grpc.TrroServiceStub(channel)
        list_projects(trro)
        write(trro)
        fail(trro)
        stream(trtc_pb2_grpc.TrtcServiceStub(channel))


if __name__ == "__main__":
    main()
