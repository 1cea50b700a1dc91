"""Reads the details of a failed call: google.rpc.Status by hand, since callers
need no google/rpc of ours."""

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

_F = descriptor_pb2.FieldDescriptorProto


def _build():
    file = descriptor_pb2.FileDescriptorProto(
        name="test/status.proto", package="test", syntax="proto3",
        dependency=["google/protobuf/any.proto",
                    "google/protobuf/duration.proto"])

    def message(name, *fields):
        made = file.message_type.add(name=name)
        for number, (field, kind, repeated) in enumerate(fields, 1):
            made.field.add(
                name=field, number=number,
                label=_F.LABEL_REPEATED if repeated else _F.LABEL_OPTIONAL,
                type=kind if isinstance(kind, int) else _F.TYPE_MESSAGE,
                type_name=None if isinstance(kind, int) else kind)
        return made

    message("Status", ("code", _F.TYPE_INT32, False),
            ("message", _F.TYPE_STRING, False),
            ("details", ".google.protobuf.Any", True))
    info = message("ErrorInfo", ("reason", _F.TYPE_STRING, False),
                   ("domain", _F.TYPE_STRING, False),
                   ("metadata", ".test.ErrorInfo.MetadataEntry", True))
    entry = info.nested_type.add(name="MetadataEntry")
    entry.options.map_entry = True
    for number, name in enumerate(("key", "value"), 1):
        entry.field.add(name=name, number=number, type=_F.TYPE_STRING,
                        label=_F.LABEL_OPTIONAL)
    message("RequestInfo", ("request_id", _F.TYPE_STRING, False))
    message("RetryInfo", ("retry_delay", ".google.protobuf.Duration", False))
    message("Violation", ("field", _F.TYPE_STRING, False),
            ("description", _F.TYPE_STRING, False))
    message("BadRequest", ("field_violations", ".test.Violation", True))

    from google.protobuf import any_pb2, duration_pb2  # noqa: F401
    pool = descriptor_pool.Default()
    pool.Add(file)
    return {name: message_factory.GetMessageClass(
        pool.FindMessageTypeByName("test." + name))
        for name in ("Status", "ErrorInfo", "RequestInfo", "RetryInfo",
                     "BadRequest")}


_TYPES = _build()


class Details:
    """What a status says beside code and message."""

    def __init__(self, serialized):
        self.status = _TYPES["Status"].FromString(serialized)
        self.reason = self.domain = self.request_id = ""
        self.metadata, self.violations, self.retry_delay = {}, [], None
        for detail in self.status.details:
            prefix, _, name = detail.type_url.rpartition("/google.rpc.")
            assert prefix == "type.googleapis.com", detail.type_url
            message = _TYPES[name].FromString(detail.value)
            if name == "ErrorInfo":
                self.reason, self.domain = message.reason, message.domain
                self.metadata = dict(message.metadata)
            elif name == "RequestInfo":
                self.request_id = message.request_id
            elif name == "RetryInfo":
                self.retry_delay = message.retry_delay
            elif name == "BadRequest":
                self.violations = [(v.field, v.description)
                                   for v in message.field_violations]


def details(error):
    """The details of a grpc.RpcError, or None where it has none."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            return Details(value)
    return None
