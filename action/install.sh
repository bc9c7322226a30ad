#!/usr/bin/env bash
# Step "install": gate and its pinned dependencies in a virtual environment of their own.
#
# Nothing is built: gate is pure Python and runs from the folder of the action (a .pth file names it), and every
# dependency is a wheel whose hash requirements.lock pins. So no build backend runs, and the commit that pins the action
# pins all the code. It runs outside of the checkout, -I and --isolated, so no file and no variable of the job counts.
set -euo pipefail

fail() {
  echo "::error title=gate::$1"
  exit 2
}

root="$(cd "$GATE_ROOT" && pwd)"
python="$(command -v -- "${GATE_PYTHON:-python3}")" || fail "there is no Python: run actions/setup-python before gate, or name one with the input python"
case "$python" in
  /*) ;;
  */*) python="$PWD/$python" ;;
esac
cd "$RUNNER_TEMP"
"$python" -I -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
  fail "gate needs Python 3.11 or newer: run actions/setup-python before it, and name that one with the input python"

venv="$(mktemp -d "$RUNNER_TEMP/gate-venv.XXXXXX")"
"$python" -I -m venv "$venv" || fail "this Python cannot make a virtual environment: run actions/setup-python before gate"
"$venv/bin/python" -I -m pip --isolated --disable-pip-version-check --no-input install --quiet \
  --require-hashes --only-binary :all: --no-deps --requirement "$root/requirements.lock" ||
  fail "the dependencies of gate could not be installed: look at what pip says above"
printf '%s\n' "$root" > "$("$venv/bin/python" -I -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/gate.pth"
echo "python=$venv/bin/python" >> "$GITHUB_OUTPUT"
