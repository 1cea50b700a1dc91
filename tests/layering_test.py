#!/usr/bin/env python3
"""The architecture, as a test: who may include whom, who may include what."""

import pathlib
import re
import sys
import unittest

SERVICE = pathlib.Path(__file__).resolve().parent.parent / "service"

# Bottom up: a module uses only itself and those before it.
ORDER = [
    "proto", "base", "telemetry", "config", "catalog", "codec", "signing",
    "http", "credentials", "quota", "upstream", "replies", "access",
    "gateway", "rpc",
    "admin", "sandbox", "serve",
]
# Headers that only these modules may include.
LIBRARIES = {
    r"grpc(pp)?/": {"rpc"},
    r"curl/": {"http"},
    r"openssl/": {"base", "signing", "credentials", "sandbox"},
    r"simdjson": {"codec"},
    r"yaml-cpp/": {"config"},
    r"prometheus/": {"telemetry"},
    r"boost/": {"admin", "sandbox"},
}
# Files that may do so although their module may not.
EXCEPTIONS = {r"openssl/": {"rpc/certificate_set.cc"}}
INCLUDE = re.compile(r'^\s*#\s*include\s+[<"]([^>"]+)[>"]', re.M)
PRODUCT = re.compile(r"\b(trro|trtc)", re.I)
MAX_LINES = 300


def sources():
    for path in sorted(SERVICE.rglob("*")):
        if path.suffix in (".h", ".cc"):
            parts = path.relative_to(SERVICE).parts
            yield path, parts[0] if len(parts) > 1 else "main"


class Layering(unittest.TestCase):
    def test_a_module_uses_only_those_above_it(self):
        for path, module in sources():
            for include in INCLUDE.findall(path.read_text()):
                match = re.match(r"service/(\w+)/", include)
                if not match or module == "main":
                    continue
                with self.subTest(file=str(path), include=include):
                    self.assertLessEqual(
                        ORDER.index(match[1]), ORDER.index(module))

    def test_only_the_composition_root_knows_the_sandbox(self):
        for path, module in sources():
            if module in ("main", "sandbox", "serve"):
                continue
            with self.subTest(file=str(path)):
                self.assertFalse("service/sandbox/" in path.read_text())

    def test_a_library_is_included_where_it_belongs(self):
        for path, module in sources():
            name = str(path.relative_to(SERVICE))
            for include in INCLUDE.findall(path.read_text()):
                for library, allowed in LIBRARIES.items():
                    if name in EXCEPTIONS.get(library, ()):
                        continue
                    if re.match(library, include):
                        with self.subTest(file=str(path), include=include):
                            self.assertIn(module, allowed)

    def test_grpc_internal_stays_in_one_file(self):
        files = {p.name for p, _ in sources()
                 if "grpc::internal" in p.read_text()}
        self.assertLessEqual(len(files), 1, files)

    def test_no_file_outside_the_sandbox_names_a_product(self):
        for path, module in sources():
            if module == "sandbox":
                continue
            with self.subTest(file=str(path)):
                self.assertIsNone(PRODUCT.search(path.read_text()))

    def test_a_file_is_one_idea(self):
        for path, _ in sources():
            with self.subTest(file=str(path)):
                self.assertLessEqual(
                    len(path.read_text().splitlines()), MAX_LINES)

    def test_every_module_is_in_the_order(self):
        folders = {p.name for p in SERVICE.iterdir() if p.is_dir()}
        self.assertEqual(folders, set(ORDER))


if __name__ == "__main__":
    sys.exit(unittest.main())
