"""Steps "check" and "comment" of the action, with another gate in its place that records how it was called."""

import json
from pathlib import Path

import pytest

from tests.helpers.github_runner import HOSTILE, ROOT, Runner, annotations, load_yaml, owned


def _fake_gate(runner: Runner, code: str) -> Runner:
    """The runner with another gate in its virtual environment, that is the given code."""
    python = Path(runner.outputs["install"]["python"])
    site = next(python.parent.parent.glob("lib/python*/site-packages"))
    (site / "gate").mkdir()
    (site / "gate" / "__init__.py").write_text("")
    (site / "gate" / "__main__.py").write_text(code)
    (site / "action").symlink_to(runner.action / "action")
    (site / "gate.pth").unlink()
    return runner


pytestmark = pytest.mark.slow

_RECORD = """
import json, os, pathlib, sys
arguments = sys.argv[1:]
pathlib.Path(os.environ["RUNNER_TEMP"], "called.json").write_text(
    json.dumps([arguments, dict(os.environ), os.getcwd()])
)
written = dict(o.split("=", 1) for o in arguments[: arguments.index("--")] if "=" in o and o.split("=")[0] in KINDS)
report = {"verdict": VERDICT, "summary": {"blocking": 2}}
for kind, path in written.items():
    pathlib.Path(path).write_text(json.dumps(report) if kind == "json" else f"{kind} here\\n")
sys.exit(STATUS)
"""


def _recording(verdict: str, status: int) -> str:
    head = f'KINDS = ("json", "markdown", "github", "junit", "sarif"); VERDICT = {verdict!r}; STATUS = {status}\n'
    return head + _RECORD


def _called(runner: Runner) -> tuple[list[str], dict[str, str], str]:
    arguments, environment, folder = json.loads((runner.temp / "called.json").read_text())
    return arguments, environment, folder


@pytest.mark.parametrize(("verdict", "status"), [("pass", 0), ("block", 1)])
def test_the_check_tells_the_verdict(without_network: Runner, verdict: str, status: int) -> None:
    """Exit status, outputs, annotations and summary."""
    runner = _fake_gate(without_network, _recording(verdict, status))
    (runner.checkout / "plan.json").write_text("{}")
    ended = runner.step("check", {"plan": "plan.json", "source": ".", "sarif": "out.sarif", "junit": "out.xml"})
    assert ended.status == status, ended.log
    assert ended.outputs["verdict"] == verdict
    assert ended.outputs["blocking"] == "2"
    assert json.loads(Path(ended.outputs["report"]).read_text())["verdict"] == verdict
    assert (ended.outputs["junit"], ended.outputs["sarif"]) == ("out.xml", "out.sarif")
    assert (runner.checkout / "out.sarif").read_text() == "sarif here\n"
    assert "github here" in ended.stdout
    assert "markdown here" in ended.summary


def test_the_check_has_no_token(without_network: Runner) -> None:
    """Whatever the job's environment has, gate's has none, and no input of the Action as a variable."""
    runner = _fake_gate(without_network, _recording("pass", 0))
    runner.variables |= {"GITHUB_TOKEN": "secret", "GH_TOKEN": "secret", "ACTIONS_RUNTIME_TOKEN": "secret"}
    (runner.checkout / "plan.json").write_text("{}")
    assert runner.step("check", {"plan": "plan.json", "source": "none"}).status == 0
    _, environment, folder = _called(runner)
    assert "secret" not in environment.values()
    assert not [name for name in environment if name.startswith("GATE_")]
    assert folder == str(runner.checkout)


def test_hostile_inputs_stay_arguments(without_network: Runner) -> None:
    """Quotes, spaces, globs and commands in every input reach gate as they are, and run nowhere."""
    runner = _fake_gate(without_network, _recording("pass", 0))
    names = [f"{HOSTILE}.json", "-rf.json", "-"]
    for name in names:
        (runner.checkout / name).write_text("{}")
    inputs = {name: f"{HOSTILE} {name}" for name in ("source", "config", "fail-on", "junit", "sarif")}
    ended = runner.step("check", {"plan": "\n".join(["", *names, f"  {names[0]}  "]), **inputs})
    assert ended.status == 0, ended.log
    arguments, _, _ = _called(runner)
    split = arguments.index("--")
    assert arguments[split + 1 :] == [names[0], "-rf.json", "./-"]
    assert arguments[1] == f"--source={inputs['source']}"
    assert [arguments[arguments.index(f"--{o}") + 1] for o in ("config", "fail-on")] == [
        inputs[o] for o in ("config", "fail-on")
    ]
    assert f"junit={inputs['junit']}" in arguments
    assert owned(runner) == []


def test_a_glob_finds_plans_at_any_depth(without_network: Runner) -> None:
    """`**` works, in order, and each plan is checked once."""
    runner = _fake_gate(without_network, _recording("pass", 0))
    for name in ("b/plan.json", "a/x/plan.json", "a/other.json"):
        (runner.checkout / "plans" / name).parent.mkdir(parents=True, exist_ok=True)
        (runner.checkout / "plans" / name).write_text("{}")
    runner.step("check", {"plan": "plans/**/plan.json\nplans/b/*.json", "source": "none"})
    arguments, _, _ = _called(runner)
    assert arguments[arguments.index("--") + 1 :] == ["plans/a/x/plan.json", "plans/b/plan.json"]


@pytest.mark.parametrize("plan", ["", "\n \n", "nothing/*.json", "there.json\nnot-there.json", "$(touch OWNED)"])
def test_a_plan_that_is_not_there_is_no_verdict(without_network: Runner, plan: str) -> None:
    """Never a pass for want of something to check, also where only one of several is missing."""
    runner = _fake_gate(without_network, _recording("pass", 0))
    (runner.checkout / "there.json").write_text("{}")
    ended = runner.step("check", {"plan": plan, "source": "none"})
    assert (ended.status, ended.outputs) == (2, {"verdict": "error"})
    assert [level for level, _ in annotations(ended.log)] == ["error"]
    assert not (runner.temp / "called.json").exists()
    assert owned(runner) == []


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (".", ["--source=."]),
        (" none\n", ["--no-source"]),
        ("./none", ["--source=./none"]),
        ("network\n\n  a folder  \n", ["--source=network", "--source=a folder"]),
        ("plan.json=network\nb.json=app", ["--source=plan.json=network", "--source=b.json=app"]),
        ("--exit-zero", ["--source=--exit-zero"]),
    ],
    ids=["one", "none", "a folder of that name", "several", "pairs", "no option"],
)
def test_each_line_of_the_source_is_one_for_gate(without_network: Runner, source: str, options: list[str]) -> None:
    """A folder or a pair each, before everything else; `none` alone means no folder."""
    runner = _fake_gate(without_network, _recording("pass", 0))
    (runner.checkout / "plan.json").write_text("{}")
    assert runner.step("check", {"plan": "plan.json", "source": source}).status == 0
    arguments, _, _ = _called(runner)
    assert arguments[: len(options) + 2] == ["check", *options, "-o"]


@pytest.mark.parametrize("source", [None, "", " \n\t\n"])
def test_a_source_that_is_not_said_is_no_verdict(without_network: Runner, source: str | None) -> None:
    """GitHub only warns of a required input that is not given, so the step ends with one line that says what to do."""
    runner = _fake_gate(without_network, _recording("pass", 0))
    (runner.checkout / "plan.json").write_text("{}")
    ended = runner.step("check", {"plan": "plan.json"} | ({} if source is None else {"source": source}))
    assert (ended.status, ended.outputs) == (2, {"verdict": "error"})
    ((level, message),) = annotations(ended.log)
    assert level == "error"
    assert message.startswith("the input source is empty; give the folder")
    assert not (runner.temp / "called.json").exists()


@pytest.mark.parametrize(
    "code",
    [
        "import sys; sys.exit('plan.json: broken\\n::set-output name=x::y')",
        "import sys; sys.stderr.write('plan.json: the file is empty'); sys.exit(2)",
        "import sys; sys.exit(3)",
        "import os; os.kill(os.getpid(), 9)",
        "raise RuntimeError",
        "",
        _recording("block", 0),
    ],
    ids=["one", "no verdict", "three", "killed", "traceback", "no report", "a contradiction"],
)
def test_a_gate_that_gives_no_verdict_is_an_error(without_network: Runner, code: str) -> None:
    """Exit 2, an error that says why, and no report of an earlier step under the name of this one's."""
    runner = _fake_gate(without_network, code)
    (runner.checkout / "plan.json").write_text("{}")
    (runner.checkout / "old.sarif").write_text("old")
    ended = runner.step("check", {"plan": "plan.json", "source": ".", "sarif": "old.sarif"})
    assert ended.status == 2
    assert "error" in [level for level, _ in annotations(ended.log)]
    assert {level for level, _ in annotations(ended.log)} <= {"error", "warning"}
    if not code.startswith("KINDS"):
        assert ended.outputs == {"verdict": "error"}
        assert not (runner.checkout / "old.sarif").exists()


def test_a_check_without_a_verdict_is_said_in_the_comment(without_network: Runner) -> None:
    """Instead of an earlier commit's verdict: the step runs whatever the check did, and names the head."""
    step = next(s for s in load_yaml(ROOT / "action.yml")["runs"]["steps"] if "Comment" in s["name"])
    assert "!cancelled()" in step["if"]
    assert "steps.check" not in step["if"]
    runner = _fake_gate(without_network, _recording("pass", 0).replace('arguments.index("--")', "0"))
    runner.outputs["check"] = {"verdict": "error"}
    runner.github["event.pull_request.head.sha"] = "a" * 40
    assert runner.step("Comment on the pull request", {"comment": "network"}).status == 0
    assert _called(runner)[0] == ["comment", "--id", "network", "--no-verdict", "--commit", "a" * 40]


@pytest.mark.parametrize(("report", "words"), [("there.json", ["--", "there.json"]), ("x y.json", ["--no-verdict"])])
def test_the_comment_of_a_fork_says_that_there_is_no_report(
    without_network: Runner, report: str, words: list[str]
) -> None:
    """A check that gave no verdict left none behind."""
    runner = _fake_gate(without_network, _recording("pass", 0).replace('arguments.index("--")', "0"))
    (runner.checkout / "there.json").write_text("{}")
    ended = runner.step("Comment on the pull request", {"report": report, "id": HOSTILE}, "comment/action.yml")
    assert ended.status == 0, ended.log
    assert _called(runner)[0] == ["comment", "--id", HOSTILE, *words]
    assert owned(runner) == []


@pytest.mark.parametrize(("comment", "wanted"), [("true", []), ("", []), (HOSTILE, ["--id", HOSTILE])])
def test_a_comment_that_fails_is_a_warning(without_network: Runner, comment: str, wanted: list[str]) -> None:
    """The verdict stays the check's; the reason is shown; the token is in the environment only."""
    code = _recording("pass", 2).replace("sys.exit", "sys.stderr.write('no comment: 403%\\n::error::x'); sys.exit")
    runner = _fake_gate(without_network, code)
    runner.outputs["check"] = {"report": "report.json"}
    ended = runner.step("Comment on the pull request", {"comment": comment})
    assert ended.status == 0
    assert annotations(ended.log) == [("warning", "no comment: 403%\n::error::x")]
    arguments, environment, _ = _called(runner)
    assert arguments == ["comment", *wanted, "--", "report.json"]
    assert environment["GITHUB_TOKEN"] == "token-of-actions"
    assert "GITHUB_STEP_SUMMARY" not in environment
    assert owned(runner) == []


def test_the_other_action_passes_its_inputs_as_arguments(without_network: Runner) -> None:
    """comment/action.yml runs the same gate, and its status is the step's."""
    runner = _fake_gate(without_network, _recording("pass", 2))
    (runner.checkout / HOSTILE).write_text("{}")
    inputs = {"report": HOSTILE, "id": HOSTILE}
    assert runner.step("Comment on the pull request", inputs, "comment/action.yml").status == 2
    assert _called(runner)[0] == ["comment", "--id", HOSTILE, "--", HOSTILE]
    assert owned(runner) == []
