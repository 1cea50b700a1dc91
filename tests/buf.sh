#!/usr/bin/env bash
# Checks the .proto files: lint of both modules, and of the contract the format
# and that it breaks no caller of what proto/baseline.binpb holds. After a change
# that is meant to:
#   buf build proto --exclude-source-info -o proto/baseline.binpb
set -euo pipefail
cd "$(dirname "$0")/.."

. tests/find_buf.sh

buf lint proto
buf lint service/proto
buf format -d --exit-code proto
buf breaking proto --against proto/baseline.binpb
