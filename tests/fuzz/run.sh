#!/usr/bin/env bash
# Fuzzes every target of the asan preset for a share of the given seconds (60),
# starting from the committed corpus. A finding is a failure, and its input is
# left in build/fuzz. New inputs go there too, not into the corpus.
set -euo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
targets=(build/asan/tests/fuzz/fuzz_*)
[ -x "${targets[0]}" ] || {
  echo "build the fuzzers first: deploy/build.sh asan" >&2
  exit 1
}
each=$((seconds / ${#targets[@]}))
for target in "${targets[@]}"; do
  name=$(basename "$target")
  work=build/fuzz/$name
  mkdir -p "$work"
  echo "$name: $each s"
  log=$work.log
  code=0
  # libFuzzer may hang while it reports that memory ran out.
  timeout $((each + 60)) "$target" -max_total_time="$each" -timeout=10 \
    -rss_limit_mb=1024 -malloc_limit_mb=256 \
    -artifact_prefix="$work/" -verbosity=0 -print_final_stats=1 \
    "$work" "tests/fuzz/corpus/${name#fuzz_}" >"$log" 2>&1 || code=$?
  grep -E 'stat::number_of_executed_units|ERROR|SUMMARY|Test unit' "$log" || true
  if [ "$code" -ne 0 ]; then
    echo "$name: a finding, exit $code; its log is $log" >&2
    exit 1
  fi
done
