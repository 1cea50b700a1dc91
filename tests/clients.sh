# Sourced by tests/run.sh: what tests need from package registries. Puts a Python
# with tests/requirements.txt into TCGATE_PYTHON, grpcurl into TCGATE_GRPCURL,
# buf into TCGATE_BUF, and the vendor's models into TCGATE_TCCLI and
# TCGATE_TCCLI_OLD; writes all to build/clients.env for CTest, and where the
# vendor's own clients are. Kept in the user's cache directory, by version, so
# that the next checkout needs no network.

cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/tcgate
requirements=$(sha256sum tests/requirements.txt | cut -c1-12)
export TCGATE_PYTHON=$cache/venv-$requirements/bin/python
if [ ! -e "$cache/venv-$requirements/complete" ]; then
  rm -rf "$cache/venv-$requirements"
  mkdir -p "$cache"
  /usr/bin/python3 -m venv "$cache/venv-$requirements"
  "$TCGATE_PYTHON" -m pip install -q --disable-pip-version-check \
    -r tests/requirements.txt
  touch "$cache/venv-$requirements/complete"
fi

# The languages of client/examples and of the vendor's SDKs. What the examples
# install, they keep by version in the caches of their own tools.
command -v go >/dev/null || deploy/install-packages.sh go
command -v node >/dev/null && command -v npm >/dev/null ||
  deploy/install-packages.sh node
command -v javac >/dev/null && command -v mvn >/dev/null ||
  deploy/install-packages.sh java

# v1.8.9 is the newest that Debian's own Go can build.
grpcurl=v1.8.9
export TCGATE_GRPCURL=$cache/grpcurl-$grpcurl/grpcurl
if [ ! -x "$TCGATE_GRPCURL" ]; then
  GOBIN=$cache/grpcurl-$grpcurl GOFLAGS=-mod=mod \
    go install "github.com/fullstorydev/grpcurl/cmd/grpcurl@$grpcurl"
fi

. tests/find_buf.sh

# The model that proto/tencentcloudapi is made of, and one of a year before.
tccli_wheel() {
  local wheel=$cache/tccli-$1/tccli-$1-py2.py3-none-any.whl
  if [ ! -e "$wheel" ]; then
    "$TCGATE_PYTHON" -m pip download -q --disable-pip-version-check --no-deps \
      --only-binary :all: -d "$cache/tccli-$1" "tccli==$1" >&2
  fi
  echo "$wheel"
}
TCGATE_TCCLI=$(tccli_wheel 3.1.189.1)
TCGATE_TCCLI_OLD=$(tccli_wheel 3.0.1390.1)
export TCGATE_TCCLI TCGATE_TCCLI_OLD

mkdir -p build
for name in PYTHON GRPCURL BUF TCCLI TCCLI_OLD; do
  variable=TCGATE_$name
  printf '%s=%s\n' "$variable" "${!variable}"
done >build/clients.env

. tests/sdk/clients.sh
