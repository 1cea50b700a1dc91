#!/usr/bin/env python3
"""Alerts, dashboard and metrics as Prometheus's own tool reads them. For
.ci/run: promtool is a package of its `check`."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

import tcgate_harness as harness

DEPLOY = harness.ROOT / "deploy"


def promtool(*arguments, **more):
    return subprocess.run(["promtool", *map(str, arguments)], text=True,
                          capture_output=True, timeout=60, **more)


class Promtool(unittest.TestCase):
    def passes(self, done):
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_the_alerts_can_be_loaded(self):
        self.passes(promtool("check", "rules", "--lint-fatal",
                             DEPLOY / "prometheus/alerts.yaml"))

    def test_the_alerts_come_when_they_must(self):
        self.passes(promtool("test", "rules", "alerts_test.yaml",
                             cwd=DEPLOY / "prometheus"))

    def test_the_queries_of_the_dashboard_can_be_read(self):
        panels = json.loads(
            (DEPLOY / "grafana/tcgate.json").read_text())["panels"]
        asked = [t["expr"] for p in panels for t in p.get("targets", [])]
        self.assertGreater(len(asked), 20)
        rules = [{"record": f"query_{i}",
                  "expr": query.replace("$__rate_interval", "5m")}
                 for i, query in enumerate(asked)]
        with tempfile.TemporaryDirectory() as folder:
            file = pathlib.Path(folder, "queries.yaml")
            file.write_text(yaml.safe_dump(
                {"groups": [{"name": "dashboard", "rules": rules}]}))
            self.passes(promtool("check", "rules", file))
            # And one that cannot would be found.
            file.write_text(file.read_text().replace("sum by (", "sum by by (",
                                                     1))
            self.assertNotEqual(promtool("check", "rules", file).returncode, 0)

    def test_the_metrics_can_be_scraped(self):
        with harness.Tcgate("--sandbox") as gateway:
            subprocess.run(
                [harness.binary(), "call", "--to", gateway.grpc,
                 "trro.GetDevices", '{"PageNum":1,"PageSize":2}'],
                capture_output=True, timeout=30, check=True)
            text = gateway.get("/metrics")
        self.assertTrue(re.search("^tcgate_calls_total", text, re.M))
        done = promtool("check", "metrics", input=text)
        self.passes(done)
        self.assertEqual(done.stderr, "")


if __name__ == "__main__":
    sys.exit(unittest.main())
