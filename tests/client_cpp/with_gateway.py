#!/usr/bin/env python3
"""Runs a program that calls tcgate, with its sandbox behind, once for each way
to reach it: TCGATE_ADDRESS, and TCGATE_TLS, a folder with ca.crt, tls.crt and
tls.key where the listener asks for a certificate."""

import os
import pathlib
import subprocess
import sys
import tempfile

import tcgate_harness as harness
from tcgate_authority import Authority

APP = "spiffe://example.org/app"
CONFIG = """
listen:
  - {{address: "127.0.0.1:0"}}
  - {{address: "unix:{socket}"}}
  - address: "127.0.0.1:0"
    tls:
      cert_file: {server}/tls.crt
      key_file: {server}/tls.key
      client_ca_file: {server}/ca.crt
admin: {{address: "127.0.0.1:0"}}
callers:
  - {{match: {{anonymous: true}}, actions: ["*"]}}
  - {{match: {{unix: {socket}}}, actions: ["*"]}}
  - {{match: {{spiffe: "{app}"}}, actions: ["*"]}}
"""


def addresses(gateway):
    """Where it listens, in the order of the configuration."""
    prefix = "tcgate: grpc listening on "
    seen = []
    while len(seen) < 3:
        seen.append(gateway.wait_for_line(
            lambda line: line.startswith(prefix)
            and line[len(prefix):] not in seen)[len(prefix):])
    return seen


def main():
    with Authority() as authority, tempfile.TemporaryDirectory() as folder:
        socket = pathlib.Path(folder, "app.sock")
        config = CONFIG.format(
            socket=socket, app=APP,
            server=authority.issue("server", dns="localhost"))
        client = str(authority.issue("client", spiffe=APP))
        with harness.Tcgate("--sandbox", config=config, key=False) as gateway:
            tcp, unix, tls = addresses(gateway)
            for target, files in ((tcp, ""), (unix, ""), (tls, client)):
                print(f"{target} {'mTLS' if files else 'plain text'}",
                      flush=True)
                subprocess.run(
                    sys.argv[1:], check=True, timeout=60,
                    env=dict(os.environ, TCGATE_ADDRESS=target,
                             TCGATE_TLS=files))


if __name__ == "__main__":
    main()
