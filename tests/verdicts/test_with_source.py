"""The source in a whole run: when it is looked at, what is said of it, and that a hostile one does no harm."""

import json
import os
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.reports import FORMATS
from tests.helpers import commands
from tests.helpers.paths import EXAMPLES, PLANS, SOURCE_PLANS

pytestmark = pytest.mark.slow

NARROW = SOURCE_PLANS / "narrow"


def gate(directory: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return commands.gate(directory, kept, "check", *arguments)


def copied(tmp_path: Path, name: str) -> Path:
    return Path(shutil.copytree(SOURCE_PLANS / name, tmp_path / "source"))


def test_the_working_directory_is_the_source_when_it_holds_the_configuration(tmp_path: Path) -> None:
    """In a checkout nothing has to be named; elsewhere, or with --no-source, the policy stays unknown."""
    here = copied(tmp_path, "narrow")
    assert gate(here, "plan.json").returncode == 0
    assert "KMS009" in gate(here, "plan.json", "--no-source").stdout
    (tmp_path / "elsewhere").mkdir()
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "main.tf").write_text('resource "aws_sqs_queue" "other" {}\n')
    shutil.copy(here / "plan.json", elsewhere / "plan.json")
    assert "KMS009" in gate(elsewhere, "plan.json").stdout
    assert gate(elsewhere, "plan.json", "--source", here).returncode == 0
    beside = gate(elsewhere, here / "plan.json")
    assert beside.returncode == 0
    assert f"the source is {here}" in " ".join(beside.stdout.split())


def test_the_folders_of_several_plans_are_one_sentence(tmp_path: Path) -> None:
    """A note for each of forty plans would bury what else is said."""
    plans = [Path(shutil.copytree(SOURCE_PLANS / "narrow", tmp_path / f"p{n}")) / "plan.json" for n in range(7)]
    told = " ".join(gate(tmp_path, *(f"p{n}/plan.json" for n in range(7))).stdout.split())
    shown = ", ".join(f"p{n}/plan.json" for n in range(5))
    assert f"Note: {shown} and 2 more: the source of each is the folder that it is in, which holds its" in told
    two = " ".join(gate(plans[0].parent, "plan.json", plans[1]).stdout.split())
    assert f"Note: {plans[1]} and plan.json: the source of each is the working directory, which holds its" in two


def test_in_ci_only_a_folder_that_is_named_is_looked_at(tmp_path: Path) -> None:
    """The checkout is the author's: what the plan hides stays hidden until the workflow says where its source is."""
    here = copied(tmp_path, "narrow")
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ} | {"CI": "true"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return commands.gate(here, kept, "check", "plan.json", "--config", os.devnull, *arguments)

    silent, named = run(), run("--source", ".")
    assert "KMS009" in silent.stdout, silent.stderr
    assert "--source" in silent.stdout
    assert named.returncode == 0, named.stderr


def test_a_folder_serves_the_plans_that_it_fits(tmp_path: Path) -> None:
    """Several folders, or pairs; one that is none of the plan's is no verdict, with the reason."""
    one, other = (Path(shutil.copytree(SOURCE_PLANS / name, tmp_path / name)) for name in ("narrow", "full-on-key"))
    plans = [one / "plan.json", other / "plan.json"]
    pairs = gate(tmp_path, *plans, "--source", f"{plans[0]}={one}", "--source", f"{plans[1]}={other}", "-o", "json")
    assert [(f["rule"], f["plan"]) for f in json.loads(pairs.stdout)["findings"] if f["blocks"]] == [
        ("KMS002", str(plans[1]))
    ]
    alike = gate(tmp_path, *plans, "--source", other, "--source", one)
    assert alike.returncode == 2
    assert "both look like the source of" in alike.stderr
    queue = 'resource "aws_sqs_queue" "other" {}\n'
    (one / "more.tf").write_text(queue)
    changed = json.loads(plans[0].read_text())
    block = {"address": "aws_sqs_queue.other", "mode": "managed", "type": "aws_sqs_queue", "name": "other"}
    changed["configuration"]["root_module"]["resources"].append(block)
    plans[0].write_text(json.dumps(changed))
    both = gate(tmp_path, *plans, "--source", other, "--source", one, "-o", "json")
    assert json.loads(both.stdout)["findings"] == json.loads(pairs.stdout)["findings"]
    (one / "again.tf").write_text(queue.replace("other", "another"))
    wrong = gate(tmp_path, *plans, "--source", other, "--source", one)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "it has aws_sqs_queue.another, which the plan's configuration has not" in wrong.stderr
    crossed = gate(tmp_path, plans[0], "--source", f"{plans[0]}={tmp_path}")
    assert crossed.returncode == 2
    assert "it has no " in crossed.stderr
    unknown = gate(tmp_path, plans[0], "--source", f"other.json={one}")
    assert unknown.returncode == 2
    assert "is none of the plans" in unknown.stderr


def test_data_in_a_check_block_is_the_configurations(tmp_path: Path) -> None:
    """Terraform lists it among the resources of the module."""
    here = copied(tmp_path, "narrow")
    (here / "checks.tf").write_text('check "x" {\n  data "aws_region" "here" {}\n}\n')
    wrong = gate(here, "plan.json", "--source", ".")
    assert "it has data.aws_region.here" in wrong.stderr
    read_ = json.loads((here / "plan.json").read_text())
    block = {"address": "data.aws_region.here", "mode": "data", "type": "aws_region", "name": "here"}
    read_["configuration"]["root_module"]["resources"].append(block)
    (here / "plan.json").write_text(json.dumps(read_))
    assert gate(here, "plan.json", "--source", ".").returncode == 0


def test_a_file_that_cannot_be_read_may_hold_what_is_missing(tmp_path: Path) -> None:
    """Behind a link: the folder may be the plan's, and what is hidden stays undetermined."""
    here = copied(tmp_path, "narrow")
    (tmp_path / "real.tf").write_text((here / "main.tf").read_text())
    (here / "main.tf").unlink()
    (here / "main.tf").symlink_to(tmp_path / "real.tf")
    done = gate(here, "plan.json", "--source", ".")
    assert done.returncode == 1
    assert "KMS009" in done.stdout


def test_a_folder_that_is_none_is_exit_2(tmp_path: Path) -> None:
    """A wrong --source is said at once."""
    done = gate(tmp_path, NARROW / "plan.json", "--source", "absent")
    assert (done.returncode, done.stdout) == (2, "")
    assert "absent" in done.stderr
    both = gate(tmp_path, NARROW / "plan.json", "--source", ".", "--no-source")
    assert both.returncode == 2


def test_a_source_of_another_commit_is_not_believed(tmp_path: Path) -> None:
    """Where references differ from those of the plan, gate says so and falls back to undetermined."""
    here = copied(tmp_path, "full-on-key")
    text = (here / "main.tf").read_text().replace("= aws_kms_key.k.arn", '= "${aws_kms_key.k.arn}${var.other}"')
    (here / "main.tf").write_text(text.replace("kms:*", "kms:Sign"))
    done = gate(here, "plan.json")
    assert done.returncode == 1
    assert "KMS009" in done.stdout
    assert "the source is not that of the plan" in " ".join(done.stdout.split())


def test_findings_say_where_they_stand(tmp_path: Path) -> None:
    """File and line of the statement, for known policies too."""
    here = copied(tmp_path, "full-on-key")
    (found,) = check(read((here / "plan.json").read_bytes(), "p"), Options(source=(str(here),))).findings
    assert found.location is not None
    line = (here / "main.tf").read_text().splitlines()[found.location.line - 1]
    assert Path(found.location.file).name == "main.tf"
    assert "Effect" in line or "{" in line
    assert "main.tf:" in gate(here, "plan.json").stdout
    for name in FORMATS:
        assert "main.tf" in gate(here, "plan.json", "-o", name).stdout
    example = EXAMPLES / "full-access"
    known = tmp_path / "known"
    known.mkdir()
    shutil.copy(example / "after.tf", known / "main.tf")
    shutil.copy(example / "plan.json", known / "plan.json")
    assert "main.tf:" in gate(known, "plan.json").stdout


def test_findings_say_where_their_value_comes_from(tmp_path: Path) -> None:
    """Through modules two levels deep to the argument, the default or the file of values, from any folder."""
    repository = tmp_path / "repository"
    folder = Path(shutil.copytree(SOURCE_PLANS / "given-in-calls", repository / "infra"))
    subprocess.run(["git", "init", "-q", repository], check=True)
    other = repository / "docs" / "deep"
    other.mkdir(parents=True)
    found = []
    for here, plan, source in (
        (folder, "plan.json", "."),
        (folder / "modules", "../plan.json", ".."),
        (repository, "infra/plan.json", "infra"),
        (other, folder / "plan.json", folder),
        (tmp_path, "repository/infra/plan.json", "repository/infra"),
    ):
        written = json.loads(gate(here, plan, "--source", source, "-o", "json").stdout)
        found.append([finding["location"] for finding in written["findings"]])
    assert all(one == found[0] for one in found)
    ways = [[f"{step['file']}:{step['line']}" for step in (*one["calls"], one)] for one in found[0]]
    service, role = "infra/modules/service/main.tf:4", "infra/modules/role/main.tf:32"
    assert ways == [
        ["infra/main.tf:41", "infra/main.tf:32"],
        ["infra/main.tf:24", service, role, "infra/prod.auto.tfvars:1"],
        ["infra/main.tf:17", service, role, "infra/main.tf:7"],
        ["infra/main.tf:17", service, role, "infra/main.tf:4"],
    ]
    marked = [[line["text"].strip() for line in one["excerpt"] if line["marked"]] for one in found[0]]
    assert marked[2] == ['actions = ["kms:*"]']
    addresses = [call["address"] for call in found[0][1]["calls"]]
    assert addresses == ["module.ops", "module.ops.module.role", "module.ops.module.role.aws_iam_role_policy.this"]
    annotation = gate(folder, "plan.json", "--source", ".", "-o", "github").stdout
    assert "file=infra/main.tf,line=7," in annotation


def test_an_address_that_is_declared_twice_is_not_believed(tmp_path: Path) -> None:
    """Terraform refuses such a folder, so it is not what the plan was made from."""
    here = copied(tmp_path, "full-on-key")
    (here / "before.tf").write_text((here / "main.tf").read_text().replace("kms:*", "kms:Sign"))
    assert "KMS009" in gate(here, "plan.json").stdout


def test_a_source_with_another_text_gives_no_location(tmp_path: Path) -> None:
    """A line that does not say what the plan says would point at the wrong code."""
    example = EXAMPLES / "full-access"
    (tmp_path / "main.tf").write_text((example / "after.tf").read_text().replace("kms:*", "kms:Sign"))
    done = gate(tmp_path, example / "plan.json")
    assert done.returncode == 1
    assert "main.tf:" not in done.stdout
    assert "the source is not that of the plan" in " ".join(done.stdout.split())


def test_a_source_that_is_open_is_no_other_text(tmp_path: Path) -> None:
    """Where the source leaves a known policy open, it says nothing against it, and the line is told."""
    example = EXAMPLES / "full-access"
    text = (example / "after.tf").read_text()
    assert '"kms:*"' in text
    (tmp_path / "main.tf").write_text(text.replace('"kms:*"', 'length("x") > 0 ? "kms:*" : "kms:Sign"'))
    done = gate(tmp_path, example / "plan.json")
    assert done.returncode == 1
    assert "main.tf:" in done.stdout
    assert "the source is not that of the plan" not in " ".join(done.stdout.split())


def test_the_parser_is_not_loaded_without_a_question() -> None:
    """A plan in which everything is known and nothing is found costs no parsing."""
    code = (
        "import sys\n"
        "from gate.cli.main import exit_code\n"
        "print(exit_code(['check', 'plan.json']), sorted({'tree_sitter', 'tree_sitter_hcl'} & set(sys.modules)))\n"
    )
    folder = PLANS / "drift-codified"
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1] == "0 []"


HOSTILE = {
    "deep": "locals {\n  deep = " + "[" * 100_000 + "]" * 100_000 + "\n}\n",
    "invalid": 'resource "aws_iam_role_policy" "app" {\n  policy = jsonencode({\n',
    "cycle": "locals {\n  a = local.b\n  b = local.a\n}\n",
    "large": "# " + "x" * 10_000_000 + "\n",
    "binary": "\x00\x01\x02",
    "doubling": "locals {\n  l0 = [1]\n"
    + "".join(f"  l{i + 1} = concat(local.l{i}, local.l{i})\n" for i in range(60))
    + "}\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_tree_does_no_harm(tmp_path: Path, name: str) -> None:
    """A file beside the real ones that is too deep, too large or no HCL: a verdict or one clear line, no traceback."""
    here = copied(tmp_path, "full-on-key")
    (here / "hostile.tf").write_text(HOSTILE[name])
    done = gate(here, "plan.json")
    assert done.returncode in (1, 2)
    assert "Traceback" not in done.stdout + done.stderr
    assert done.returncode == 2 or done.stdout.startswith("BLOCKED")


def test_a_link_out_of_the_tree_is_not_followed(tmp_path: Path) -> None:
    """What lies outside of the checkout is not read, whatever a link or a path says."""
    here = copied(tmp_path, "narrow")
    outside = tmp_path / "outside.tf"
    outside.write_text((here / "main.tf").read_text())
    (here / "main.tf").unlink()
    (here / "main.tf").symlink_to(outside)
    done = gate(here, "plan.json", "--source", here)
    assert done.returncode == 1
    assert "KMS009" in done.stdout


def test_the_report_carries_the_digest_of_each_file(tmp_path: Path) -> None:
    """What was checked can be told from another plan: the SHA-256 of the very bytes, of standard input too."""
    here = copied(tmp_path, "narrow")
    report = json.loads(gate(here, "plan.json", NARROW / "plan.json", "-o", "json").stdout)
    assert {plan["sha256"] for plan in report["plans"]} == {sha256((NARROW / "plan.json").read_bytes()).hexdigest()}
    (here / "plan.json").write_bytes((here / "plan.json").read_bytes() + b"\n")
    again = json.loads(gate(here, "plan.json", "-o", "json").stdout)
    assert again["plans"][0]["sha256"] != report["plans"][0]["sha256"]


def test_the_stop_by_the_clock_is_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A verdict must not hang on the speed of a machine: where time is up, exit 2 and one line that says what to do."""
    from gate.cli.main import exit_code
    from gate.hcl import work

    here = copied(tmp_path, "narrow")
    before, policy, after = (here / "main.tf").read_text().rpartition("policy = jsonencode({")
    (here / "main.tf").write_text(f"{before}{policy} Id = [{', '.join(['0'] * 2000)}], {after}")
    arguments = ["check", str(here / "plan.json"), "--source", str(here)]
    exit_code(arguments)
    assert "took longer" not in capsys.readouterr().err
    monkeypatch.setattr(work, "SECONDS", 0)
    assert exit_code(arguments) == 2
    done = capsys.readouterr()
    assert done.out == ""
    assert len(done.err.splitlines()) == 1
    assert "the source took longer than 0 seconds to evaluate; `--no-source` leaves it out" in done.err
