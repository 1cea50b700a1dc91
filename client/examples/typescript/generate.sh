#!/usr/bin/env bash
# Writes gen/: TypeScript of the contract, and of google.rpc's error details from
# an npm package that holds Google's own files. Needs protoc 3.15 or newer and
# what `npm ci` installs.
set -euo pipefail
cd "$(dirname "$0")"
proto=../../../proto
google=node_modules/google-proto-files

rm -rf gen
mkdir gen
# bigint: a 64-bit integer does not fit a number. Every optional member may be
# left out of a literal.
protoc -I "$proto" -I "$google" \
  --plugin=node_modules/.bin/protoc-gen-ts_proto --ts_proto_out=gen \
  --ts_proto_opt=outputServices=grpc-js,esModuleInterop=true,importSuffix=.js \
  --ts_proto_opt=forceLong=bigint,useOptionals=messages \
  --ts_proto_opt=outputJsonMethods=false,useExactTypes=false \
  $(cd "$proto" && find tencentcloudapi -name '*.proto') \
  google/rpc/status.proto google/rpc/error_details.proto
