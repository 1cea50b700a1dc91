"""The committed .proto as the lock of numbers and names.

A member keeps its number and name for ever. One that the vendor took away, or
gave another type, is reserved, and the message's option `gone` keeps what a
reserved statement cannot say: which member it was, and of which type. If it
comes back with that type it gets its number and its name back."""

import dataclasses
import os
import subprocess
import tempfile

import naming
from fault import Fault
from model import Action, Member
from wire import Message

# Numbers from here on are the overlay's to give, so that members that only we
# know can never meet those that the vendor adds.
FIRST_OVERLAY_NUMBER = 1000
# Of every extension in tcgate/options/v1/options.proto.
_OPTION = 786431
_TYPES = {1: "double", 3: "int64", 4: "uint64", 8: "bool", 9: "string",
          12: "bytes"}
_MESSAGE, _REPEATED = 11, 3
_FORMATS = {0: "", 1: "FORMAT_DATETIME", 2: "FORMAT_DATETIME_ISO",
            3: "FORMAT_DATE"}


@dataclasses.dataclass(frozen=True)
class Gone:
    """A member that is no more. `kind` is that of Member.kind()."""
    number: int
    name: str
    json_name: str
    kind: str


@dataclasses.dataclass
class Lock:
    members: dict  # List of Member by message.
    gone: dict  # List of Gone by message.
    actions: dict  # Action by name.


def empty():
    return Lock({}, {}, {})


def _member(field, path):
    kind = field.number(5)
    if kind != _MESSAGE and kind not in _TYPES:
        raise Fault(f"{path}: field {field.text(1)} has a type that the API "
                    "has not; the file is written by this tool, not by hand")
    options = field.message(8)
    option = options.message(_OPTION)
    return Member(
        json_name=field.text(10), name=field.text(1), number=field.number(3),
        type=(field.text(6).rsplit(".", 1)[1] if kind == _MESSAGE
              else _TYPES[kind]),
        repeated=field.number(4) == _REPEATED,
        format=_FORMATS[option.number(1)], required=bool(option.number(2)),
        deprecated=bool(options.number(3)))


def _descriptors(path, include, protoc):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "set")
        command = [protoc, *(f"-I{root}" for root in include),
                   f"--descriptor_set_out={out}", path]
        try:
            run = subprocess.run(command, capture_output=True, text=True,
                                 check=False)
        except OSError as fault:
            raise Fault(f"{protoc}: {fault.strerror}; it reads the committed "
                        ".proto. Install protobuf-compiler or pass --protoc"
                        ) from fault
        if run.returncode != 0:
            raise Fault(f"{path}: does not compile, so it cannot be the lock. "
                        f"Put it right or take the last commit's:\n"
                        f"{run.stderr.strip()}")
        with open(out, "rb") as file:
            return Message(file.read())


def read(path, include, protoc="protoc"):
    """Reads a .proto that this tool wrote; an empty lock if there is none.
    `include` are the roots that protoc looks in, that of `path` first."""
    if not os.path.exists(path):
        return empty()
    lock = empty()
    (file,) = _descriptors(path, include, protoc).messages(1)
    for message in file.messages(4):
        name = message.text(1)
        lock.members[name] = [_member(f, path) for f in message.messages(2)]
        lock.gone[name] = [
            Gone(g.number(1), g.text(2), g.text(3), g.text(4))
            for g in message.message(7).messages(_OPTION)]
    for service in file.messages(6):
        for method in service.messages(2):
            lock.actions[method.text(1)] = Action(
                method.text(1), method.text(2).rsplit(".", 1)[1],
                method.text(3).rsplit(".", 1)[1],
                stream=bool(method.number(6)))
    return lock


def number(where, members, locked, gone):
    """Gives each of `members` its number and name. Returns them in the order
    of their numbers, and what is gone now. `where` names the message."""
    before = {m.json_name: m for m in locked}
    back = {(g.json_name, g.kind): g for g in gone}
    numbered, fresh = [], []
    for member in members:
        old = before.get(member.json_name)
        if old is not None and old.kind() == member.kind():
            numbered.append(_as(member, old))
        elif (member.json_name, member.kind()) in back:
            numbered.append(_as(member, back[member.json_name, member.kind()]))
        else:
            fresh.append(member)
    kept = {m.number for m in numbered}
    now_gone = [g for g in gone if g.number not in kept] + [
        Gone(m.number, m.name, m.json_name, m.kind()) for m in locked
        if m.number not in kept]
    used = {m.number for m in numbered} | {g.number for g in now_gone}
    taken = [(m.name, m.repeated) for m in numbered] + [
        (g.name, g.kind.startswith("repeated ")) for g in now_gone]
    following = max((n for n in used if n < FIRST_OVERLAY_NUMBER), default=0)
    for member in fresh:
        if member.number == 0:
            following += 1
            chosen = following
            if chosen >= FIRST_OVERLAY_NUMBER:
                raise Fault(f"{where}: more than {FIRST_OVERLAY_NUMBER - 1} "
                            "members")
        else:
            chosen = member.number
            if chosen < FIRST_OVERLAY_NUMBER or chosen in used:
                raise Fault(
                    f"{where}.{member.json_name}: the overlay gives number "
                    f"{chosen}; take a free one from {FIRST_OVERLAY_NUMBER} on")
        name = naming.free(member.json_name, member.repeated, taken)
        used.add(chosen)
        taken.append((name, member.repeated))
        numbered.append(dataclasses.replace(member, number=chosen, name=name))
    numbered.sort(key=lambda m: m.number)
    return numbered, sorted(now_gone, key=lambda g: g.number)


def _as(member, old):
    return dataclasses.replace(member, number=old.number, name=old.name)
