"""Settings and waivers through `gate check`: a pull request approves nothing of its own."""

import json
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.check import Options, run
from gate.waivers.apply import today
from tests.helpers.commands import EXAMPLES, check, gate, plan, policy
from tests.helpers.repositories import Repository

pytestmark = pytest.mark.slow

PLAN = EXAMPLES / "full-access/plan.json"
STRICT = '[rules]\nKMS001 = "block"\nKMS007 = "block"\n'
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER = KEY.replace("1234abcd", "9999abcd")


def _waiver(expires: date, extra: str = "") -> str:
    return f"""
[[waiver]]
rule = "KMS001"
address = "aws_iam_role_policy.kms"
reason = "break glass"
owner = "security@example.com"
expires = {expires}
actions = ["kms:*"]
{extra}
"""


TOMORROW = today() + timedelta(days=1)


@pytest.mark.parametrize(
    ("head", "proposed"),
    [
        (
            STRICT + _waiver(TOMORROW),
            f"the waiver for KMS001 at `aws_iam_role_policy.kms` until {TOMORROW} by security@example.com: break glass",
        ),
        (STRICT.replace('KMS001 = "block"', 'KMS001 = "off"'), "KMS001 = off (in force: block)"),
        (
            STRICT + '[[override]]\naddress = "*"\nrules = { KMS001 = "warn" }\n',
            "the override KMS001 = warn at `*`",
        ),
        (None, "the working tree has no .gate.toml"),
        ("[rules", "a configuration that is not valid: `.gate.toml`: line 1: not valid TOML"),
    ],
)
def test_a_pull_request_does_not_loosen_what_judges_it(
    repository: Repository, pull_request: dict[str, str], head: str | None, proposed: str
) -> None:
    """A waiver, a looser rule, an override or the removal of the file in the change itself: blocked, and said."""
    repository.write(STRICT)
    repository.commit()
    repository.publish()
    if head is None:
        (repository.root / ".gate.toml").unlink()
    else:
        repository.write(head)
    repository.commit()
    code, report = check(repository.root, pull_request, PLAN)
    assert (code, report["verdict"]) == (1, "block")
    assert any(note.startswith(f"proposed in this change, not in force: {proposed}") for note in report["notes"])
    for form in ("text", "markdown"):
        done = gate(repository.root, pull_request, "check", "-o", form, PLAN)
        assert done.returncode == 1
        assert "proposed in this change, not in force" in " ".join(done.stdout.split())


def test_a_waiver_on_the_default_branch_counts_and_is_seen(
    repository: Repository, pull_request: dict[str, str], tmp_path: Path
) -> None:
    """Once merged the waiver lets the change through, and every report shows it."""
    repository.write(STRICT + _waiver(TOMORROW))
    commit = repository.commit()
    repository.publish()
    forms = ("json", "junit", "sarif", "markdown", "text")
    outputs = [part for form in forms for part in ("-o", f"{form}={tmp_path / form}")]
    done = gate(repository.root, pull_request, "check", *outputs, PLAN)
    assert (done.returncode, done.stderr) == (0, "")
    shown = {form: (tmp_path / form).read_text(encoding="utf-8") for form in forms}
    report = json.loads(shown["json"])
    assert report["verdict"] == "pass"
    assert f"commit {commit[:12]}" in report["configuration"]
    (waived,) = [finding for finding in report["findings"] if finding["rule"] == "KMS001"]
    assert waived["waiver"] == {
        "reason": "break glass",
        "owner": "security@example.com",
        "expires": TOMORROW.isoformat(),
    }
    assert report["summary"]["waived"] == 1
    assert len(list(ElementTree.fromstring(shown["junit"]).iter("skipped"))) == 1  # noqa: S314 - our own report
    (suppressed,) = [
        result for result in json.loads(shown["sarif"])["runs"][0]["results"] if result.get("suppressions")
    ]
    assert suppressed["ruleId"] == "KMS001"
    for form in ("markdown", "text"):
        assert "break glass" in shown[form]
        assert "security@example.com" in shown[form]


def test_an_expired_waiver_blocks_and_is_named(repository: Repository, pull_request: dict[str, str]) -> None:
    """The day after its last day a waiver counts as absent, and the report says which."""
    yesterday = today() - timedelta(days=1)
    repository.write(_waiver(yesterday))
    repository.commit()
    repository.publish()
    code, report = check(repository.root, pull_request, PLAN)
    assert code == 1
    (note,) = report["notes"]
    assert f"expired after {yesterday} and counts as absent" in note


def test_no_ref_is_no_verdict(repository: Repository, pull_request: dict[str, str]) -> None:
    """In CI the working tree's file is never taken instead: exit 2, one line, no report."""
    repository.write('[rules]\nKMS001 = "off"\n')
    repository.commit()
    done = gate(repository.root, pull_request, "check", "-o", "json", PLAN)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert "git fetch --no-tags origin +refs/heads/main:refs/remotes/origin/main" in done.stderr


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ('[rules]\nKMS001 = "blok"\n', "line 2: `rules.KMS001` is `blok`"),
        (_waiver(TOMORROW).replace('reason = "break glass"\n', ""), "line 2: waiver 1: `reason` is missing"),
        (_waiver(TOMORROW).replace(str(TOMORROW), "2027-02-29"), "line 7: not valid TOML: invalid date"),
        ("[rule]\n", "line 1: `rule` is an unknown key"),
    ],
)
def test_a_bad_configuration_is_no_verdict(
    repository: Repository, laptop: dict[str, str], content: str, place: str
) -> None:
    """An error in the file is exit 2 and one line that names its place."""
    repository.write(content)
    done = gate(repository.root, laptop, "check", PLAN)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert f"`.gate.toml`: {place}" in done.stderr


def test_a_waived_policy_that_grows_blocks_again(
    repository: Repository, laptop: dict[str, str], tmp_path: Path
) -> None:
    """kms:* on one key is waived; on two keys, on every key or for everything it is not. Spelling does not matter."""
    one = plan(tmp_path / "one.json", policy("kms:*", KEY))
    code, report = check(repository.root, laptop, one)
    assert code == 1
    saved = tmp_path / "report.json"
    saved.write_text(json.dumps(report))
    told = ("--reason", "migration", "--owner", "a@example.com", "--expires", TOMORROW)
    done = gate(repository.root, laptop, "waive", saved, *told)
    assert (done.returncode, done.stderr) == (0, "")
    assert "KMS002 at aws_iam_role_policy.kms" in done.stdout
    assert check(repository.root, laptop, one)[0] == 0
    for resources in ("*", [KEY, OTHER], "arn:aws:kms:*:111122223333:key/*"):
        assert check(repository.root, laptop, plan(tmp_path / "wider.json", policy("kms:*", resources)))[0] == 1, (
            resources
        )
    respelt = json.dumps(policy(["KMS:*"], [KEY]), indent=4)
    assert check(repository.root, laptop, plan(tmp_path / "respelt.json", respelt))[0] == 0
    split = {"Version": "2012-10-17", "Statement": [policy(a, KEY)["Statement"] for a in ("kms:*", "kms:Decrypt")]}
    code, report = check(repository.root, laptop, plan(tmp_path / "split.json", split))
    assert code == 0, report["notes"]


def test_a_waived_grant_that_loses_its_condition_blocks_again(
    repository: Repository, laptop: dict[str, str], tmp_path: Path
) -> None:
    """`gate waive` waives the access under its conditions; without one of them it is more."""
    statement = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    condition = {"StringEquals": {"aws:PrincipalTag/team": "security", "aws:PrincipalTag/env": "prod"}}
    bound = plan(tmp_path / "bound.json", {"Version": "2012-10-17", "Statement": statement | {"Condition": condition}})
    saved = tmp_path / "report.json"
    saved.write_text(json.dumps(check(repository.root, laptop, bound)[1]))
    gate(repository.root, laptop, "waive", saved, "--reason", "r", "--owner", "o", "--expires", TOMORROW)
    assert check(repository.root, laptop, bound)[0] == 0
    half = {"StringEquals": {"aws:PrincipalTag/team": "security"}}
    for loosened in (statement, statement | {"Condition": half}):
        looser = plan(tmp_path / "looser.json", {"Version": "2012-10-17", "Statement": loosened})
        assert check(repository.root, laptop, looser)[0] == 1


def test_a_waived_grant_that_moves_stays_waived(repository: Repository, laptop: dict[str, str], tmp_path: Path) -> None:
    """With `moved` the address is another and the grant the same; a grown one blocks at the new address too."""
    here = plan(tmp_path / "here.json", policy("kms:*", KEY), example="introduced-by-update")
    code, report = check(repository.root, laptop, here)
    assert code == 1
    saved = tmp_path / "report.json"
    saved.write_text(json.dumps(report))
    gate(repository.root, laptop, "waive", saved, "--reason", "r", "--owner", "o", "--expires", TOMORROW)
    assert check(repository.root, laptop, here)[0] == 0
    moved = plan(tmp_path / "moved.json", policy("kms:*", KEY), example="introduced-by-update", moved=True)
    code, report = check(repository.root, laptop, moved)
    assert code == 0, report["notes"]
    assert [finding["address"] for finding in report["findings"]] == ["aws_iam_role_policy.renamed"]
    grown = plan(tmp_path / "grown.json", policy("kms:*", "*"), example="introduced-by-update", moved=True)
    assert check(repository.root, laptop, grown)[0] == 1


def test_nothing_is_started_without_a_configuration(repository: Repository, laptop: dict[str, str]) -> None:
    """Outside CI `gate check` starts no process and loads no TOML or schema library."""
    script = (
        "import sys\n"
        "started = []\n"
        "sys.addaudithook(lambda e, a: started.append(e) if e in ('subprocess.Popen', 'os.exec', 'os.fork', "
        "'os.posix_spawn', 'os.system') else None)\n"
        "from gate.cli.main import exit_code\n"
        "code = exit_code(sys.argv[1:])\n"
        "loaded = {'tomlkit', 'jsonschema', 'subprocess', 'gate.settings.git', 'gate.settings.parse'}\n"
        "print(code, started, sorted(loaded & set(sys.modules)), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", script, "check", str(PLAN)],
        cwd=repository.root,
        env=laptop,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == "1 [] []\n"


_settings = st.sampled_from(["off", "warn", "block"])
_rules = st.dictionaries(st.sampled_from(["KMS001", "KMS002", "KMS007", "KMS009"]), _settings, min_size=1)
_globs = st.sampled_from(["*", "aws_iam_role_policy.*", "module.x.*"])
_waivers = st.fixed_dictionaries(
    {
        "rule": st.sampled_from(["KMS001", "KMS002"]),
        "address": st.sampled_from(["aws_iam_role_policy.kms", "aws_iam_role.app"]),
        "reason": st.just("r"),
        "owner": st.just("o"),
        "expires": st.dates(date(2020, 1, 1), date(2099, 1, 1)),
    },
    optional={"actions": st.just(["kms:*"]), "resources": st.just(["*"]), "principals": st.just(["role app"])},
)
_files = st.fixed_dictionaries(
    {},
    optional={
        "rules": _rules,
        "override": st.lists(st.fixed_dictionaries({"address": _globs, "rules": _rules}), min_size=1, max_size=2),
        "waiver": st.lists(_waivers, min_size=1, max_size=3),
    },
)


def _found(report: Any) -> list[tuple[str, str, str]]:
    return [(finding.rule, finding.address, finding.fingerprint) for finding in report.findings]


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_files)
def test_no_file_changes_what_is_found(tmp_path: Path, content: dict[str, Any]) -> None:
    """Whatever a valid .gate.toml says, `gate check` finds the same in a plan; only what blocks differs."""
    import tomlkit

    file = tmp_path / "gate.toml"
    file.write_text(tomlkit.dumps(content))
    free = run([str(PLAN)], Options(), {}, tmp_path)
    bound = run([str(PLAN)], Options(config=file), {}, tmp_path)
    assert _found(bound) == _found(free)
    assert free.summary.blocking >= 1
