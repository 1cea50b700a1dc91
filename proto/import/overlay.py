"""What we say of a product: English documentation, and options that no model
holds. One JSON file a product version, overlay/<product>-<version>.json; the
README beside this file says what each key means."""

import json
import os

import secret
from fault import Fault
from model import Action, member_of

# What may stand where, and of which type.
_TEXT = (str, list)
_SHAPES = {
    "top": {"title": str, "doc": list, "mainland_host": str,
            "international_host": str, "actions": dict, "objects": dict,
            "add": dict},
    "action": {"doc": list, "effect": str, "limit": dict, "cache_ttl_s": int,
               "reads": list, "writes": list, "regions": list, "host": str,
               "page": dict, "codes": list},
    "limit": {"calls": int, "per_s": int},
    "page": {"style": str, "position": str, "size": str, "next": str,
             "total": str, "items": str, "first": int},
    "object": {"doc": _TEXT, "members": dict},
    "member": {"doc": _TEXT, "sensitive": bool, "required": bool,
               "format": str},
    "add": {"actions": dict, "objects": dict},
    "added action": {"input": str, "output": str},
    "added object": {"members": list},
    "added member": {"name": str, "type": str, "member": str, "number": int,
                     "required": bool},
}
# What must be there, and words out of a fixed set.
_NEEDED = {"limit": ["calls"], "page": ["style", "position", "size", "items"],
           "added action": ["input", "output"], "added object": ["members"],
           "added member": ["name", "type", "member"]}
_WORDS = {"effect": ["READ", "IDEMPOTENT", "WRITE"],
          "style": ["OFFSET", "NUMBER", "CURSOR"],
          "format": ["FORMAT_DATETIME", "FORMAT_DATETIME_ISO", "FORMAT_DATE"]}


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


def _check(path, where, value, kind):
    """Fails unless `value` is an object of the kind's keys and types."""
    if not isinstance(value, dict):
        raise Fault(f"{path}: {where}: must be an object")
    shape = _SHAPES[kind]
    for key, inner in value.items():
        if key not in shape:
            raise Fault(f"{path}: {where}: unknown key `{key}`; there are "
                        + ", ".join(sorted(shape)))
        if not isinstance(inner, shape[key]) or (
                shape[key] is int and isinstance(inner, bool)):
            raise Fault(f"{path}: {where}.{key}: has the wrong type")
        if key in _WORDS and inner not in _WORDS[key]:
            raise Fault(f"{path}: {where}.{key}: `{inner}`; write one of "
                        + ", ".join(_WORDS[key]))
    for key in _NEEDED.get(kind, []):
        if key not in value:
            raise Fault(f"{path}: {where}: needs `{key}`")


def _check_all(path, content):
    _check(path, "top", content, "top")
    for name, said in content.get("actions", {}).items():
        _check(path, f"actions.{name}", said, "action")
        for key in ("limit", "page"):
            if key in said:
                _check(path, f"actions.{name}.{key}", said[key], key)
    for name, said in content.get("objects", {}).items():
        _check(path, f"objects.{name}", said, "object")
        for member, about in said.get("members", {}).items():
            if not isinstance(about, str):
                _check(path, f"objects.{name}.{member}", about, "member")
    added = content.get("add", {})
    _check(path, "add", added, "add")
    for name, declared in added.get("actions", {}).items():
        _check(path, f"add.actions.{name}", declared, "added action")
    for name, declared in added.get("objects", {}).items():
        _check(path, f"add.objects.{name}", declared, "added object")
        for entry in declared["members"]:
            _check(path, f"add.objects.{name}", entry, "added member")


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
    except (ValueError, OSError) as fault:
        raise Fault(f"{path}: not JSON: {fault}") from fault
    _check_all(path, content)
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
