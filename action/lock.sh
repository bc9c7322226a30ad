#!/usr/bin/env bash
# Writes requirements.lock: what the Action installs, for Python 3.11 to 3.14 on Linux and macOS, each wheel by its hash.
# Needs uv (https://docs.astral.sh/uv/). Run it after a change to the dependencies in pyproject.toml.
set -euo pipefail
cd "$(dirname "$0")/.."
uv --no-config pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --only-binary :all: \
  --index-url https://pypi.org/simple --no-annotate --custom-compile-command action/lock.sh \
  --output-file requirements.lock --upgrade
