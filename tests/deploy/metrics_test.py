#!/usr/bin/env python3
"""What dashboard, alerts and README say of the metrics, held against those that
the program shows."""

import json
import re
import subprocess
import sys
import unittest

import yaml

import tcgate_harness as harness

DASHBOARD = harness.ROOT / "deploy/grafana/tcgate.json"
ALERTS = harness.ROOT / "deploy/prometheus/alerts.yaml"


def names(expression):
    """The metrics that a query names."""
    return set(re.findall(r"\btcgate_\w+", expression))


def panels():
    return [p for p in json.loads(DASHBOARD.read_text())["panels"]
            if p["type"] != "row"]


def queries():
    return [t["expr"] for p in panels() for t in p["targets"]]


def rules():
    return [r for g in yaml.safe_load(ALERTS.read_text())["groups"]
            for r in g["rules"]]


class Metrics(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with harness.Tcgate("--sandbox") as gateway:
            cls.before = gateway.get("/metrics")
            for request in ('{"PageNum":1,"PageSize":2}', "{}"):
                subprocess.run(
                    [harness.binary(), "call", "--to", gateway.grpc,
                     "trro.GetDevices", request],
                    capture_output=True, timeout=30, check=False)
            cls.after = gateway.get("/metrics")
        cls.types = dict(re.findall(r"^# TYPE (\S+) (\w+)$", cls.after, re.M))
        # As a query names them: a histogram is three.
        cls.shown = set()
        for name, kind in cls.types.items():
            ends = ("_bucket", "_sum", "_count") if kind == "histogram" else ("",)
            cls.shown |= {name + end for end in ends}

    def test_every_name_is_shown_before_the_first_call(self):
        before = re.findall(r"^# TYPE (\S+) ", self.before, re.M)
        self.assertEqual(sorted(before), sorted(self.types))
        self.assertEqual(len(set(before)), len(before))
        helped = re.findall(r"^# HELP (\S+) \S", self.before, re.M)
        self.assertEqual(sorted(helped), sorted(before))

    def test_calls_are_shown(self):
        for sample in (r'calls_total\{action="trro.GetDevices",code="OK"',
                       r'calls_total\{action="trro.GetDevices",'
                       r'code="INVALID_ARGUMENT",decided_by="vendor"',
                       "call_duration_seconds_count", "ready 1",
                       "upstream_connections_opened_total [1-9]"):
            self.assertRegex(self.after, "\ntcgate_" + sample)

    def test_every_attempt_is_counted_and_timed_once(self):
        def value(pattern):
            found = re.findall(pattern + r" (\d+)$", self.after, re.M)
            return sum(map(int, found))

        action = r'\{action="trro.GetDevices"'
        attempts = value(
            "^tcgate_upstream_attempts_total" + action + r',result="\w+"\}')
        timed = value("^tcgate_upstream_attempt_duration_seconds_count"
                      + action + r"\}")
        self.assertEqual((attempts, timed), (2, 2))

    def test_names_follow_the_rules_of_prometheus(self):
        for name, kind in self.types.items():
            with self.subTest(name):
                self.assertTrue(name.startswith("tcgate_"))
                self.assertEqual(name.endswith("_total"), kind == "counter")
                self.assertNotRegex(name, r"_(ms|us|milliseconds|kb|mb)\b")

    def test_the_dashboard_asks_for_what_is_shown(self):
        self.assertTrue(queries())
        for query in queries():
            with self.subTest(query):
                self.assertTrue(names(query))
                self.assertLessEqual(names(query), self.shown)

    def test_the_dashboard_leaves_nothing_out(self):
        asked = set().union(*map(names, queries()))
        for name, kind in self.types.items():
            with self.subTest(name):
                self.assertIn(
                    name + ("_bucket" if kind == "histogram" else ""), asked)

    def test_the_alerts_ask_for_what_is_shown(self):
        self.assertTrue(rules())
        for rule in rules():
            with self.subTest(rule["alert"]):
                self.assertLessEqual(names(rule["expr"]), self.shown)
                if not names(rule["expr"]):  # Prometheus's own.
                    self.assertRegex(rule["expr"], r"^up\{")

    def test_the_readme_lists_what_is_shown(self):
        readme = (harness.ROOT / "README.md").read_text()
        table = readme.split("\n## Metrics and logs\n", 1)[1].split("\n## ")[0]
        listed = re.findall(r"^\| `(tcgate_\w+)(?:\{.*?\})?` \|", table, re.M)
        self.assertEqual(sorted(listed), sorted(self.types))


class Dashboard(unittest.TestCase):
    def test_every_panel_has_a_unit_and_a_place(self):
        taken = set()
        for panel in panels():
            with self.subTest(panel["title"]):
                self.assertTrue(panel["fieldConfig"]["defaults"]["unit"])
                self.assertTrue(panel["description"])
                at = panel["gridPos"]
                cells = {(x, y) for x in range(at["x"], at["x"] + at["w"])
                         for y in range(at["y"], at["y"] + at["h"])}
                self.assertFalse(cells & taken)
                self.assertLessEqual(at["x"] + at["w"], 24)
                taken |= cells

    def test_the_variables_choose(self):
        dashboard = json.loads(DASHBOARD.read_text())
        known = {v["name"] for v in dashboard["templating"]["list"]}
        self.assertLessEqual({"job", "instance", "action"}, known)
        for query in queries():
            with self.subTest(query):
                self.assertIn('job=~"$job"', query)
                self.assertIn('instance=~"$instance"', query)
                used = set(re.findall(r"\$(\w+)", query)) - {"__rate_interval"}
                self.assertLessEqual(used, known)


class Alerts(unittest.TestCase):
    def test_each_says_what_is_wrong_and_what_to_do(self):
        for rule in rules():
            with self.subTest(rule["alert"]):
                self.assertIn(rule["labels"]["severity"],
                              ("warning", "critical"))
                self.assertTrue(rule["annotations"]["summary"])
                self.assertRegex(rule["annotations"]["runbook"], r"\.$")

    def test_each_is_tested(self):
        text = ALERTS.with_name("alerts_test.yaml").read_text()
        for rule in rules():
            with self.subTest(rule["alert"]):
                # Those of one test are `Tcgate.*Errors`.
                self.assertIn(rule["alert"], text)


if __name__ == "__main__":
    sys.exit(unittest.main())
