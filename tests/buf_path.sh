# Sourced at the root of the project: buf, from the PATH or else in the user's
# cache directory.

if ! command -v buf >/dev/null; then
  version=1.75.0
  venv=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/tcgate/buf-$version
  if [ ! -x "$venv/bin/buf" ]; then
    /usr/bin/python3 -m venv "$venv"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check \
      "buf-bin==$version"
  fi
  PATH=$venv/bin:$PATH
fi
