"""Writes a product's .proto from the vendor's model, our overlay and the .proto
that is there.

See README.md beside this file."""

import argparse
import difflib
import pathlib
import re
import sys

import contract
import emit
import lock
import model
import overlay
from fault import Fault

_HERE = pathlib.Path(__file__).resolve().parent
_ROOT = _HERE.parent
_OVERLAYS = _HERE / "overlay"


def _arguments(arguments):
    parser = argparse.ArgumentParser(
        prog="proto/import", description=__doc__.partition("\n\n")[0])
    parser.add_argument(
        "products", nargs="*", metavar="PRODUCT/VERSION",
        help="folder of the model, such as trro/v20220325; without any, every "
        "product that has an overlay")
    parser.add_argument(
        "--tccli", required=True, metavar="PATH",
        help="folder `tccli` of the installed PyPI package, or its wheel")
    parser.add_argument(
        "--out", default=str(_ROOT), metavar="DIR",
        help="root of the .proto files; the lock is read there too (default: "
        "the folder proto/ of this tool)")
    parser.add_argument(
        "--overlays", default=str(_OVERLAYS), metavar="DIR",
        help="folder of the overlays (default: that beside this tool)")
    parser.add_argument(
        "--check", action="store_true",
        help="write nothing; fail if a file is not what it would be")
    parser.add_argument("--protoc", default="protoc", metavar="PROGRAM",
                        help="reads the lock (default: protoc)")
    return parser.parse_args(arguments)


def _with_overlay(overlays):
    found = []
    for path in sorted(pathlib.Path(overlays).glob("*.json")):
        product, version = path.stem.split("-", 1)
        found.append(f"{product}/v{version.replace('-', '')}")
    return found


def _overlay_path(overlays, folder):
    product, version = folder.split("/v")
    return (pathlib.Path(overlays) /
            f"{product}-{version[:4]}-{version[4:6]}-{version[6:]}.json")


def run(folder, tccli, out=_ROOT, overlays=_OVERLAYS, protoc="protoc"):
    """Returns the path of a product's .proto, what it holds now ("" if there
    is none) and what it should hold; and what its overlay leaves out."""
    if not re.fullmatch(r"[a-z0-9]+/v[0-9]{8}", folder):
        raise Fault(f"`{folder}`: write the folder of the model, such as "
                    "trro/v20220325")
    path = (pathlib.Path(out) / "tencentcloudapi" / folder /
            (folder.split("/")[0] + ".proto"))
    locked = lock.read(str(path), (str(out), str(_ROOT)), protoc)
    built = contract.build(
        model.read(tccli, folder),
        overlay.read(str(_overlay_path(overlays, folder))), locked)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    return path, before, emit.proto(built), built.undocumented


def _write(path, text):
    """Whole or not at all: the file is the only lock."""
    fresh = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as fault:
        raise Fault(f"{path}: cannot be written: {fault.strerror}") from fault


def main(arguments):
    args = _arguments(arguments)
    differs = False
    for folder in args.products or _with_overlay(args.overlays):
        path, before, after, missing = run(
            folder, args.tccli, args.out, args.overlays, args.protoc)
        if missing:
            more = f" and {len(missing) - 10} more" if len(missing) > 10 else ""
            print(f"{folder}: the overlay does not document "
                  + ", ".join(missing[:10]) + more, file=sys.stderr)
        if args.check:
            if before != after:
                differs = True
                sys.stderr.writelines(difflib.unified_diff(
                    before.splitlines(True), after.splitlines(True),
                    str(path), "what the model makes of it"))
            differs = differs or bool(missing)
        elif before != after:
            _write(path, after)
            print(f"{folder}: wrote {path}")
        else:
            print(f"{folder}: unchanged")
    if differs:
        print("the committed files are not what model and overlay make of "
              "them; run proto/import without --check", file=sys.stderr)
    return 1 if differs else 0
