#!/usr/bin/env python3
"""The committed .proto as the lock: a member keeps its number and name for
ever, and no number ever means two things."""

import contextlib
import io
import random
import unittest

from import_tool import ROOT, Workplace, member, model
import lock
import tool
from model import Member

REQUEST = "DescribeThingsRequest"


class Files(unittest.TestCase):
    """Through the whole tool and protoc: models follow one another."""

    def setUp(self):
        self.place = Workplace()
        self.addCleanup(self.place.close)

    def take(self, *members, **more):
        """Imports a model whose request has `members`; returns the .proto."""
        self.place.write_model(model({REQUEST: list(members),
                                      "Thing": [member("Name")]}, **more))
        with contextlib.redirect_stdout(io.StringIO()), \
                contextlib.redirect_stderr(io.StringIO()):
            self.assertEqual(tool.main(self.place.arguments()), 0)
        return self.place.proto.read_text()

    def fields(self, message=REQUEST):
        """(number, name) of its members by JSON name, as protoc reads it."""
        locked = lock.read(str(self.place.proto),
                           (str(self.place.out), str(ROOT / "proto")))
        return {m.json_name: (m.number, m.name)
                for m in locked.members[message]}

    def test_the_first_import_numbers_in_the_order_of_the_model(self):
        self.take(member("B"), member("A"))
        self.assertEqual(self.fields(), {"B": (1, "b"), "A": (2, "a")})

    def test_twice_is_identical(self):
        members = [member("A"), member("Password", required=True),
                   member("B", "repeated Thing"),
                   member("C", "datetime", disabled=True)]
        self.assertEqual(self.take(*members), self.take(*members))

    def test_a_member_added_in_the_middle_goes_to_the_end(self):
        self.take(member("A"), member("B"))
        self.take(member("A"), member("New"), member("B"))
        self.assertEqual(self.fields(), {"A": (1, "a"), "B": (2, "b"),
                                         "New": (3, "new")})

    def test_reordered_members_change_nothing(self):
        before = self.take(member("A"), member("B"), member("C"))
        self.assertEqual(self.take(member("C"), member("A"), member("B")),
                         before)

    def test_a_lost_member_is_reserved_and_comes_back_as_it_was(self):
        self.take(member("A"), member("B", "int64"), member("C"))
        lost = self.take(member("A"), member("C"))
        self.assertIn("  reserved 2;\n  reserved \"b\";\n", lost)
        self.assertEqual(self.take(member("A"), member("C")), lost)
        self.assertIn("d = 4", self.take(member("A"), member("C"),
                                         member("D")))
        back = self.take(member("A"), member("B", "int64"), member("C"))
        self.assertEqual(self.fields(),
                         {"A": (1, "a"), "B": (2, "b"), "C": (3, "c")})
        self.assertIn("  reserved 4;\n  reserved \"d\";\n", back)

    def test_a_retyped_member_gets_a_new_number_and_name(self):
        self.take(member("A"), member("B", "int64"))
        self.take(member("A"), member("B"))
        self.assertEqual(self.fields()["B"], (3, "b_2"))
        self.take(member("A"), member("B", "repeated string"))
        self.assertEqual(self.fields()["B"], (4, "b_3"))
        self.take(member("A"), member("B", "int64"))
        self.assertEqual(self.fields()["B"], (2, "b"))

    def test_a_lost_member_that_comes_back_retyped_is_a_new_one(self):
        self.take(member("A"), member("B", "int64"))
        self.take(member("A"))
        self.take(member("A"), member("B", "Thing"))
        self.assertEqual(self.fields()["B"], (3, "b_2"))

    def test_both_kinds_of_integer_are_one(self):
        self.take(member("A", "uint64"))
        text = self.take(member("A", "int64"))
        self.assertIn("optional int64 a = 1 [", text)
        self.assertNotIn("reserved", text)

    def test_a_lost_action_stays_deprecated_with_its_messages(self):
        actions = ("DescribeThings", "DropThings")
        self.place.write_model(model(
            {"DropThingsRequest": [member("Old", "Thing", required=True)],
             "Thing": [member("Name")]}, actions))
        with contextlib.redirect_stdout(io.StringIO()):
            tool.main(self.place.arguments())
            self.place.write_model(model({}))
            tool.main(self.place.arguments())
            once = self.place.proto.read_text()
            tool.main(self.place.arguments())
        self.assertEqual(self.place.proto.read_text(), once)
        rpc = once[once.index("rpc DropThings("):]
        self.assertIn("option deprecated = true;", rpc[:300])
        self.assertIn("(tcgate.options.v1.field) = {required: true}", once)
        self.assertIn("message Thing {", once)

    def test_a_lost_object_keeps_its_members_beside_the_overlays(self):
        reply = "DropThingsResponse"
        self.place.write_overlay({"add": {"objects": {reply: {"members": [
            member("Audio", number=1000)]}}}})
        before = {"RequestId": (1, "request_id"), "Audio": (1000, "audio")}
        self.take(actions=("DescribeThings", "DropThings"))
        self.assertEqual(self.fields(reply), before)
        once = self.take()
        self.assertEqual(self.fields(reply), before)
        self.assertNotIn("reserved", once)
        self.assertEqual(self.take(), once)
        # What the overlay says of a member by now goes first.
        self.place.write_overlay({"add": {"objects": {reply: {"members": [
            member("RequestId", "int64", number=1001),
            member("Audio", number=1000)]}}}})
        self.take()
        self.assertEqual(self.fields(reply)["RequestId"],
                         (1001, "request_id_2"))

    def test_an_object_of_the_overlay_loses_what_the_overlay_drops(self):
        def add(*members):
            self.place.write_overlay({"add": {"objects": {"Own": {
                "members": list(members)}}}})
            return self.take()

        add(member("A"), member("B"))
        self.assertIn("  reserved 1;\n  reserved \"a\";\n", add(member("B")))
        self.assertEqual(self.fields("Own"), {"B": (2, "b")})
        add()
        self.assertEqual(self.fields("Own"), {})

    def test_the_overlay_numbers_from_1000_on(self):
        overlay = {"add": {"objects": {REQUEST: {"members": [
            member("Ours", number=1000)]}}}}
        self.place.write_overlay(overlay)
        self.take(member("A"))
        self.assertEqual(self.fields()["Ours"], (1000, "ours"))
        self.take(member("A"), member("B"))
        self.assertEqual(self.fields()["B"], (2, "b"))


class Histories(unittest.TestCase):
    """Random histories of one message, against what must always hold."""

    KINDS = ("string", "int64", "uint64", "double", "Thing")

    def test_no_number_and_no_name_ever_means_two_things(self):
        chance = random.Random(20220325)
        for history in range(200):
            members, gone, meaning, names = [], [], {}, {}
            for step in range(20):
                now = [Member(f"M{n}", chance.choice(self.KINDS),
                              chance.random() < 0.2)
                       for n in range(12) if chance.random() < 0.7]
                chance.shuffle(now)
                where = f"history {history}, step {step}"
                before = {(m.json_name, m.kind()): m.number for m in members}
                members, gone = lock.number("M", now, members, gone)
                for m in [*members, *gone]:
                    kind = m.kind() if isinstance(m, Member) else m.kind
                    what = (m.json_name, kind)
                    self.assertEqual(meaning.setdefault(m.number, what), what,
                                     where)
                    self.assertEqual(names.setdefault(m.name, what), what,
                                     where)
                self.assertEqual({m.json_name for m in members},
                                 {m.json_name for m in now}, where)
                for m in members:
                    kept = before.get((m.json_name, m.kind()), m.number)
                    self.assertEqual(m.number, kept, where)
                again, gone_again = lock.number("M", now, members, gone)
                self.assertEqual((again, gone_again), (members, gone), where)
                # Every number that ever was is here or reserved.
                self.assertEqual({m.number for m in [*members, *gone]},
                                 set(meaning), where)


if __name__ == "__main__":
    unittest.main()
