"""Puts model, overlay and lock together: all that the .proto says."""

import dataclasses

import effect
import lock as locks
import naming
import overlay as overlays
import page
from model import SCALARS, reachable

REQUEST_ID = ("Id that the vendor gave the call; quote it to support. On a "
              "cached reply, that of the call that filled the cache.")


@dataclasses.dataclass
class Method:
    """One rpc. `options` is the option `action`, in the order of its fields;
    `doc` its paragraphs."""
    name: str
    input: str
    output: str
    stream: bool
    deprecated: bool
    options: dict
    doc: list


@dataclasses.dataclass
class MessageType:
    name: str
    doc: str
    members: list
    gone: list


@dataclasses.dataclass
class Contract:
    package: str
    service: str
    title: str
    doc: list
    product: dict  # The option `product`.
    methods: list
    messages: list
    undocumented: list  # Names that an overlay should document and does not.


def _keep(model, described, lock):
    """What the vendor took away stays: callers have it compiled in.
    `described` names the objects that the vendor describes; `model` holds by
    now what the overlay adds, too."""
    for name, members in lock.members.items():
        added = model.objects.get(name, [])
        # The overlay numbers what it adds to an object of the vendor's. One
        # that it adds without numbers is its own, whole as it says.
        own = name in model.objects and not any(m.number for m in added)
        if name in described or own:
            continue
        ours = {m.json_name for m in added}
        model.objects[name] = [
            dataclasses.replace(m, number=0, name="") for m in members
            if m.number < locks.FIRST_OVERLAY_NUMBER
            and m.json_name not in ours] + added
    for name, action in lock.actions.items():
        if name not in model.actions:
            model.actions[name] = dataclasses.replace(action, deprecated=True)


def _fallback(member):
    """All that the model says in English."""
    kind = (f"`{member.type}`" if member.type not in SCALARS
            else {"bool": "boolean", "double": "number", "int64": "integer",
                  "uint64": "unsigned integer"}.get(member.type, member.type))
    if member.repeated:
        kind = f"list of {kind}" if kind[0] == "`" else f"list of {kind}s"
    if member.type == "string" and member.format:
        kind += " that holds a time"
    return ("Required " if member.required else "Optional ") + kind + "."


def _consequence(options):
    """What the effect means to a caller."""
    ttl = options.get("cache_ttl", {}).get("seconds", 0)
    if options["effect"] == "EFFECT_IDEMPOTENT":
        return "Overwrites: repeating the call leaves the same state."
    if ttl:
        return f"Changes nothing; a cached reply is at most {ttl} s old."
    return "Changes nothing; never answered from the cache."


def _method(action, model, overlay, undocumented):
    said = overlay.action(action.name)
    effects = said.get("effect") or effect.by_name(model.folder, action.name)
    options = {"effect": "EFFECT_" + effects}
    if "limit" in said:
        options["limit"] = {"calls": said["limit"]["calls"]}
        if "per_s" in said["limit"]:
            options["limit"]["per"] = {"seconds": said["limit"]["per_s"]}
    if said.get("cache_ttl_s"):
        options["cache_ttl"] = {"seconds": said["cache_ttl_s"]}
    for key in ("reads", "writes", "regions"):
        if said.get(key):
            options[key] = said[key]
    held = reachable(model, (action.input, action.output))
    if any(m.sensitive for name in held for m in model.objects[name]):
        options["sensitive"] = True
    if action.stream:
        options["sse"] = True
    if "host" in said:
        options["host"] = said["host"]
    paging = said.get("page", page.derive(model.objects[action.input],
                                          model.objects[action.output]))
    if paging:
        options["page"] = dict(paging, style="STYLE_" + paging["style"])

    doc = list(said.get("doc", []))
    if not doc:
        undocumented.append(action.name)
        doc = [f"Action `{action.name}` of {model.code} {model.version}."]
    if effects != "WRITE":
        doc.append(_consequence(options))
    elif "doc" not in said:
        doc.append("Counts as a write: repeated only where it certainly did "
                   "not run.")
    if said.get("codes"):
        codes = ", ".join(f"`{code}`" for code in said["codes"])
        doc.append(f"Vendor codes: {codes}.")
    return Method(action.name, action.input, action.output, action.stream,
                  action.deprecated, options, doc)


def build(model, overlay, lock):
    """Returns the contract. Changes `model`, which gains what overlay and lock
    add to it."""
    described = set(model.objects)
    overlays.add(overlay, model)
    _keep(model, described, lock)
    asked = reachable(model, (a.input for a in model.actions.values()))
    for name, members in model.objects.items():
        for member in members:  # A reply promises nothing.
            member.required = member.required and name in asked
    overlays.apply(overlay, model)

    service = naming.service(model.folder, model.objects)
    undocumented = []
    methods = [_method(model.actions[name], model, overlay, undocumented)
               for name in sorted(model.actions)]
    docs, order = {}, []
    for method in methods:
        for side, what in ((method.input, "Request"), (method.output, "Reply")):
            docs[side] = f"{what} of `{service}.{method.name}`."
            order.append(side)
    messages = []
    for name in order + sorted(model.objects.keys() - docs.keys()):
        members, gone = locks.number(
            name, model.objects[name], lock.members.get(name, []),
            lock.gone.get(name, []))
        for member in members:
            if not member.doc and member.json_name == "RequestId":
                member.doc = REQUEST_ID
            elif not member.doc:
                undocumented.append(f"{name}.{member.json_name}")
                member.doc = _fallback(member)
        doc = overlay.object_doc(name) or docs.get(name)
        if not doc:
            undocumented.append(name)
            doc = f"Object `{name}` of {model.code} {model.version}."
        messages.append(MessageType(name, doc, members, gone))

    product = {"code": model.code, "version": model.version,
               "mainland_host": overlay.mainland_host
               or f"{model.code}.tencentcloudapi.com"}
    if overlay.international_host:
        product["international_host"] = overlay.international_host
    return Contract(
        naming.package(model.folder), service,
        overlay.title or f"Product `{model.code}`",
        overlay.doc or [f"Product `{model.code}` in API version "
                        f"{model.version}, from the vendor's model alone."],
        product, methods, messages,
        undocumented if overlay.exists else [])
