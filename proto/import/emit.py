"""Writes a contract as a .proto file, in the form that `buf format` keeps."""

import json
import textwrap

from model import SCALARS

_OPTIONS = "tcgate.options.v1"
_WIDTH = 80


def _comment(doc, indent):
    """Wraps a paragraph or a list of them; one that is a list of lines is a
    table and stays."""
    lines = []
    for paragraph in [doc] if isinstance(doc, str) else doc:
        if lines:
            lines.append("")
        if isinstance(paragraph, list):
            lines += paragraph
        else:
            lines += textwrap.wrap(
                paragraph, _WIDTH - len(indent) - 3, break_long_words=False,
                break_on_hyphens=False)
    return [f"{indent}// {line}".rstrip() for line in lines]


def _value(value, indent):
    """One value of an option as text, which may have several lines."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, str):
        if value.startswith(("EFFECT_", "STYLE_", "FORMAT_")):
            return value
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, list):
        items = [_value(v, indent + "  ") for v in value]
        if len(items) == 1:
            return f"[{items[0]}]"
        inner = ",\n".join(f"{indent}  {item}" for item in items)
        return f"[\n{inner}\n{indent}]"
    items = [f"{k}: {_value(v, indent + '  ')}" for k, v in value.items()]
    if len(items) == 1 and "\n" not in items[0]:
        return f"{{{items[0]}}}"
    inner = "\n".join(f"{indent}  {item}" for item in items)
    return f"{{\n{inner}\n{indent}}}"


def _option(name, value, indent):
    return [f"{indent}option ({_OPTIONS}.{name}) = {_value(value, indent)};"]


def _method(method, package):
    stream = "stream " if method.stream else ""
    lines = _comment(method.doc, "  ")
    lines.append(
        f"  rpc {method.name}(.{package}.{method.input}) returns "
        f"({stream}.{package}.{method.output}) {{")
    if method.deprecated:
        lines.append("    option deprecated = true;")
    lines += _option("action", method.options, "    ")
    lines.append("  }")
    return lines


def _member(member, package):
    scalar = member.type in SCALARS
    kind = member.type if scalar else f".{package}.{member.type}"
    label = ("repeated " if member.repeated else
             "optional " if scalar else "")
    options = [f"json_name = {json.dumps(member.json_name)}"]
    if member.deprecated:
        options.append("deprecated = true")
    field = {}
    if member.format:
        field["format"] = member.format
    if member.required:
        field["required"] = True
    if member.sensitive:
        field["sensitive"] = True
    if field:
        options.append(f"({_OPTIONS}.field) = {_value(field, '    ')}")
    head = f"  {label}{kind} {member.name} = {member.number} ["
    lines = _comment(member.doc, "  ")
    if len(options) == 1:
        lines.append(f"{head}{options[0]}];")
    else:
        inner = ",\n".join("    " + option for option in options)
        lines += [head, inner, "  ];"]
    return lines


def _message(message, package):
    lines = _comment(message.doc, "")
    lines.append(f"message {message.name} {{")
    blocks = []
    for gone in message.gone:
        blocks.append(_option("gone", {
            "number": gone.number, "name": gone.name,
            "json_name": gone.json_name, "kind": gone.kind}, "  "))
    if blocks:
        blocks = [[line for block in blocks for line in block]]
        numbers = ", ".join(str(g.number) for g in message.gone)
        names = ", ".join(json.dumps(g.name) for g in message.gone)
        blocks.append([f"  reserved {numbers};", f"  reserved {names};"])
    blocks += [_member(m, package) for m in message.members]
    for number, block in enumerate(blocks):
        lines += ([""] if number else []) + block
    if not blocks:
        return lines[:-1] + [f"message {message.name} {{}}"]
    return lines + ["}"]


def proto(contract):
    """The whole file as text."""
    package = contract.package
    parts = package.split(".")
    lines = [
        'syntax = "proto3";', "",
        f"// {contract.title}, API version {contract.product['version']}.",
        f"package {package};", "",
        'import "tcgate/options/v1/options.proto";', "",
        f'option go_package = "{"/".join(parts)};{parts[1]}{parts[2]}";',
        "option java_multiple_files = true;",
        f'option java_package = "{package}";', ""]
    lines += _comment(contract.doc, "")
    lines.append(f"service {contract.service} {{")
    lines += _option("product", contract.product, "  ")
    for method in contract.methods:
        lines.append("")
        lines += _method(method, package)
    lines.append("}")
    for message in contract.messages:
        lines.append("")
        lines += _message(message, package)
    return "\n".join(lines) + "\n"
