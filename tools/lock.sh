#!/bin/sh
# Renew requirements/*.txt from pyproject.toml: hashes and no addresses. Needs uv on the PATH.
set -eu
cd "$(dirname "$0")/.."
lock() { out=$1; shift; uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --no-annotate "$@" pyproject.toml -o "requirements/$out.txt"; }
lock run --extra build --extra batch
lock test --extra build --extra test --extra lint -c requirements/run.txt
