#!/usr/bin/env python3
"""Calls the sandbox with the vendor's command line, unchanged but for endpoint
and certificate authority: reads a call a line, makes it, prints a line of what
came back. See ../README.md."""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ERROR = re.compile(
    r"\[TencentCloudSDKException\] code:(\S*) message:(.*) requestId:(\S*)",
    re.S)


def arguments(call):
    yield str(pathlib.Path(sys.executable).with_name("tccli"))
    yield from (call["product"], call["action"])
    yield from ("--version", call["version"], "--region", "ap-guangzhou")
    yield from ("--secretId", call["secret_id"])
    yield from ("--secretKey", call["secret_key"])
    yield from ("--endpoint", os.environ["TCGATE_SANDBOX"])
    for name, value in call["params"].items():
        yield f"--{name}"
        yield value if isinstance(value, str) else json.dumps(value)


def make(call, environment):
    done = subprocess.run(list(arguments(call)), capture_output=True, text=True,
                          env=environment, timeout=60)
    if done.returncode == 0:
        return {"reply": json.loads(done.stdout)}
    error = ERROR.search(done.stdout + done.stderr)
    if not error:
        sys.exit(done.stdout + done.stderr)
    code, message, request_id = error.groups()
    return {"error": {"code": code, "message": message,
                      "request_id": request_id}}


def main():
    # It has no option for another certificate authority, and takes the path
    # of its own from the package certifi: here is one that answers with ours.
    with tempfile.TemporaryDirectory() as name:
        pathlib.Path(name, "certifi.py").write_text(
            f"def where():\n    return {os.environ['TCGATE_SANDBOX_CA']!r}\n")
        # HOME: no configuration of the user's, nor keys, is read or written.
        environment = dict(os.environ, PYTHONPATH=name, HOME=name)
        for line in sys.stdin:
            print(json.dumps(make(json.loads(line), environment)), flush=True)


main()
