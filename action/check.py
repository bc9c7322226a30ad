"""Step "check": `gate check` over the plans that the inputs name. Its exit status is gate's verdict.

Sets the outputs `verdict` (pass, block, or error where there is none), `blocking`, `report`, `junit` and `sarif`.
"""

import glob
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from action.runner import annotate, environment, give_up, isolated, output, said, summarize

_REPORTS = ("junit", "sarif")


def main() -> int:
    output("verdict", "error")  # until something better is known
    plans, missing = _plans(os.environ.get("GATE_PLAN", ""))
    if missing or not plans:
        what = f"no file matches the input plan: {missing[0]}" if missing else "the input plan is empty"
        return give_up(f"{what}; give the file that `terraform show -json PLANFILE` wrote")
    source = _source(os.environ.get("GATE_SOURCE", ""))
    if not source:  # GitHub does not enforce that a required input is given
        return give_up("the input source is empty; give the folder that the plan was made from, such as `.`, or `none`")
    folder = Path(tempfile.mkdtemp(prefix="gate-report-", dir=environment("RUNNER_TEMP") or None))
    files = {kind: folder / f"report.{kind}" for kind in ("json", "markdown", "github")}
    wanted = {kind: path for kind in _REPORTS if (path := environment(f"GATE_{kind.upper()}"))}
    for path in wanted.values():
        _remove(Path(path))  # what an earlier step left there must not pass for this one's
    command = isolated("check", *source, *_options(), "-o", "text")
    for kind, file in files.items():
        command += ["-o", f"{kind}={file}"]
    for kind, path in wanted.items():
        command += ["-o", f"{kind}={path}"]
    command += ["--", *plans]
    done = subprocess.run(command, env=_without_tokens(), stderr=subprocess.PIPE, check=False)  # noqa: S603
    message = said(done.stderr)
    if done.returncode not in {0, 1} or not files["json"].is_file():
        return give_up(message or f"gate ended with status {done.returncode} and no report")
    if message:
        annotate("warning", message)
    return _tell(done.returncode, files, wanted)


def _tell(status: int, files: dict[str, Path], wanted: dict[str, str]) -> int:
    report = json.loads(files["json"].read_bytes())
    sys.stdout.write(files["github"].read_text("utf-8"))
    sys.stdout.flush()
    summarize(files["markdown"].read_text("utf-8"))
    output("verdict", str(report["verdict"]))
    output("blocking", str(report["summary"]["blocking"]))
    output("report", str(files["json"]))
    for kind, path in wanted.items():
        output(kind, path)
    if status == 0 and report["verdict"] != "pass":
        return give_up("gate's exit status and its report contradict each other")
    return status


def _plans(text: str) -> tuple[list[str], list[str]]:
    """The files that the lines name, as they are or as globs, in order and each once; and the lines that name none."""
    plans: dict[str, None] = {}
    missing = []
    for line in filter(None, map(str.strip, text.split("\n"))):
        matches = [line] if Path(line).is_file() else sorted(filter(os.path.isfile, glob.glob(line, recursive=True)))  # noqa: PTH207
        plans |= dict.fromkeys(os.path.join(".", match) if match == "-" else match for match in matches)  # noqa: PTH118
        if not matches:
            missing.append(line)
    return list(plans), missing


def _source(text: str) -> list[str]:
    """The options for the input source: each line is a folder or PLAN=FOLDER, or all of it is `none`; none if empty."""
    lines = list(filter(None, map(str.strip, text.split("\n"))))
    return ["--no-source"] if lines == ["none"] else [f"--source={line}" for line in lines]


def _options() -> list[str]:
    options = []
    config = environment("GATE_CONFIG") or environment("GATE_CONFIG_FILE")
    if config:
        options += ["--config", config]
    elif environment("GATE_REF"):
        options += ["--config-ref", environment("GATE_REF")]
    if environment("GATE_FAIL_ON"):
        options += ["--fail-on", environment("GATE_FAIL_ON")]
    return options


def _without_tokens() -> dict[str, str]:
    withheld = {"GITHUB_TOKEN", "GH_TOKEN", "ACTIONS_RUNTIME_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_TOKEN"}
    return {n: v for n, v in os.environ.items() if n not in withheld and not n.startswith("GATE_")}


def _remove(path: Path) -> None:
    if path.is_file() or path.is_symlink():
        path.unlink()


if __name__ == "__main__":
    sys.exit(main())
