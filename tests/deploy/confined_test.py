#!/usr/bin/env python3
"""The program confined as deploy/ has it run: alone in the root of the image,
and under the filter of the systemd unit. Needs root."""

import ctypes
import errno
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import unittest

import grpc
import yaml

import seccomp
import tcgate_harness as harness
from tcgate_authority import Authority

MESSAGES, STUBS = harness.stubs("tencentcloudapi.trro.v20220325.trro")
DOCKERFILE = (harness.ROOT / "deploy/Dockerfile").read_text()
UNIT = (harness.ROOT / "deploy/tcgate.service").read_text()
USER = int(re.search(r"^USER (\d+):", DOCKERFILE, re.M)[1])
AUTHORITIES = "/etc/ssl/certs/ca-certificates.crt"
PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN = 65, 1


def command():
    """What the image starts, with the path that its shell would find."""
    entry, args = (json.loads(re.search(rf"^{word} (\[.*\])$", DOCKERFILE,
                                        re.M)[1])
                   for word in ("ENTRYPOINT", "CMD"))
    return [f"/usr/local/bin/{entry[0]}", *entry[1:], *args]


def make_root(root):
    """The files that the image adds to a bare Debian or needs from it, and
    nothing else: not even a shell."""
    linked = subprocess.run(["ldd", harness.binary()], check=True,
                            capture_output=True, text=True).stdout
    libraries = re.findall(r"(/\S+) \(0x", linked)
    for source, place in [(harness.binary(), command()[0]),
                          (AUTHORITIES, AUTHORITIES),
                          *((path, path) for path in libraries)]:
        target = root / place.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    for empty in ("proc", "tmp"):
        (root / empty).mkdir()


def mount_secret(root, path, files):
    """As Kubernetes does with `fsGroup` and `defaultMode: 0440`."""
    folder = root / path.lstrip("/")
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o440)
        os.chown(folder / name, 0, USER)


def mount_config(root, url):
    """The ConfigMap as it is, but for ports, the upstream and the actions."""
    manifest = yaml.safe_load(
        (harness.ROOT / "deploy/kubernetes/config.yaml").read_text())
    config = yaml.safe_load(manifest["data"]["tcgate.yaml"])
    config["listen"][0]["address"] = "0.0.0.0:0"
    config["admin"]["address"] = "0.0.0.0:0"
    config["accounts"]["default"]["endpoint"] = {"url": url}
    config["drain"]["max_connection_age"] = "2s"
    (root / "etc/tcgate").mkdir()
    (root / "etc/tcgate/tcgate.yaml").write_text(yaml.safe_dump(config))
    return config["callers"][0]["match"]["spiffe"]


def in_container(root):
    """The command line that runs the image's command as a container does: the
    first of its processes, a user without rights, a root that is read only.
    `/proc` shows processes alone, as the systemd unit has it too."""
    script = f"""
      mount --bind {root} {root} && mount -o remount,bind,ro {root} &&
      mount -t proc -o subset=pid proc {root}/proc &&
      exec setpriv --no-new-privs \
        --bounding-set=-all,+sys_chroot,+setuid,+setgid \
        chroot --userspec={USER}:{USER} --groups= {root} "$@"
    """
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child",
            "sh", "-ec", script, "sh", *command()]


def child_of(pid):
    path = pathlib.Path(f"/proc/{pid}/task/{pid}/children")
    return int(path.read_text().split()[0])


def status(pid):
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    return dict(re.findall(r"^(\w+):[ \t]*(.*)$", text, re.M))


class Confined(unittest.TestCase):
    def call(self, gateway, channel):
        with channel:
            reply = STUBS.TrroServiceStub(channel).CreateProject(
                MESSAGES.CreateProjectRequest(project_name="quarry"),
                timeout=20)
        self.assertTrue(reply.project_id)
        self.assertIn("tcgate_calls_total", gateway.get("/metrics"))

    def test_as_the_first_process_of_a_container(self):
        with tempfile.TemporaryDirectory() as folder, \
                harness.Sandbox() as sandbox, Authority() as authority:
            root = pathlib.Path(folder)
            root.chmod(0o755)
            make_root(root)
            spiffe = mount_config(root, sandbox.url)
            server = authority.issue("tcgate", dns="tcgate.tcgate")
            mount_secret(root, "/run/secrets/tcgate-tls",
                         {f.name: f.read_bytes() for f in server.iterdir()
                          if f.name.startswith(("tls.", "ca."))})
            mount_secret(root, "/run/secrets/tcgate-key",
                         {"secret_id": harness.SECRET_ID.encode(),
                          "secret_key": harness.SECRET_KEY.encode()})
            caller = authority.issue("caller", spiffe=spiffe)
            with harness.Tcgate(key=False,
                                command=in_container(root)) as gateway:
                port = gateway.grpc.rpartition(":")[2]
                channel = grpc.secure_channel(
                    f"127.0.0.1:{port}", authority.credentials(caller),
                    [("grpc.ssl_target_name_override", "tcgate.tcgate")])
                # What `unshare` started; itself it passes no signals on.
                keeper = child_of(gateway.process.pid)
                try:
                    self.check_container(gateway, keeper, channel)
                    os.kill(keeper, signal.SIGTERM)
                    self.assertEqual(gateway.process.wait(40), 0,
                                     gateway.errors())
                finally:
                    if gateway.process.poll() is None:
                        os.kill(keeper, signal.SIGKILL)

    def check_container(self, gateway, keeper, channel):
        self.call(gateway, channel)
        for pid in (keeper, child_of(keeper)):
            self.check_process(pid)
        self.assertEqual(status(keeper)["NSpid"].split()[-1], "1")
        self.check_orphans_are_reaped(keeper)

    def check_process(self, pid):
        said = status(pid)
        self.assertEqual(said["Uid"].split(), [str(USER)] * 4)
        self.assertEqual(said["Groups"], "")
        self.assertEqual(said["NoNewPrivs"], "1")
        self.assertEqual(int(said["CapEff"], 16) | int(said["CapPrm"], 16), 0)
        with self.assertRaises(OSError) as caught:
            open(f"/proc/{pid}/root/tmp/written", "w")
        self.assertEqual(caught.exception.errno, errno.EROFS)

    def check_orphans_are_reaped(self, keeper):
        """A process whose parent is gone becomes the first process's child."""
        subprocess.run(["nsenter", "--target", str(keeper), "--pid", "sh", "-c",
                        "(sleep 0.1 &)"], check=True, timeout=10)
        harness.wait_until(lambda: len(pathlib.Path(
            f"/proc/{keeper}/task/{keeper}/children").read_text().split()) == 1)

    def test_under_the_filter_of_the_systemd_unit(self):
        calls = seccomp.allowed(UNIT)
        self.assertNotIn("mount", calls)
        self.assertNotIn("setpriority", calls)
        prctl = ctypes.CDLL(None).prctl

        def confine():
            # As MemoryDenyWriteExecute= does; kernels before 6.3 refuse it.
            prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0)
            seccomp.load(calls)

        with harness.Sandbox() as sandbox, harness.Tcgate(
                config=harness.config(sandbox.url), env=sandbox.key,
                preexec=confine) as gateway:
            self.call(gateway, grpc.insecure_channel(gateway.grpc))
            for pid in (gateway.process.pid, gateway.gateway_pid()):
                self.assertEqual(status(pid)["Seccomp"], "2")
            self.assertEqual(gateway.stop(), 0, gateway.errors())
            self.assertEqual(gateway.errors(), "")


if __name__ == "__main__":
    sys.exit(unittest.main())
