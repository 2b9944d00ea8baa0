#!/usr/bin/env bash
# Build the wheel, install it into an empty environment, and have that answer its sign-in page.
set -euo pipefail
cd "$(dirname "$0")/.."
bin=$PWD/.venv/bin
work=$(mktemp -d)
server=
trap '[ -n "$server" ] && kill "$server" 2>/dev/null; wait 2>/dev/null; rm -rf "$work"' EXIT

"$bin/python" -m pip wheel -q --disable-pip-version-check --no-deps --no-build-isolation -w "$work/dist" .
"$bin/python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r requirements/run.txt
"$work/venv/bin/python" -m pip install -q --disable-pip-version-check --no-deps --no-index "$work"/dist/*.whl

cd "$work"
export XIANFENG_HOME="$work/data"
unset PYTHONPATH DJANGO_SETTINGS_MODULE DATABASE_URL
port=$(venv/bin/python -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
venv/bin/xianfeng serve --port "$port" >server.log 2>&1 &
server=$!
for _ in $(seq 60); do
  if venv/bin/python - "$port" <<'PY'
import sys, urllib.request
try:
    page = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/login/", timeout=5)
except OSError:
    raise SystemExit(1)
body = page.read().decode()
assert page.status == 200 and "党员电子考核管理系统" in body, body[:500]
style = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}" + body.split('rel="stylesheet" href="')[1].split('"')[0], timeout=5)
assert style.status == 200 and len(style.read()) > 5000
PY
  then
    echo "the wheel answers its sign-in page"
    exit 0
  fi
  kill -0 "$server" 2>/dev/null || break
  sleep 1
done
cat server.log >&2
echo "the wheel did not answer its sign-in page" >&2
exit 1
