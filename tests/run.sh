#!/usr/bin/env bash
# Installs what is missing, builds everything in build/release and runs every
# test. A second run does only what changed.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "$(id -u)" -ne 0 ]; then
  echo "tests/run.sh: type sudo tests/run.sh; the fault tests hang a name server" \
       "and search a guarded process's memory" >&2
  exit 1
fi

SECONDS=0
step() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

step "1/4 packages"
deploy/install-packages.sh build test
step "2/4 building build/release (from nothing: 10 to 20 minutes on 2 cores)"
TCGATE_CMAKE_ARGS="-DTCGATE_TESTS=ON -DTCGATE_BENCH=ON" deploy/build.sh release
step "3/4 clients for the tests: Python packages, grpcurl, the vendor's SDKs"
. tests/clients.sh
# Arguments go to CTest, such as -R fidelity: then a half may have no test.
run_tests() {
  ctest --preset release "${@}" | sed -u 's/^/        /'
}
step "4/4 tests (some 15 minutes)"
run_tests --output-on-failure -LE 'examples|sdk' ${1:+--no-tests=ignore} "$@"
step "    the vendor's clients, an example in each language: each says what it does"
run_tests -V -L 'examples|sdk' ${1:+--no-tests=ignore} "$@"
step "every test passed"
