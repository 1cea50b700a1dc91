#!/usr/bin/env bash
# From a fresh Debian 12 to first calls: installs what is missing, builds the
# release, starts tcgate with its built-in sandbox, makes three calls, and stays
# until Ctrl-C. With --once it stops after the calls.
set -euo pipefail
cd "$(dirname "$0")/.."

once=false
case "${1:-}" in
  "") ;;
  --once) once=true ;;
  -h | --help)
    echo "usage: deploy/quickstart.sh [--once]"
    echo "  --once  stop after the first calls instead of staying until Ctrl-C"
    exit 0
    ;;
  *)
    echo "deploy/quickstart.sh: unknown argument '$1'; the only one is --once" >&2
    exit 2
    ;;
esac

SECONDS=0
step() { printf '[%3d s] %s\n' "$SECONDS" "$*"; }

step "1/4 packages (a minute or two on a fresh machine)"
deploy/install-packages.sh build
step "2/4 building build/release/tcgate (some minutes the first time)"
# Without the tests' packages, unless tests/run.sh has been here.
if [ ! -e build/release/CMakeCache.txt ]; then
  export TCGATE_CMAKE_ARGS="-DTCGATE_TESTS=OFF -DTCGATE_BENCH=OFF"
fi
deploy/build.sh release tcgate
tcgate=build/release/tcgate

step "3/4 starting tcgate serve --sandbox"
out=$(mktemp -d)
server=
finish() {
  code=$?
  if [ "$code" -ne 0 ] && [ -e "$out/errors" ]; then cat "$out/errors" >&2; fi
  if [ -n "$server" ]; then
    kill -TERM "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$out"
}
trap finish EXIT
trap 'exit 0' INT TERM

# The port that README and the examples call, unless somebody uses it: then any.
port=50051
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then port=0; fi
"$tcgate" serve --sandbox --listen "127.0.0.1:$port" --admin 127.0.0.1:0 \
  >"$out/log" 2>"$out/errors" &
server=$!
address=
for _ in $(seq 100); do
  address=$(sed -n 's/^tcgate: grpc listening on //p' "$out/log")
  [ -z "$address" ] || break
  kill -0 "$server" 2>/dev/null || exit 1
  sleep 0.1
done
[ -n "$address" ] || { echo "tcgate did not start" >&2; exit 1; }
sed 's/^/        /' "$out/log"

call() {
  printf '\n$ %s call --to %s %s \x27%s\x27\n' "$tcgate" "$address" "$1" "$2"
  "$tcgate" call --to "$address" "$1" "$2"
}
step "4/4 first calls"
call trro.GetDevices '{"PageNum":1,"PageSize":2}'
call trro.CreateProject '{"ProjectName":"tunnel"}'
call trro.DescribeProjectList '{"PageNumber":1,"PageSize":10}'

printf '\n'
step "done. The access log of these calls:"
# The log is written in batches, some tenths of a second behind.
for _ in $(seq 50); do
  [ "$(grep -c '^{' "$out/log")" -lt 3 ] || break
  sleep 0.1
done
sed -n 's/^{/        {/p' "$out/log"
if $once; then
  step "stopping, as --once asks"
  exit 0
fi
cat <<EOF

tcgate serves $address until you press Ctrl-C. In another terminal, try

    $tcgate list
    $tcgate call --to $address trtc.TextToSpeechSSE \\
      '{"SdkAppId":14600000000,"Text":"A stream of events.","Voice":{"VoiceId":"any"}}'

proto/README.md says how to call it from your own language$(
  [ "$port" -ne 0 ] || printf '; first type\n\n    export TCGATE_ADDRESS=%s\n\n' "$address"
), README.md how with your own key.
EOF
wait "$server"
