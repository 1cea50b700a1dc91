# Sourced by tests/run.sh: real clients for the tests. Puts a Python with
# tests/requirements.txt into TCGATE_PYTHON and grpcurl into TCGATE_GRPCURL, and
# writes both, and where the vendor's own clients are, to build/clients.env for
# CTest. Kept in the user's cache directory, by version, so that the next
# checkout needs no network.

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

mkdir -p build
printf 'TCGATE_PYTHON=%s\nTCGATE_GRPCURL=%s\n' "$TCGATE_PYTHON" "$TCGATE_GRPCURL" \
  >build/clients.env

. tests/sdk/clients.sh
