#!/usr/bin/env python3
"""Bad input to proto/import: what is said, and that nothing is written. What
it says when asked."""

import contextlib
import io
import subprocess
import sys
import unittest

from import_tool import FOLDER, ROOT, Workplace, member, model
import tool
from fault import Fault

REQUEST = "DescribeThingsRequest"
GOOD = model({REQUEST: [member("A"), member("B", "Thing")],
              "Thing": [member("Name")]})


class Faults(unittest.TestCase):
    def setUp(self):
        self.place = Workplace()
        self.addCleanup(self.place.close)
        self.place.write_model(GOOD)

    def refuse(self, *parts, arguments=()):
        with self.assertRaises(Fault) as caught:
            tool.main(self.place.arguments(*arguments))
        for part in parts:
            self.assertIn(part, str(caught.exception))
        self.assertFalse(self.place.proto.exists())

    def test_what_an_overlay_may_not_say(self):
        for overlay, parts in [
                ("{", ["not JSON"]),
                ('{"actions": {}, "actions": {}}', ["`actions`", "twice"]),
                ({"action": {}}, ["unknown key `action`", "actions"]),
                ({"actions": {"DescribeThing": {}}},
                 ["actions.DescribeThing", "no such action"]),
                ({"actions": {"DescribeThings": {"effects": "READ"}}},
                 ["unknown key `effects`"]),
                ({"actions": {"DescribeThings": {"effect": "read"}}},
                 ["effect: `read`", "READ, IDEMPOTENT, WRITE"]),
                ({"actions": []}, ["top.actions", "wrong type"]),
                ([], ["top", "must be an object"]),
                ({"actions": {"DescribeThings": {"limit": {"per_s": 2}}}},
                 ["DescribeThings.limit", "needs `calls`"]),
                ({"actions": {"DescribeThings": {"page": {
                    "style": "offset", "position": "A", "size": "B"}}}},
                 ["page.style", "`offset`"]),
                ({"objects": {"Thing": {"members": {"Name": {
                    "format": "DATE"}}}}}, ["format", "FORMAT_DATE"]),
                ({"objects": {"Things": {}}},
                 ["objects.Things", "no such object"]),
                ({"objects": {"Thing": {"members": {"Nam": "A name."}}}},
                 ["objects.Thing.Nam", "no such member"]),
                ({"objects": {"Thing": {"members": {"Name": {"doc": "x",
                                                             "secret": 1}}}}},
                 ["unknown key `secret`"]),
                ({"add": {"objects": {"Thing": {"members": [
                    member("Name")]}}}},
                 ["add.objects.Thing.Name", "has it by now"]),
                ({"add": {"actions": {"DescribeThings": {
                    "input": REQUEST, "output": REQUEST}}}},
                 ["add.actions.DescribeThings", "has it by now"])]:
            with self.subTest(overlay=overlay):
                self.place.write_overlay(overlay)
                self.refuse("demo-2020-01-01.json", *parts)

    def test_the_overlay_takes_no_number_of_the_model(self):
        self.place.write_overlay({"add": {"objects": {"Thing": {"members": [
            member("Own", number=5)]}}}})
        self.refuse("Thing.Own", "number 5", "from 1000 on")

    def test_what_a_model_may_not_be(self):
        for api, parts in [
                ("{", ["api.json"]),
                ({}, ["not a model", "metadata"]),
                ([], ["not a model"]),
                ({**GOOD, "objects": []}, ["not a model"]),
                (model({REQUEST: [member("A", "Nothing")]}),
                 [f"{REQUEST}.A", "no object `Nothing`"]),
                (model({REQUEST: [{"name": "A", "type": "map",
                                   "member": "string"}]}),
                 [f"{REQUEST}.A", "unknown type `map`"])]:
            with self.subTest(api=api):
                self.place.write_model(api)
                self.refuse(*parts)

    def test_a_product_that_is_not_there(self):
        self.place.tccli = self.place.root / "nowhere"
        self.refuse("nowhere", "services/" + FOLDER)

    def test_a_product_that_is_no_folder_of_a_model(self):
        with self.assertRaisesRegex(Fault, "write the folder of the model"):
            tool.main(["demo", "--tccli", str(self.place.tccli)])

    def test_a_lock_that_cannot_be_read(self):
        self.place.proto.parent.mkdir(parents=True)
        self.place.proto.write_text("message {")
        with self.assertRaisesRegex(Fault, "cannot be the lock"):
            tool.main(self.place.arguments())
        self.assertEqual(self.place.proto.read_text(), "message {")

    def test_no_protoc(self):
        with contextlib.redirect_stdout(io.StringIO()):
            tool.main(self.place.arguments())
        with self.assertRaisesRegex(Fault, "no-protoc: No such file"):
            tool.main(self.place.arguments("--protoc", "no-protoc"))

    def test_what_cannot_be_written(self):
        (self.place.out / "tencentcloudapi").write_text("a file")
        with self.assertRaisesRegex(Fault, "cannot be written: "):
            tool.main(self.place.arguments())

    def test_check_writes_nothing_and_fails_on_a_difference(self):
        with contextlib.redirect_stdout(io.StringIO()):
            tool.main(self.place.arguments())
        self.assertEqual(tool.main(self.place.arguments("--check")), 0)
        edited = self.place.proto.read_text().replace("// Optional", "// An")
        self.place.proto.write_text(edited)
        said = io.StringIO()
        with contextlib.redirect_stderr(said):
            self.assertEqual(tool.main(self.place.arguments("--check")), 1)
        self.assertIn("-  // An string.", said.getvalue())
        self.assertEqual(self.place.proto.read_text(), edited)

    def test_check_fails_on_what_the_overlay_leaves_out(self):
        self.place.write_overlay({"title": "Demo"})
        said = io.StringIO()
        with contextlib.redirect_stdout(io.StringIO()), \
                contextlib.redirect_stderr(said):
            self.assertEqual(tool.main(self.place.arguments()), 0)
            self.assertEqual(tool.main(self.place.arguments("--check")), 1)
        self.assertIn("does not document DescribeThings", said.getvalue())

    def test_the_command_says_what_is_wrong_on_one_line(self):
        run = subprocess.run(
            [sys.executable, str(ROOT / "proto/import"), FOLDER, "--tccli",
             "/nonexistent"], capture_output=True, text=True, check=False)
        self.assertEqual(run.returncode, 1)
        self.assertRegex(run.stderr, r"\Aproto/import: /nonexistent: .*\n\Z")
        self.assertEqual(run.stdout, "")

    def test_help_says_whole_sentences(self):
        said = io.StringIO()
        with contextlib.redirect_stdout(said), self.assertRaises(SystemExit):
            tool.main(["--help"])
        self.assertRegex(said.getvalue(),
                         r"\n\nWrites a product's [^.]*\.proto [^.]*"
                         r"\.proto\s+that is there\.\n\n")


if __name__ == "__main__":
    unittest.main()
