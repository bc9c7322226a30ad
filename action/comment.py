"""Step "comment": `gate comment`, of the report or, where step "check" left none, of the commit without a verdict.

What becomes of it never changes the verdict: this step always succeeds.
"""

import os
import subprocess
import sys

from action.runner import annotate, environment, isolated, said


def main() -> int:
    command = isolated("comment")
    name = environment("GATE_COMMENT")
    if name.lower() not in {"", "true", "false"}:
        command += ["--id", name]
    if environment("GATE_REPORT"):
        command += ["--", environment("GATE_REPORT")]
    else:
        command += ["--no-verdict", "--commit", environment("GATE_COMMIT")]
    variables = {n: v for n, v in os.environ.items() if not n.startswith("GATE_")}
    variables["GITHUB_TOKEN"] = environment("GATE_TOKEN")
    variables.pop("GITHUB_STEP_SUMMARY", None)  # step "check" wrote the report there already
    done = subprocess.run(command, env=variables, stderr=subprocess.PIPE, check=False)  # noqa: S603
    if done.returncode:
        annotate("warning", said(done.stderr) or "no comment was written")
    return 0


if __name__ == "__main__":
    sys.exit(main())
