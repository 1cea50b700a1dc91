#!/usr/bin/env bash
# Runs clang-tidy over service/ with the checks of .clang-tidy; any finding is a
# failure. Uses the compile commands of the asan preset, whose compiler is Clang.
set -euo pipefail
cd "$(dirname "$0")/.."
[ -e build/asan/compile_commands.json ] || deploy/build.sh asan
git ls-files -z 'service/*.cc' |
  xargs -0 -n 4 -P "$(nproc)" clang-tidy-19 -p build/asan --quiet \
    --warnings-as-errors='*' 2>/dev/null
