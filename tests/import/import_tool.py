"""Puts proto/import on the path, and makes models small enough to read."""

import json
import pathlib
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "proto/import"))

FOLDER = "demo/v20200101"


def member(name, kind="string", **flags):
    """One member as api.json has it: `kind` is a scalar or an object; a list
    begins with `repeated `."""
    repeated = kind.startswith("repeated ")
    kind = kind.removeprefix("repeated ")
    scalars = {"int64": "int", "uint64": "int", "double": "float"}
    known = {"string", "bool", "float", "datetime", "datetime_iso", "date"}
    plain = scalars.get(kind, kind if kind in known else "object")
    return {"name": name, "type": "list" if repeated else plain,
            "member": "float" if kind == "double" else kind, **flags}


def model(objects, actions=("DescribeThings",), **status):
    """api.json of product `demo`. Objects that are not given are empty."""
    declared = {
        action: {"document": "", "input": action + "Request", "name": "",
                 "output": action + "Response",
                 "status": status.get(action, "online")}
        for action in actions}
    for action in declared.values():
        objects.setdefault(action["input"], [])
        objects.setdefault(action["output"], [member("RequestId")])
    return {
        "metadata": {"apiVersion": "2020-01-01", "serviceShortName": "demo"},
        "actions": declared,
        "objects": {name: {"document": "", "members": members}
                    for name, members in objects.items()}}


class Workplace:
    """A folder with a model, overlays and the .proto that is made of them."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        self.root = pathlib.Path(self._folder.name)
        self.tccli = self.root / "tccli"
        self.overlays = self.root / "overlays"
        self.out = self.root / "out"
        self.proto = self.out / "tencentcloudapi" / FOLDER / "demo.proto"
        self.overlays.mkdir()
        self.out.mkdir()

    def write_model(self, api):
        path = self.tccli / "services" / FOLDER / "api.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(api if isinstance(api, str) else json.dumps(api))

    def write_overlay(self, content):
        path = self.overlays / "demo-2020-01-01.json"
        path.write_text(content if isinstance(content, str)
                        else json.dumps(content))

    def arguments(self, *more):
        return [FOLDER, "--tccli", str(self.tccli), "--out", str(self.out),
                "--overlays", str(self.overlays), *more]

    def close(self):
        self._folder.cleanup()
