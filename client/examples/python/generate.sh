#!/usr/bin/env bash
# Writes gen/: Python of the contract. Needs what `pip install -r
# requirements.txt` installs; PYTHON names the interpreter, if not `python3`.
set -euo pipefail
cd "$(dirname "$0")"
proto=../../../proto

rm -rf gen
mkdir gen
# shellcheck disable=SC2046
"${PYTHON:-python3}" -m grpc_tools.protoc -I "$proto" \
  --python_out=gen --pyi_out=gen --grpc_python_out=gen \
  $(cd "$proto" && find tcgate tencentcloudapi -name '*.proto')
