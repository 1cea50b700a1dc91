"""What we say of a product: English documentation, and options that no model
holds. One JSON file a product version, overlay/<product>-<version>.json; the
README beside this file says what each key means."""

import json
import os

import secret
from fault import Fault
from model import Action, member_of

_KEYS = {
    "": {"title", "doc", "mainland_host", "international_host", "actions",
         "objects", "add"},
    "actions": {"doc", "effect", "limit", "cache_ttl_s", "reads", "writes",
                "regions", "host", "page", "codes"},
    "objects": {"doc", "members"},
    "members": {"doc", "sensitive", "required", "format"},
    "add": {"actions", "objects"},
}


class Overlay:
    """`actions` and `objects` by name, as in the file; empty without one."""

    def __init__(self, path, content):
        self.path = path
        self.title = content.get("title", "")
        self.doc = content.get("doc", [])
        self.mainland_host = content.get("mainland_host", "")
        self.international_host = content.get("international_host", "")
        self.actions = content.get("actions", {})
        self.objects = content.get("objects", {})
        self.added = content.get("add", {})
        self.exists = bool(content)

    def action(self, name):
        return self.actions.get(name, {})

    def object_doc(self, name):
        return self.objects.get(name, {}).get("doc", "")

    def member(self, name, json_name):
        """What is said of a member; a text alone is its documentation."""
        said = self.objects.get(name, {}).get("members", {}).get(json_name, {})
        return {"doc": said} if isinstance(said, str) else said


def _unknown(path, where, keys, kind):
    for key in keys:
        if key not in _KEYS[kind]:
            allowed = ", ".join(sorted(_KEYS[kind]))
            raise Fault(f"{path}: {where}: unknown key `{key}`; there are "
                        f"{allowed}")


def _distinct(pairs):
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"`{key}` is given twice")
    return dict(pairs)


def read(path):
    """Reads an overlay; an empty one if there is no file."""
    if not os.path.exists(path):
        return Overlay(path, {})
    try:
        with open(path, encoding="utf-8") as file:
            content = json.load(file, object_pairs_hook=_distinct)
    except ValueError as fault:
        raise Fault(f"{path}: not JSON: {fault}") from fault
    _unknown(path, "top", content, "")
    _unknown(path, "add", content.get("add", {}), "add")
    for name, said in content.get("actions", {}).items():
        _unknown(path, f"actions.{name}", said, "actions")
        effect = said.get("effect", "READ")
        if effect not in ("READ", "IDEMPOTENT", "WRITE"):
            raise Fault(f"{path}: actions.{name}: effect `{effect}`; write "
                        "READ, IDEMPOTENT or WRITE")
    for name, said in content.get("objects", {}).items():
        _unknown(path, f"objects.{name}", said, "objects")
        for member, about in said.get("members", {}).items():
            if not isinstance(about, str):
                _unknown(path, f"objects.{name}.{member}", about, "members")
    return Overlay(path, content)


def add(overlay, model):
    """Adds what only the overlay knows to the model: actions of one site, and
    members that examples show."""
    for name, declared in overlay.added.get("objects", {}).items():
        members = model.objects.setdefault(name, [])
        for entry in declared["members"]:
            member = member_of(entry, f"{overlay.path}: add.objects.{name}")
            if any(m.json_name == member.json_name for m in members):
                raise Fault(f"{overlay.path}: add.objects.{name}."
                            f"{member.json_name}: the model has it by now; "
                            "remove it here")
            members.append(member)
    for name, declared in overlay.added.get("actions", {}).items():
        if name in model.actions:
            raise Fault(f"{overlay.path}: add.actions.{name}: the model has "
                        "it by now; remove it here")
        model.actions[name] = Action(name, declared["input"],
                                     declared["output"])


def apply(overlay, model):
    """Documents the model's members. Fails on what the overlay names and the
    model has not: a typing error, or documentation of something gone."""
    for name in overlay.actions:
        if name not in model.actions:
            raise Fault(f"{overlay.path}: actions.{name}: no such action")
    for name, said in overlay.objects.items():
        if name not in model.objects:
            raise Fault(f"{overlay.path}: objects.{name}: no such object")
        known = {m.json_name for m in model.objects[name]}
        for member in said.get("members", {}):
            if member not in known:
                raise Fault(f"{overlay.path}: objects.{name}.{member}: no such "
                            "member")
    for name, members in model.objects.items():
        for member in members:
            said = overlay.member(name, member.json_name)
            member.doc = said.get("doc", "")
            member.sensitive = said.get(
                "sensitive", secret.by_name(member.json_name))
            member.required = said.get("required", member.required)
            member.format = said.get("format", member.format)
