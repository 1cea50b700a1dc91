#!/usr/bin/env bash
# Configures and builds one preset of CMakePresets.json into build/<preset>:
#   deploy/build.sh release tcgate     only what is named
#   deploy/build.sh asan               everything
# Extra CMake settings come from TCGATE_CMAKE_ARGS.
set -euo pipefail
cd "$(dirname "$0")/.."
preset=$1
shift

# The compiler cache serves every checkout of the project, wherever it lies.
export CCACHE_BASEDIR=$PWD CCACHE_NOHASHDIR=1
log=build/$preset.log
mkdir -p build
# shellcheck disable=SC2086
if ! cmake --preset "$preset" ${TCGATE_CMAKE_ARGS:-} >"$log" 2>&1; then
  tail -n 30 "$log" >&2
  exit 1
fi
if ! cmake --build "build/$preset" ${1:+--target "$@"} >>"$log" 2>&1; then
  grep -nE -A 12 'error|FAILED' "$log" | head -n 60 >&2 || true
  echo "the whole log is $log" >&2
  exit 1
fi
