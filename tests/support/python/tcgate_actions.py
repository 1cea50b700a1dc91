"""Calls of many actions, since each has a limit of its own: those that the
sandbox answers to a request with nothing but required members."""

import importlib

import tcgate_harness as harness

_PRODUCTS = {
    "trro": ("tencentcloudapi.trro.v20220325.trro", "TrroService"),
    "trtc": ("tencentcloudapi.trtc.v20190722.trtc", "TrtcService")}
_PROJECT = "f3glr49r3axn0fu2"  # Is there at the sandbox's beginning.

# None is limited below 20 calls a second, the default.
READS = (
    "trro.DescribeAnnotationJobs trro.DescribeDeviceList trro.DescribePolicy "
    "trro.DescribeProjectInfo trro.DescribeProjectList trro.GetDevices "
    "trro.GetLicenseStat trro.GetLicenses trtc.DescribeCallDetailInfo "
    "trtc.DescribePicture trtc.DescribeRecordStatistic trtc.DescribeRoomInfo "
    "trtc.DescribeScaleInfo trtc.DescribeTRTCMarketQualityData "
    "trtc.DescribeTRTCMarketScaleData trtc.DescribeTRTCRealTimeScaleData "
    "trtc.DescribeTrtcInteractiveTime trtc.DescribeUnusualEvent "
    "trtc.DescribeUserInfo trtc.DescribeVoicePrint").split()
WRITES = (
    "trro.CreateProject trtc.CreateCloudModeration trtc.CreateCloudSliceTask "
    "trtc.CreateCloudRecording trtc.CreatePicture trtc.StartAIConversation "
    "trtc.StartWebRecord trtc.VoiceClone").split()


def _fill(request, number):
    """Sets what the documentation requires. Texts say `number`."""
    options = importlib.import_module("tcgate.options.v1.options_pb2")
    for field in request.DESCRIPTOR.fields:
        if not field.GetOptions().Extensions[options.field].required:
            continue
        if field.cpp_type == field.CPPTYPE_MESSAGE:
            part = getattr(request, field.name)
            part.SetInParent()
            _fill(part, number)
        elif field.cpp_type == field.CPPTYPE_STRING:
            value = (_PROJECT if field.name == "project_id" else
                     "2025-07-01" if "time" in field.name else str(number))
            setattr(request, field.name, value)
        else:
            setattr(request, field.name, 1)


class Action:
    """One action, called through any channel, of grpc or grpc.aio."""

    def __init__(self, label):
        self.label = label
        product, self.name = label.split(".")
        module, service = _PRODUCTS[product]
        messages, _ = harness.stubs(module)
        self._path = f"/{module.rpartition('.')[0]}.{service}/{self.name}"
        self._request, self._response = (
            getattr(messages, self.name + kind) for kind in ("Request",
                                                             "Response"))

    def request(self, number):
        request = self._request()
        _fill(request, number)
        return request

    def on(self, channel):
        """As the method of a stub, without making the whole stub."""
        return channel.unary_unary(
            self._path, request_serializer=self._request.SerializeToString,
            response_deserializer=self._response.FromString)
