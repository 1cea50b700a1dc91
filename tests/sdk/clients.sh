# Sourced by tests/clients.sh: the vendor's official clients. Adds to
# build/clients.env where they are; each is kept in the user's cache directory,
# by its lock file, so that the next checkout needs no network.

# kept NAME FILE...: whether what the files describe is in the cache. Sets
# `folder` to its place, emptied if it is not.
kept() {
  local name=$1
  shift
  folder=$cache/sdk-$name-$(cat "$@" | sha256sum | cut -c1-12)
  [ ! -e "$folder/complete" ] || return 0
  rm -rf "$folder"
  mkdir -p "$folder"
  return 1
}

sdk=$PWD/tests/sdk
if ! kept python "$sdk/requirements.txt"; then
  /usr/bin/python3 -m venv "$folder"
  "$folder/bin/python" -m pip install -qq --disable-pip-version-check \
    --no-deps --no-compile -r "$sdk/requirements.txt"
  touch "$folder/complete"
fi
echo "TCGATE_SDK_PYTHON=$folder/bin/python" >>build/clients.env

if ! kept go "$sdk"/go/*; then
  (cd "$sdk/go" && go build -mod=readonly -buildvcs=false -o "$folder/calls" .)
  touch "$folder/complete"
fi
echo "TCGATE_SDK_GO=$folder/calls" >>build/clients.env

if ! kept node "$sdk"/node/package*.json; then
  cp "$sdk"/node/package*.json "$folder"
  (cd "$folder" && npm ci --silent --ignore-scripts --no-audit --no-fund)
  touch "$folder/complete"
fi
echo "TCGATE_SDK_NODE_MODULES=$folder/node_modules" >>build/clients.env

if ! kept java "$sdk/java/pom.xml"; then
  mvn -q -B -Dstyle.color=never -f "$sdk/java/pom.xml" \
    dependency:copy-dependencies -DoutputDirectory="$folder"
  touch "$folder/complete"
fi
echo "TCGATE_SDK_JARS=$folder" >>build/clients.env
