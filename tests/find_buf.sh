# Sourced: puts buf on the PATH, and where it is into TCGATE_BUF. Takes it from
# the PATH, else installs it into the user's cache directory.

if ! command -v buf >/dev/null; then
  buf_version=1.75.0
  buf_venv=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/tcgate/buf-$buf_version
  if [ ! -x "$buf_venv/bin/buf" ]; then
    /usr/bin/python3 -m venv "$buf_venv"
    "$buf_venv/bin/python" -m pip install -q --disable-pip-version-check \
      "buf-bin==$buf_version"
  fi
  PATH=$buf_venv/bin:$PATH
fi
TCGATE_BUF=$(command -v buf)
export TCGATE_BUF
