#!/usr/bin/env bash
# Checks that proto/buf.gen.yaml makes stubs for every language, with the plugins
# that the examples have built or fetched: run them first.
set -euo pipefail
cd "$(dirname "$0")/../.."
. tests/find_buf.sh

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
mkdir "$out/bin"
version=$(sed -n 's/.*<grpc.version>\(.*\)<.*/\1/p' client/examples/java/pom.xml)
cp "$HOME/.m2/repository/io/grpc/protoc-gen-grpc-java/$version"/*.exe \
  "$out/bin/protoc-gen-grpc-java"
chmod +x "$out/bin/protoc-gen-grpc-java"
examples=$PWD/client/examples
PATH=$out/bin:$examples/go/build:$examples/typescript/node_modules/.bin:$PATH

# The template's own folders are relative to proto/.
sed "s,\.\./build/stubs,$out," proto/buf.gen.yaml >"$out/buf.gen.yaml"
(cd proto && buf generate --template "$out/buf.gen.yaml")
for stub in cpp/%/trro.grpc.pb.h python/%/trro_pb2_grpc.py \
  go/%/trro_grpc.pb.go java/%/TrroServiceGrpc.java typescript/%/trro.ts; do
  test -s "$out/${stub/\%/tencentcloudapi/trro/v20220325}"
done
echo "proto/buf.gen.yaml: stubs for C++, Go, Java, Python, TypeScript"
