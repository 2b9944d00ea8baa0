#!/bin/sh
# What a bare Debian lacks: python3-venv always; for the tests a browser, PostgreSQL and fonts.
# Usage: bootstrap.sh PYTHON VENV base|test
set -eu
py=$1 venv=$2 what=$3 need=""
have() { command -v "$1" >/dev/null 2>&1; }
"$py" -c 'import ensurepip, venv' 2>/dev/null || need="$need python3-venv"
if [ "$what" = test ]; then
  { have chromium || have chromium-browser || have google-chrome; } || need="$need chromium"
  [ -n "$(ls /usr/lib/postgresql/*/bin/initdb 2>/dev/null || true)" ] || have initdb || need="$need postgresql"
  /sbin/ldconfig -p | grep -q libatomic.so.1 || need="$need libatomic1"  # Playwright's own node needs it
  fc-list :lang=zh 2>/dev/null | grep -q . || need="$need fonts-noto-cjk fontconfig"
  fc-list 2>/dev/null | grep -q LiberationSerif || need="$need fonts-liberation"  # figures as on an office PC
fi
if [ -n "$need" ]; then
  if [ "$(id -u)" = 0 ] && have apt-get; then
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of names
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $need >/dev/null
  else
    echo "missing:$need  (as root: apt-get install$need)" >&2
    exit 1
  fi
fi
[ -x "$venv/bin/python" ] || "$py" -m venv "$venv"
