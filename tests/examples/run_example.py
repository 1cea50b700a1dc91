#!/usr/bin/env python3
"""Does what proto/README.md tells the developer of one language to type, against
a gateway in front of the sandbox, and checks what the example says it did."""

import hashlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import unittest
import venv

import tcgate_harness as harness

README = harness.ROOT / "proto" / "README.md"
# Keeps the Python packages for the next checkout, as the other languages' own
# tools keep theirs.
CACHE = pathlib.Path(
    os.environ.get("XDG_CACHE_HOME", pathlib.Path.home() / ".cache"), "tcgate")
SECONDS = 540  # An empty cache of packages is most of it.

ID = r"[0-9a-f-]{36}"
EXPECTED = (
    rf"list: DescribeProjectList: [1-9]\d* of [1-9]\d* projects, request id {ID}",
    rf"write: CreateProject: project \w+, request id {ID}",
    r"failure: GetDevices: (INVALID_ARGUMENT|InvalidArgument),"
    rf" tencentcloudapi\.com says MissingParameter of PageNum, request id {ID}",
    r"stream: TextToSpeechSSE: [1-9]\d* events, [1-9]\d* characters of audio,"
    r" whole",
)


def commands(language):
    """The code block of the language's section: what a developer types."""
    text = README.read_text()
    section = re.search(
        rf"^## {re.escape(language)}\n(.*?)(?=^## |\Z)", text, re.M | re.S)
    lines = [line[4:] for line in section[1].splitlines()
             if line.startswith("    ")]
    assert lines, f"{README} tells nothing to type for {language}"
    return "\n".join(lines)


def environment(language, address):
    """What the developer's machine has: places for what gets installed."""
    found = dict(os.environ, TCGATE_ADDRESS=address,
                 npm_config_prefer_offline="true")
    for name in ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE"):
        found.pop(name, None)
    if language == "Python":
        requirements = harness.ROOT / "client/examples/python/requirements.txt"
        key = hashlib.sha256(requirements.read_bytes()).hexdigest()[:12]
        folder = CACHE / f"example-python-{key}"
        if not (folder / "bin" / "pip").exists():
            venv.create(folder, with_pip=True)
        found["PATH"] = f"{folder / 'bin'}:{found['PATH']}"
    return found


def run(script, environment):
    """Runs a script as one group, so that nothing of it outlives its time."""
    shell = subprocess.Popen(
        ["bash", "-euo", "pipefail", "-c", script], cwd=harness.ROOT,
        env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, start_new_session=True)
    try:
        printed, _ = shell.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(shell.pid, signal.SIGKILL)
        printed, _ = shell.communicate()
    return shell.returncode, re.sub(r"\x1b\[[0-9;]*m", "", printed)  # Colours.


class Example(unittest.TestCase):
    language = None

    def test_what_the_readme_says_works(self):
        with harness.Tcgate("--sandbox", "--listen", "127.0.0.1:0", "--admin",
                            "127.0.0.1:0", key=False) as gateway:
            code, printed = run(
                commands(self.language),
                environment(self.language, gateway.grpc))
        print(printed, flush=True)
        self.assertEqual(code, 0)
        for line in EXPECTED:
            self.assertRegex(printed, rf"(?m)^{line}$")
        if self.language == "C++":
            # Who installs our library keeps the gRPC of the distribution.
            example = harness.ROOT / "client/examples/cpp/build/example"
            linked = subprocess.run(["ldd", example], check=True, text=True,
                                    stdout=subprocess.PIPE).stdout
            self.assertIn("libgrpc++.so", linked)
            self.assertIn("libprotobuf.so", linked)


if __name__ == "__main__":
    Example.language = sys.argv.pop(1)
    unittest.main()
