#!/usr/bin/env bash
# Runs a Python test with the clients that tests/clients.sh prepared.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
if [ ! -e "$root/build/clients.env" ]; then
  echo "build/clients.env is missing: tests/run.sh makes it" >&2
  exit 1
fi
set -a
. "$root/build/clients.env"
set +a
export PYTHONPATH=$root/tests/support/python PYTHONDONTWRITEBYTECODE=1
exec "$TCGATE_PYTHON" "$@"
