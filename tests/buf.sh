#!/usr/bin/env bash
# Checks the .proto files: lint of both modules, and of the contract the format
# and that it breaks no caller of what proto/baseline.binpb holds. After a change
# that is meant to:
#   buf build proto --exclude-source-info -o proto/baseline.binpb
# Takes buf from the PATH, else installs it into the user's cache directory.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v buf >/dev/null; then
  version=1.75.0
  venv=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/tcgate/buf-$version
  if [ ! -x "$venv/bin/buf" ]; then
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check \
      "buf-bin==$version"
  fi
  PATH=$venv/bin:$PATH
fi

buf lint proto
buf lint service/proto
buf format -d --exit-code proto
buf breaking proto --against proto/baseline.binpb
