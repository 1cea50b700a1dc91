#!/usr/bin/env python3
"""Runs a program that calls tcgate at TCGATE_ADDRESS, with its sandbox behind."""

import os
import subprocess
import sys

import tcgate_harness as harness

with harness.Tcgate("--sandbox", "--listen", "127.0.0.1:0", "--admin",
                    "127.0.0.1:0", key=False) as gateway:
    sys.exit(subprocess.run(
        sys.argv[1:], env=dict(os.environ, TCGATE_ADDRESS=gateway.grpc),
        timeout=100).returncode)
