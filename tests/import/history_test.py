#!/usr/bin/env python3
"""Real models: that of a year ago, then that of today over it; the committed
files against the model that they are made of; products without an overlay."""

import json
import os
import pathlib
import random
import re
import subprocess
import tempfile
import unittest
import zipfile

from import_tool import ROOT
import lock

NEW, OLD = os.environ["TCGATE_TCCLI"], os.environ["TCGATE_TCCLI_OLD"]
TOOL = str(ROOT / "proto/import")
PRODUCTS = ("trro/v20220325", "trtc/v20190722", "cvm/v20170312",
            "sts/v20180813")
WIRE = json.dumps({"version": "v2", "breaking": {"use": ["WIRE"]}})


def run(*command, cwd=None):
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True,
                          check=False, timeout=120)


def path_of(root, product):
    return (pathlib.Path(root) / "tencentcloudapi" / product /
            f"{product.split('/')[0]}.proto")


def model_of(product):
    with zipfile.ZipFile(NEW) as wheel:
        return json.loads(wheel.read(f"tccli/services/{product}/api.json"))


def numbers(text):
    """Every field with its number, in the order of the file."""
    return re.findall(r"^  (?:\w+ )?[\w.]+ (\w+ = \d+) \[", text, re.M)


class TestCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "out").mkdir()
        (self.root / "none").mkdir()

    def succeed(self, *command, **more):
        done = run(*command, **more)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def take(self, tccli, *products):
        """Imports without overlays, so that either model will do."""
        self.succeed("python3", TOOL, "--tccli", tccli, "--out",
                     str(self.root / "out"), "--overlays",
                     str(self.root / "none"), *products)

    def write(self, product, api):
        """Makes `api` the product's model in the package `self.root`."""
        path = self.root / "services" / product / "api.json"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(api))

    def locked(self, product):
        return lock.read(str(path_of(self.root / "out", product)),
                         (str(self.root / "out"), str(ROOT / "proto")))

    def image(self, name):
        image = str(self.root / name)
        self.succeed(
            "protoc", f"-I{self.root / 'out'}", f"-I{ROOT / 'proto'}",
            "--include_imports", f"--descriptor_set_out={image}",
            *(f"tencentcloudapi/{p}/{p.split('/')[0]}.proto"
              for p in PRODUCTS))
        return image


class AYear(TestCase):
    def test_no_kept_member_changes_its_number(self):
        self.take(OLD, *PRODUCTS)
        old_image = self.image("old.binpb")
        before = {p: self.locked(p) for p in PRODUCTS}
        self.take(NEW, *PRODUCTS)
        new_image = self.image("new.binpb")
        for product in PRODUCTS:
            after = self.locked(product)
            kept = lost = 0
            for message, members in before[product].members.items():
                now = {(m.json_name, m.kind()): m
                       for m in after.members[message]}
                reserved = {(g.json_name, g.kind): g
                            for g in after.gone[message]}
                for m in members:
                    what = (m.json_name, m.kind())
                    there = now.get(what) or reserved.get(what)
                    self.assertIsNotNone(there, f"{product} {message} {what}")
                    self.assertEqual((there.number, there.name),
                                     (m.number, m.name), message)
                    kept += what in now
                    lost += what not in now
            fresh = sum(map(len, after.members.values())) - kept
            print(f"{product}: {kept} members kept, {lost} reserved, "
                  f"{fresh} new")
            self.assertGreater(kept, 0)
        self.succeed(os.environ["TCGATE_BUF"], "breaking", new_image,
                     "--against", old_image, "--config", WIRE)

    def test_buf_agrees_when_members_are_lost_retyped_and_moved(self):
        # Worse than any year was: one member in ten each.
        self.take(NEW, *PRODUCTS)
        before = self.image("before.binpb")
        chance, lost = random.Random(2022), 0
        for product in PRODUCTS:
            api = model_of(product)
            for declared in api["objects"].values():
                kept = [m for m in declared["members"]
                        if m["name"] == "RequestId" or chance.random() > 0.1]
                lost += len(declared["members"]) - len(kept)
                for m in kept:
                    if m["name"] != "RequestId" and chance.random() < 0.1:
                        m.update(type="bool", member="bool")
                chance.shuffle(kept)
                declared["members"] = kept
            self.write(product, api)
        self.take(str(self.root), *PRODUCTS)
        self.assertGreater(lost, 100)
        self.succeed(os.environ["TCGATE_BUF"], "breaking",
                     self.image("after.binpb"), "--against", before,
                     "--config", WIRE)
        self.take(NEW, *PRODUCTS)  # All come back as they were.
        for product in PRODUCTS:
            text = path_of(self.root / "out", product).read_text()
            fresh = self.root / "fresh"
            self.succeed("python3", TOOL, "--tccli", NEW, "--out", str(fresh),
                         "--overlays", str(self.root / "none"), product)
            first = path_of(fresh, product).read_text()
            self.assertEqual(numbers(text), numbers(first), product)

    def test_an_action_that_the_vendor_drops_stays_whole(self):
        # The overlay adds what its events hold to the vendor's RequestId.
        product, action = "trtc/v20190722", "TextToSpeechSSE"
        out = str(self.root / "out")
        path = path_of(out, product)
        path.parent.mkdir(parents=True)
        path.write_text(path_of(ROOT / "proto", product).read_text())
        before = self.locked(product)
        api = model_of(product)
        del api["actions"][action]
        for side in ("Request", "Response"):
            del api["objects"][action + side]
        self.write(product, api)
        self.succeed("python3", TOOL, product, "--tccli", str(self.root),
                     "--out", out)
        self.assertEqual(self.locked(product), before)
        text = path.read_text()
        rpc = text[text.index(f"  rpc {action}("):]
        self.assertIn("option deprecated = true;", rpc[:rpc.index("  }\n")])

    def test_buf_would_see_a_number_that_moves(self):
        self.take(NEW, *PRODUCTS)
        image = self.image("new.binpb")
        path = path_of(self.root / "out", "sts/v20180813")
        path.write_text(path.read_text().replace(" = 1 [", " = 99 [", 1))
        done = run(os.environ["TCGATE_BUF"], "breaking",
                   self.image("moved.binpb"), "--against", image, "--config",
                   WIRE)
        self.assertNotEqual(done.returncode, 0)
        self.assertIn('field "1"', done.stdout)


class Committed(TestCase):
    def test_the_files_are_what_model_and_overlay_make_of_them(self):
        self.succeed("python3", TOOL, "--tccli", NEW, "--check")

    def test_without_a_lock_trro_is_the_same(self):
        # It has lost nothing yet, so that the order of the model is the lock's.
        done = run("python3", TOOL, "trro/v20220325", "--tccli", NEW, "--out",
                   str(self.root / "out"))
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(
            path_of(self.root / "out", "trro/v20220325").read_text(),
            path_of(ROOT / "proto", "trro/v20220325").read_text())


class Undescribed(TestCase):
    """cvm and sts have no overlay."""

    def setUp(self):
        super().setUp()
        self.take(NEW, *PRODUCTS)
        self.text = {p: path_of(self.root / "out", p).read_text()
                     for p in PRODUCTS}

    def test_they_compile_and_hold_no_chinese(self):
        self.image("all.binpb")
        for product, text in self.text.items():
            self.assertTrue(text.isascii(), product)

    def test_facts(self):
        cvm, sts = self.text["cvm/v20170312"], self.text["sts/v20180813"]
        for text, fact in [
                (cvm, 'mainland_host: "cvm.tencentcloudapi.com"'),
                (cvm, "service CvmService {"),
                (cvm, "  optional string instance_id = 2 "
                      '[json_name = "InstanceId"];'),
                (sts, "package tencentcloudapi.sts.v20180813;"),
                (sts, 'json_name = "TmpSecretKey",\n'
                      "    (tcgate.options.v1.field) = {sensitive: true}")]:
            self.assertIn(fact, text)
        self.assertEqual(sts.count("  rpc "), 7)

    def test_effects_follow_the_verbs(self):
        def effect(product, action):
            rpc = self.text[product].split(f"  rpc {action}(")[1]
            return re.search(r"effect: EFFECT_(\w+)", rpc)[1]

        for product, action, expected in [
                ("cvm/v20170312", "DescribeInstances", "READ"),
                ("cvm/v20170312", "InquiryPriceRunInstances", "READ"),
                ("cvm/v20170312", "RunInstances", "WRITE"),
                ("cvm/v20170312", "ExportImages", "WRITE"),
                ("sts/v20180813", "GetCallerIdentity", "READ"),
                ("sts/v20180813", "GetSessionToken", "WRITE")]:
            self.assertEqual(effect(product, action), expected, action)

    def test_pages_are_told_from_the_names(self):
        rpc = self.text["cvm/v20170312"].split("  rpc DescribeInstances(")[1]
        page = rpc[rpc.index("page: {"):rpc.index("}")]
        self.assertEqual(
            page.split(), ["page:", "{", "style:", "STYLE_OFFSET", "position:",
                           '"Offset"', "size:", '"Limit"', "total:",
                           '"TotalCount"', "items:", '"InstanceSet"'])


if __name__ == "__main__":
    unittest.main()
