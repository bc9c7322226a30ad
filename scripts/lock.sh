#!/usr/bin/env bash
# Writes the locks from pyproject.toml, for Python 3.11 to 3.14 on Linux and macOS, each wheel by its hash:
#   requirements.lock  what gate needs where it runs: the Action, the container, every recipe in docs/
#   locks/build.lock   what builds gate, and nothing else
#   locks/dev.lock     what `make lint` and `make test` need; it holds the first two
#   locks/tools.lock   uv, pip-audit and cyclonedx-bom
# A version younger than COOLDOWN is left out: a hijacked release is found and taken away within days. Whoever needs a
# mended version at once says `make lock COOLDOWN='0 days'`.
set -euo pipefail
cd "$(dirname "$0")/.."
uv="${UV:?make lock names it}"

compile() {
  local lock="$1"
  shift
  "$uv" --no-config pip compile "$@" --universal --python-version 3.11 --generate-hashes --only-binary :all: \
    --index-url https://pypi.org/simple --exclude-newer "${COOLDOWN:-7 days}" --upgrade --no-annotate --quiet \
    --custom-compile-command 'make lock' --output-file "$lock"
}

compile requirements.lock pyproject.toml
compile locks/build.lock --group pyproject.toml:build
compile locks/dev.lock pyproject.toml --extra dev --group pyproject.toml:build \
  --constraint requirements.lock --constraint locks/build.lock
compile locks/tools.lock --group pyproject.toml:tools
