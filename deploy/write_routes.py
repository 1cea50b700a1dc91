#!/usr/bin/env python3
"""Writes the routes of deploy/ that depend on the contract: which methods a
proxy may repeat, and which are streams. Both are lists of what is known, so a
method that a list does not have yet is never repeated.

    tests/python.sh deploy/write_routes.py           rewrites the files
    tests/python.sh deploy/write_routes.py --check   fails if it would
"""

import importlib
import pathlib
import re
import sys

import tcgate_harness as harness

DEPLOY = pathlib.Path(__file__).resolve().parent
BEGIN, END = "# Written by deploy/write_routes.py: ", "# End of what is written."


def methods():
    """Every method of the contract with its options, in the order of names."""
    root = harness.ROOT / "proto"
    names = sorted(".".join(p.relative_to(root).with_suffix("").parts)
                   for p in root.glob("tencentcloudapi/**/*.proto"))
    modules = [harness.stubs(name)[0] for name in names]
    options = importlib.import_module("tcgate.options.v1.options_pb2")
    for module in modules:
        for service in module.DESCRIPTOR.services_by_name.values():
            for method in sorted(service.methods, key=lambda m: m.name):
                said = method.GetOptions().Extensions[options.action]
                yield method, said.effect, options


def repeatable():
    """Paths of unary methods that change nothing, or that a repeat leaves as
    they are."""
    return [path(m) for m, effect, options in methods()
            if not m.server_streaming and effect in (
                options.EFFECT_READ, options.EFFECT_IDEMPOTENT)]


def streams():
    return [path(m) for m, _, _ in methods() if m.server_streaming]


def path(method):
    return f"/{method.containing_service.full_name}/{method.name}"


# By file: the part's title, its paths, and a line for each of them.
PARTS = {
    "envoy/envoy.yaml": (
        ("streams", streams,
         "- {{name: stream, match: {{path: {0}}}, route: *stream}}"),
        ("what may be repeated", repeatable,
         "- {{name: repeatable, match: {{path: {0}}}, route: *repeatable}}")),
    "kubernetes/istio/virtual-service.yaml": (
        ("what may be repeated", repeatable, "- uri: {{exact: {0}}}"),),
}


def rewritten(text, title, lines):
    """`text` with what stands between the marks of `title` replaced."""
    marks = re.compile(
        rf"^( *){re.escape(BEGIN + title)}\n(?:.*\n)*?\1{re.escape(END)}\n",
        re.M)

    def whole(match):
        indent = match[1]
        return "".join(f"{indent}{line}\n"
                       for line in (BEGIN + title, *lines, END))

    text, count = marks.subn(whole, text)
    assert count == 1, f"{count} times the marks of: {title}"
    return text


def main():
    stale = []
    for name, parts in PARTS.items():
        file = DEPLOY / name
        before = after = file.read_text()
        for title, paths, line in parts:
            after = rewritten(after, title, [line.format(p) for p in paths()])
        if after != before:
            stale.append(name)
            if "--check" not in sys.argv[1:]:
                file.write_text(after)
    for name in stale:
        print(f"deploy/{name}: {'stale' if '--check' in sys.argv else 'written'}")
    return 1 if stale and "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(main())
