"""Reads the protobuf wire format, as far as descriptors need it, so that the
tool runs without the protobuf package."""


def _varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


class Message:
    """The fields of one message by number, as varints, bytes or both."""

    def __init__(self, data):
        self._fields = {}
        at = 0
        while at < len(data):
            key, at = _varint(data, at)
            kind = key & 7
            if kind == 0:
                value, at = _varint(data, at)
            else:
                if kind == 2:
                    size, at = _varint(data, at)
                else:
                    size = {1: 8, 5: 4}[kind]
                value, at = data[at:at + size], at + size
            self._fields.setdefault(key >> 3, []).append(value)

    def number(self, field):
        return self._fields.get(field, [0])[-1]

    def text(self, field):
        return self._fields.get(field, [b""])[-1].decode()

    def message(self, field):
        return Message(b"".join(self._fields.get(field, [])))

    def messages(self, field):
        return [Message(value) for value in self._fields.get(field, [])]
