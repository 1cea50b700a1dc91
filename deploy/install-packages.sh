#!/usr/bin/env bash
# Installs the packages of deploy/packages.txt for the groups named as
# arguments (build, test, check). Does nothing, and needs no network, where they
# are installed already.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

missing=()
for group in "$@"; do
  while read -r of package; do
    [ "$of" = "$group" ] || continue
    status=$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) || status=
    [ "$status" = installed ] || missing+=("$package")
  done < <(grep -v '^#' "$here/packages.txt")
done
[ ${#missing[@]} -gt 0 ] || exit 0

sudo=
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || {
    echo "$0: run it as root, or install sudo: missing ${missing[*]}" >&2
    exit 1
  }
  sudo=sudo
fi
# Through `env`, since sudo drops variables: a question would be waited for unseen.
apt="$sudo env DEBIAN_FRONTEND=noninteractive apt-get"
echo "installing ${#missing[@]} packages: ${missing[*]}"
log=$(mktemp)
if ! { $apt update -q &&
       $apt install -y -q --no-install-recommends "${missing[@]}"; } \
     >"$log" 2>&1; then
  tail -n 20 "$log" >&2
  echo "$0: apt-get failed; its output is in $log" >&2
  exit 1
fi
rm -f "$log"
