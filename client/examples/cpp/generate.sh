#!/usr/bin/env bash
# Writes gen/: C++ of the contract. Needs protoc and grpc_cpp_plugin, on Debian
# the packages protobuf-compiler and protobuf-compiler-grpc.
set -euo pipefail
cd "$(dirname "$0")"
proto=../../../proto

rm -rf gen
mkdir gen
# shellcheck disable=SC2046
protoc -I "$proto" --cpp_out=gen --grpc_out=gen \
  --plugin=protoc-gen-grpc="$(command -v grpc_cpp_plugin)" \
  $(cd "$proto" && find tcgate tencentcloudapi -name '*.proto')
