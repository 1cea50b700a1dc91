#!/usr/bin/env bash
# Writes gen/: Go of the contract. Needs protoc 3.15 or newer; its plugins for Go
# are built here, of the versions in go.mod.
set -euo pipefail
cd "$(dirname "$0")"
proto=../../../proto
module=$(sed -n 's/^module //p' go.mod)

go build -o build/ google.golang.org/protobuf/cmd/protoc-gen-go \
  google.golang.org/grpc/cmd/protoc-gen-go-grpc

# The contract cannot know in whose module its code will lie: each file is given
# its import path here.
protos=$(cd "$proto" && find tcgate tencentcloudapi -name '*.proto')
paths=()
for file in $protos; do
  path=M$file=$module/gen/$(dirname "$file")
  paths+=("--go_opt=$path" "--go-grpc_opt=$path")
done

rm -rf gen
mkdir gen
# shellcheck disable=SC2086
PATH=$PWD/build:$PATH protoc -I "$proto" "${paths[@]}" \
  --go_out=gen --go_opt=paths=source_relative \
  --go-grpc_out=gen --go-grpc_opt=paths=source_relative \
  $protos
