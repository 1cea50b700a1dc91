#!/usr/bin/env python3
"""The files of deploy/, each judged by the tool that knows its kind."""

import importlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import kubernetes_validate
import yaml

import tcgate_harness as harness

DEPLOY = harness.ROOT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
# The oldest that has what the manifests use (`preStop.sleep`), and the newest.
KUBERNETES = ("1.30", "1.37")


def run(*command, **more):
    return subprocess.run([str(c) for c in command], capture_output=True,
                          text=True, timeout=60, **more)


def manifest(kind):
    found = [m for path in MANIFESTS
             for m in yaml.safe_load_all(path.read_text())
             if m["kind"] == kind]
    assert len(found) == 1, kind
    return found[0]


class Image(unittest.TestCase):
    def test_hadolint_finds_nothing(self):
        done = run(pathlib.Path(sys.executable).parent / "hadolint",
                   DEPLOY / "Dockerfile")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_what_is_sent_to_the_builder_can_be_configured(self):
        """Not built: that is what the rest of the tests have done."""
        sent = [line[1:] for line in (harness.ROOT / ".dockerignore")
                .read_text().splitlines() if line.startswith("!")]
        with tempfile.TemporaryDirectory() as folder:
            for name in sent:
                run("cp", "-r", harness.ROOT / name, folder)
            done = run("cmake", "--preset", "release", "-DTCGATE_TESTS=OFF",
                       "-DTCGATE_BENCH=OFF", cwd=folder)
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_run_packages_are_those_whose_libraries_are_linked(self):
        listed = {line.split()[1]
                  for line in (DEPLOY / "packages.txt").read_text().splitlines()
                  if line.startswith("run ")}
        dynamic = run("readelf", "-d", harness.binary()).stdout
        needed = re.findall(r"NEEDED.*\[(.*)\]", dynamic)
        self.assertTrue(needed)
        paths = dict(re.findall(r"(\S+) => (\S+)",
                                run("ldd", harness.binary()).stdout))
        packages = {"ca-certificates"}
        for library in needed:
            if library not in paths:  # The loader itself, of libc6.
                continue
            # Debian 12 installs below /usr what dpkg lists below /, or not.
            real = os.path.realpath(paths[library])
            owner = (run("dpkg", "-S", real).stdout or
                     run("dpkg", "-S", real.removeprefix("/usr")).stdout)
            packages.add(owner.partition(":")[0])
        self.assertEqual(packages, listed)


class Kubernetes(unittest.TestCase):
    def test_the_manifests_fit_the_schemas_strictly(self):
        self.assertGreaterEqual(len(MANIFESTS), 6)
        for path in MANIFESTS:
            for document in yaml.safe_load_all(path.read_text()):
                for version in KUBERNETES:
                    with self.subTest(file=path.name, version=version):
                        kubernetes_validate.validate(document, version,
                                                     strict=True)

    def test_the_schemas_find_a_misspelt_key(self):
        document = manifest("Deployment")
        container = document["spec"]["template"]["spec"]["containers"][0]
        container["readynessProbe"] = container.pop("readinessProbe")
        with self.assertRaises(kubernetes_validate.ValidationError):
            kubernetes_validate.validate(document, KUBERNETES[0], strict=True)

    def test_what_refers_to_each_other_agrees(self):
        pod = manifest("Deployment")["spec"]["template"]
        container = pod["spec"]["containers"][0]
        ports = {p["name"]: p["containerPort"] for p in container["ports"]}
        config = yaml.safe_load(manifest("ConfigMap")["data"]["tcgate.yaml"])
        self.assertEqual(config["listen"][0]["address"],
                         f"0.0.0.0:{ports['grpc']}")
        self.assertEqual(config["admin"]["address"],
                         f"0.0.0.0:{ports['admin']}")
        mounts = [m["mountPath"] for m in container["volumeMounts"]]
        files = [*config["listen"][0]["tls"].values(),
                 config["accounts"]["default"]["credentials"]["file"]["path"]]
        for file in files:
            self.assertTrue(any(file.startswith(m) for m in mounts), file)
        for selector in (
                manifest("Service")["spec"]["selector"],
                manifest("PodDisruptionBudget")["spec"]["selector"][
                    "matchLabels"],
                manifest("NetworkPolicy")["spec"]["podSelector"][
                    "matchLabels"]):
            self.assertLessEqual(selector.items(),
                                 pod["metadata"]["labels"].items())
        self.assertEqual(str(pod["spec"]["securityContext"]["runAsUser"]),
                         re.search(r"^USER (\d+):", (
                             DEPLOY / "Dockerfile").read_text(), re.M)[1])

    def test_a_pod_is_not_killed_before_it_has_drained(self):
        pod = manifest("Deployment")["spec"]["template"]["spec"]
        config = yaml.safe_load(manifest("ConfigMap")["data"]["tcgate.yaml"])
        waits = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
        drains = int(config["drain"]["timeout"].removesuffix("s"))
        self.assertGreater(pod["terminationGracePeriodSeconds"],
                           waits + drains + 1)


class Istio(unittest.TestCase):
    document = yaml.safe_load(
        (DEPLOY / "kubernetes/istio/virtual-service.yaml").read_text())

    def test_it_fits_the_schema(self):
        models = importlib.import_module("cloudcoil.models.istio.networking.v1")
        read = models.VirtualService.model_validate(self.document)
        # The model drops what it does not know: nothing may be missing.
        self.assertEqual(self.document, read.model_dump(
            by_alias=True, exclude_unset=True, mode="json"))

    def test_only_what_is_listed_is_repeated(self):
        repeatable, rest = self.document["spec"]["http"]
        self.assertGreater(repeatable["retries"]["attempts"], 0)
        self.assertEqual(rest["retries"], {"attempts": 0})
        self.assertNotIn("match", rest)


class Routes(unittest.TestCase):
    def test_they_are_those_of_the_contract(self):
        done = run(sys.executable, DEPLOY / "write_routes.py", "--check")
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_no_write_is_among_the_repeatable(self):
        """By what the program itself lists, not by the generator."""
        listed = run(harness.binary(), "list").stdout
        effects = dict(re.findall(r"^\w+\.(\w+) +(read|idempotent|write) ",
                                  listed, re.M))
        self.assertIn("write", effects.values())
        text = (DEPLOY / "envoy/envoy.yaml").read_text()
        names = re.findall(r"name: repeatable, match: {path: /\S+/(\w+)}", text)
        self.assertTrue(names)
        for name in names:
            with self.subTest(action=name):
                self.assertIn(effects[name], ("read", "idempotent"))


class Configurations(unittest.TestCase):
    def test_tcgate_accepts_them(self):
        texts = {
            "config map": manifest("ConfigMap")["data"]["tcgate.yaml"],
            "envoy": (DEPLOY / "envoy/tcgate.yaml").read_text(),
            "example": (DEPLOY / "config.example.yaml").read_text(),
        }
        for name, text in texts.items():
            with self.subTest(name), tempfile.NamedTemporaryFile("w") as file:
                file.write(text)
                file.flush()
                done = run(harness.binary(), "check", "--config", file.name)
                self.assertEqual(done.returncode, 0, done.stderr)


class Systemd(unittest.TestCase):
    unit = DEPLOY / "tcgate.service"

    def test_systemd_understands_it(self):
        with tempfile.TemporaryDirectory() as folder:
            copy = pathlib.Path(folder, self.unit.name)
            # `verify` wants the program to be there.
            copy.write_text(self.unit.read_text().replace(
                "/usr/local/bin/tcgate ", harness.binary() + " "))
            done = run("systemd-analyze", "verify", "--man=no",
                       "--recursive-errors=no", copy)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_it_is_exposed_little(self):
        # In tenths: 0 is confined, 100 is not.
        done = run("systemd-analyze", "security", "--offline=true",
                   "--threshold=15", self.unit)
        self.assertEqual(done.returncode, 0, done.stdout[-3000:])

    def test_it_is_not_killed_before_it_has_drained(self):
        stop = re.search(r"^TimeoutStopSec=(\d+)s$", self.unit.read_text(),
                         re.M)
        self.assertGreater(int(stop[1]), 25 + 1)


if __name__ == "__main__":
    sys.exit(unittest.main())
