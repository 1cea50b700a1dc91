"""The vendor's model of one product version, as the PyPI package `tccli`
carries it: services/<folder>/api.json, for example of trro/v20220325."""

import dataclasses
import json
import os
import zipfile

from fault import Fault

# Pairs of `type` and `member` of a scalar, by the proto type that holds it.
# Times stay strings: their forms and zones vary.
_TYPES = {
    "string": "string", "int64": "int64", "uint64": "uint64",
    "float": "double", "bool": "bool", "binary": "bytes",
    "datetime": "string", "datetime_iso": "string", "date": "string",
}
_FORMATS = {
    "datetime": "FORMAT_DATETIME", "datetime_iso": "FORMAT_DATETIME_ISO",
    "date": "FORMAT_DATE",
}
SCALARS = frozenset(_TYPES.values())
# The only mark of a reply that comes as events: text of RequestId.
_STREAM = "本接口为流式响应接口"


@dataclasses.dataclass
class Member:
    """One member of an object. `type` is a proto scalar or the name of an
    object. `number` is zero until the lock gives one."""
    json_name: str
    type: str
    repeated: bool = False
    format: str = ""
    required: bool = False
    deprecated: bool = False
    sensitive: bool = False
    number: int = 0
    name: str = ""
    doc: str = ""

    def kind(self):
        """What decides whether an old reader can read it: uint64 and int64
        are one varint."""
        base = "int64" if self.type == "uint64" else self.type
        return ("repeated " if self.repeated else "") + base


@dataclasses.dataclass
class Action:
    name: str
    input: str
    output: str
    deprecated: bool = False
    stream: bool = False


@dataclasses.dataclass
class Model:
    folder: str  # Such as trro/v20220325.
    code: str  # First label of the host.
    version: str  # Such as 2022-03-25.
    actions: dict  # Action by name.
    objects: dict  # List of Member by name of the object.


def _open(tccli, path):
    """Reads a file of the package: an unpacked one, or a wheel as pip
    downloads it."""
    try:
        if os.path.isdir(tccli):
            with open(os.path.join(tccli, path), encoding="utf-8") as file:
                return json.load(file)
        with zipfile.ZipFile(tccli) as wheel:
            return json.loads(wheel.read("tccli/" + path))
    except (KeyError, FileNotFoundError) as fault:
        raise Fault(
            f"{tccli}: holds no {path}. Name the folder `tccli` of the "
            "installed package or its wheel, and a product version that it "
            "has, such as trro/v20220325") from fault
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise Fault(f"{tccli}: {path}: {fault}") from fault


def member_of(entry, where):
    """Reads one member in the form that api.json has."""
    json_name, declared = entry["name"], entry["member"]
    kind = entry["type"]
    known = {"object", "list", "int"} | _TYPES.keys()
    if kind not in known:
        raise Fault(f"{where}.{json_name}: unknown type `{kind}`")
    return Member(
        json_name=json_name,
        type=_TYPES.get(declared, declared),
        repeated=kind == "list",
        format=_FORMATS.get(declared, ""),
        required=entry.get("required") is True,
        deprecated=entry.get("disabled") is True,
        number=entry.get("number", 0))


def read(tccli, folder):
    """Reads and checks a model. Objects that no action uses are kept."""
    api = _open(tccli, f"services/{folder}/api.json")
    where = f"{tccli}: {folder}"
    try:
        metadata = api["metadata"]
        objects = {
            name: [member_of(entry, f"{where}: {name}")
                   for entry in declared["members"]]
            for name, declared in api["objects"].items()}
        actions = {
            name: Action(name, declared["input"], declared["output"],
                         declared.get("status") in ("deprecated", "offline"),
                         any(m["name"] == "RequestId"
                             and _STREAM in m.get("document", "")
                             for m in api["objects"][declared["output"]]
                             ["members"]))
            for name, declared in api["actions"].items()}
        model = Model(folder, metadata["serviceShortName"],
                      metadata["apiVersion"], actions, objects)
    except (KeyError, TypeError, AttributeError) as fault:
        raise Fault(f"{where}: not a model: {fault!r}: a key is missing or "
                    "holds the wrong type") from fault
    check(model, where)
    return model


def check(model, where):
    """Fails on a reference to an object that is not there."""
    for action in model.actions.values():
        for side in (action.input, action.output):
            if side not in model.objects:
                raise Fault(f"{where}: {action.name}: no object `{side}`")
    for name, members in model.objects.items():
        for member in members:
            if member.type not in SCALARS and (
                    member.type not in model.objects):
                raise Fault(f"{where}: {name}.{member.json_name}: no object "
                            f"`{member.type}`")


def reachable(model, roots):
    """Names of all objects that a value of one of `roots` may hold."""
    seen, todo = set(), list(roots)
    while todo:
        name = todo.pop()
        if name not in seen:
            seen.add(name)
            todo += [m.type for m in model.objects[name]
                     if m.type not in SCALARS]
    return seen
