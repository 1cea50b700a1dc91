#!/usr/bin/env python3
"""Drives one official client through the cases of cases.json against a sandbox
of its own, prints a line a case, and fails if one came out otherwise. See
README.md."""

import json
import os
import pathlib
import subprocess
import sys
import threading

import tcgate_harness as harness

HERE = pathlib.Path(__file__).resolve().parent
VERSIONS = {"trro": "2022-03-25", "trtc": "2019-07-22"}
# Of a whole script; the slowest takes a tenth of it.
LIMIT_SECONDS = 200
# A burst ends at the first refusal; this many in vain are some seconds.
MOST_CALLS = 400


# What a case may need, and why a client cannot do it.
NEEDS = {
    "get": "it sends no parameters by GET",
    "unsigned": "it always signs the body",
    "stream": "it cannot show a stream",
    "raw": "it sends only what its own models know",
    "fast": "it makes two calls a second at most",
}


class Client:
    """How a client is started, and which of NEEDS it can meet."""

    def __init__(self, command, can, tls=False):
        self.command, self.can, self.tls = command, can.split(), tls


def clients():
    env = os.environ
    return {
        "python": Client([env["TCGATE_SDK_PYTHON"], HERE / "python/calls.py"],
                         "get unsigned stream raw fast"),
        "go": Client([env["TCGATE_SDK_GO"]], "unsigned stream raw fast"),
        "node": Client(["node", HERE / "node/calls.js"],
                       "get stream raw fast"),
        "java": Client(["java", "-cp", env["TCGATE_SDK_JARS"] + "/*",
                        HERE / "java/Calls.java"],
                       "get unsigned stream raw fast"),
        "tccli": Client([env["TCGATE_SDK_PYTHON"], HERE / "tccli/calls.py"],
                        "", tls=True),
    }


class Script:
    """A running script: a call goes in as a line, its answer comes out as one.
    Killed at the limit, which then reads as its end."""

    def __init__(self, client, sandbox):
        environment = dict(
            os.environ, TCGATE_SANDBOX=sandbox.address,
            TCGATE_SANDBOX_CA=sandbox.ca_file,
            NODE_PATH=os.environ["TCGATE_SDK_NODE_MODULES"])
        # The command line is a process a call: compiled anew, each takes twice
        # as long.
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self._process = subprocess.Popen(
            client.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            text=True, env=environment)
        self._timer = threading.Timer(LIMIT_SECONDS, self._process.kill)
        self._timer.daemon = True
        self._timer.start()

    def ask(self, call):
        try:
            self._process.stdin.write(json.dumps(call) + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise SystemExit(f"the script ended: {self._process.wait(10)}")
        return json.loads(line)

    def end(self):
        """Returns its exit code."""
        self._process.stdin.close()
        code = self._process.wait(LIMIT_SECONDS)
        self._timer.cancel()
        return code


def obstacle(case, name, client):
    """Why `client` cannot run `case`, or None."""
    for need in case.get("needs", []):
        if need not in client.can:
            return NEEDS[need]
    return case.get("not", {}).get(name)


def filled(value, kept):
    """`value` with each "${name}" replaced by what an earlier case kept."""
    if isinstance(value, dict):
        return {name: filled(member, kept) for name, member in value.items()}
    if isinstance(value, list):
        return [filled(element, kept) for element in value]
    if isinstance(value, str) and value.startswith("${"):
        return kept[value[2:-1]]
    return value


def fits(expected, got):
    """Whether `got` has at least what `expected` says; "..." is anything."""
    if expected == "...":
        return got not in (None, "")
    if isinstance(expected, dict):
        return isinstance(got, dict) and all(
            fits(value, got.get(name)) for name, value in expected.items())
    if isinstance(expected, list):
        # An empty list in a reply equals an absent one.
        return len(got or []) == len(expected) and all(map(fits, expected,
                                                           got or []))
    return expected == got


def fault(case, answer, kept):
    """What is wrong with `answer`, or None."""
    if "error" in case:
        error = answer.get("error")
        if not error:
            return "expected " + case["error"]
        if error["code"] != case["error"]:
            return f"expected {case['error']}"
        if case.get("message", "") not in error["message"]:
            return f"expected {case['message']!r} in the message"
        return None if error["request_id"] else "no request id"
    if "events" in case:
        return None if fits(case["events"], answer.get("events")) else (
            f"expected {case['events']}")
    expected = filled(case.get("reply", {}), kept)
    if not fits(dict(expected, RequestId="..."), answer.get("reply")):
        return f"expected {expected}"
    return None


def run(case, script, sandbox, kept):
    """Makes the call, or the calls, of a case. Returns the last answer and
    what is wrong with it."""
    product, action = case["call"].split(".")
    call = {
        "product": product, "action": action,
        "version": case.get("version", VERSIONS[product]),
        "params": filled(case.get("params", {}), kept),
        "secret_id": case.get("secret_id", harness.SECRET_ID),
        "secret_key": case.get("secret_key", harness.SECRET_KEY),
        "method": "GET" if "get" in case.get("needs", []) else "POST",
        "unsigned": "unsigned" in case.get("needs", []),
        "stream": "stream" in case.get("needs", []),
        "raw": "raw" in case.get("needs", []),
    }
    if "faults" in case:
        sandbox.control("faults", case["faults"])
    answer = script.ask(call)
    if "allowed" in case:  # So many are answered, and not many more.
        answered = 0
        while "error" not in answer and answered < MOST_CALLS:
            answered += 1
            answer = script.ask(call)
        if answered < case["allowed"]:
            return answer, f"refused after {answered} calls"
    if "faults" in case:
        sandbox.control("faults", [])
    return answer, fault(case, answer, kept)


def shown(answer):
    """An answer in some 100 characters: names of members, not their values."""
    if "error" in answer:
        return "{code}: {message}".format(**answer["error"])[:100]
    if "events" in answer:
        return f"{len(answer['events'])} events"
    return ", ".join(
        f"{name} of {len(value)}" if isinstance(value, list) else name
        for name, value in answer["reply"].items() if value is not None)[:100]


def main():
    name = sys.argv[1]
    client = clients()[name]
    cases = json.loads((HERE / "cases.json").read_text())
    wrong, kept = 0, {}
    with harness.Sandbox(tls=client.tls) as sandbox:
        script = Script(client, sandbox)
        for case in cases:
            what = f"{name}: {case['name']}: {case['call']}"
            why_not = obstacle(case, name, client)
            if why_not:
                print("n/a  ", what, "|", why_not, flush=True)
                continue
            answer, bad = run(case, script, sandbox, kept)
            for key, member in case.get("keep", {}).items():
                kept[key] = answer.get("reply", {}).get(member)
            print("WRONG" if bad else "ok   ", what, "|", shown(answer),
                  f"| {bad}" if bad else "", flush=True)
            wrong += bad is not None
        code = script.end()
    if wrong or code:
        sys.exit(f"{name}: {wrong} of {len(cases)} cases are wrong; "
                 f"the script ended with {code}")


main()
