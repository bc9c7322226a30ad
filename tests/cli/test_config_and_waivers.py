"""`gate config`, `gate waive` and `gate waivers` as they are called."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest

from gate.rules import RULES
from gate.schema import schema
from gate.waivers.apply import today
from tests.helpers.commands import EXAMPLES, check, gate
from tests.helpers.paths import ROOT
from tests.helpers.repositories import Repository

pytestmark = pytest.mark.slow

PLAN = EXAMPLES / "full-access/plan.json"
FILE = """# settings
[rules]
KMS007 = "block"

[[override]]
address = "module.sandbox.*"
rules = { KMS001 = "warn" }

[[waiver]]
rule = "KMS001"
address = "aws_iam_role_policy.kms"
reason = "break glass \\u001b[31m::error::"
owner = "security@example.com"
expires = 2099-12-31
"""


@pytest.fixture
def report(repository: Repository, laptop: dict[str, str], tmp_path: Path) -> Path:
    """The JSON report of a plan that blocks."""
    path = tmp_path / "report.json"
    path.write_text(json.dumps(check(repository.root, laptop, PLAN)[1]))
    return path


def test_config_says_where_each_value_comes_from(repository: Repository, laptop: dict[str, str]) -> None:
    """Each rule, override and waiver has its line, a rule without a setting its default."""
    repository.write(FILE)
    done = gate(repository.root, laptop, "config")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "configuration: `.gate.toml` of the working tree"
    for line in (
        "  KMS001  block  default",
        "  KMS007  block  .gate.toml:3",
        "  KMS001  warn   .gate.toml:7  at `module.sandbox.*`",
        (
            "  .gate.toml:9  KMS001 at `aws_iam_role_policy.kms` until 2099-12-31 by security@example.com: "
            "break glass \\x1b[31m::error::"
        ),
        "  `.gate.toml` was read from the working tree; CI reads it from the default branch and may differ",
    ):
        assert line in lines


def test_config_shows_what_ci_would_take(repository: Repository, pull_request: dict[str, str]) -> None:
    """On a pull request it is the default branch's file, with the change's own as proposed."""
    repository.publish()
    repository.write(FILE)
    done = gate(repository.root, pull_request, "config")
    assert done.returncode == 0
    assert "  KMS007  warn   default" in done.stdout.splitlines()
    assert (
        "  proposed in this change, not in force: KMS007 = block (in force: warn, the default)"
        in done.stdout.splitlines()
    )


def test_waive_writes_at_the_root_of_the_repository(
    repository: Repository, laptop: dict[str, str], report: Path
) -> None:
    """From a folder below, the file that is found, or else a new one at the root, is extended."""
    below = repository.root / "live/prod"
    below.mkdir(parents=True)
    told = ("--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    done = gate(below, laptop, "waive", report, *told)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        ".gate.toml: waived until 2099-12-31: KMS001 at aws_iam_role_policy.kms",
        "in CI this counts once it is on the default branch: propose it as a change of its own",
    ]
    assert "[[waiver]]" in (repository.root / ".gate.toml").read_text()
    assert check(below, laptop, PLAN)[0] == 0
    assert "nothing to waive" in gate(below, laptop, "waive", report, *told).stdout


def test_waive_writes_only_what_is_chosen(repository: Repository, laptop: dict[str, str], report: Path) -> None:
    """By fingerprint, rule and address together; what chooses nothing is exit 2 and no file."""
    told = ("--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    (found,) = (each for each in json.loads(report.read_text())["findings"] if each["blocks"])
    chosen = ("--only", found["fingerprint"][:8], "--rule", found["name"], "--address", "aws_iam_role_policy.*")
    done = gate(repository.root, laptop, "waive", report, *told, *chosen, "--rule", "KMS005")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`--rule KMS005` selects nothing that blocks" in done.stderr
    assert not (repository.root / ".gate.toml").exists()
    done = gate(repository.root, laptop, "waive", report, *told, *chosen)
    assert (done.returncode, done.stderr) == (0, "")
    assert "KMS001 at aws_iam_role_policy.kms" in done.stdout


def test_waivers_from_several_plans_are_said_to_count_in_every_plan(
    repository: Repository, laptop: dict[str, str], tmp_path: Path
) -> None:
    """Unless a plan is chosen: then they are for that one, and the other still blocks."""
    named = ("plans/dev.json", "plans/prod.json")
    for name in named:
        repository.write(PLAN.read_text(), name)
    report = tmp_path / "two.json"
    report.write_text(json.dumps(check(repository.root, laptop, *named)[1]))
    told = ("--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    done = gate(repository.root, laptop, "waive", report, *told, "--plan", "*/dev.json")
    assert (done.returncode, "every plan" in done.stdout) == (0, False)
    status, again = check(repository.root, laptop, *named)
    assert (status, [each["plan"] for each in again["findings"] if each["blocks"]]) == (1, ["plans/prod.json"])
    done = gate(repository.root, laptop, "waive", report, *told)
    assert "they count in every plan that is checked with this file; --plan PATTERN limits them" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--reason", "r", "--owner", "o", "--expires", "2020-01-01"), "2020-01-01 is past"),
        (("--reason", "r", "--owner", "o", "--expires", "2099-02-29"), "--expires"),
        (("--reason", " ", "--owner", "o", "--expires", "2099-12-31"), "--reason is empty"),
        (("--owner", "o", "--expires", "2099-12-31"), "--reason"),
    ],
)
def test_waive_refuses_in_one_line(
    repository: Repository, laptop: dict[str, str], report: Path, arguments: tuple[str, ...], words: str
) -> None:
    """A past or impossible date, an empty or missing reason: exit 2, one line, no file."""
    done = gate(repository.root, laptop, "waive", report, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert not (repository.root / ".gate.toml").exists()


def test_waive_needs_a_report(repository: Repository, laptop: dict[str, str], tmp_path: Path) -> None:
    """A report that is missing, or a plan in its place, is exit 2."""
    told = ("--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    for path in (tmp_path / "none.json", PLAN):
        done = gate(repository.root, laptop, "waive", path, *told)
        assert (done.returncode, done.stdout) == (2, "")
        assert len(done.stderr.splitlines()) == 1


def test_waivers_exits_with_1_once_one_has_expired(repository: Repository, laptop: dict[str, str]) -> None:
    """The last day still counts; the file without any waiver is fine too."""
    assert gate(repository.root, laptop, "waivers").returncode == 0
    repository.write(FILE.replace("2099-12-31", str(today() + timedelta(days=3))))
    done = gate(repository.root, laptop, "waivers")
    assert done.returncode == 0
    assert ".gate.toml:9: KMS001 at aws_iam_role_policy.kms" in done.stdout
    assert "\x1b" not in done.stdout
    repository.write(FILE.replace("2099-12-31", str(today() - timedelta(days=1))))
    done = gate(repository.root, laptop, "waivers")
    assert (done.returncode, done.stderr) == (1, "")
    assert "expired 1 day ago" in done.stdout


def test_waivers_checks_the_working_tree_in_ci_too(repository: Repository, pull_request: dict[str, str]) -> None:
    """As a check of the file it reads the change's own: an invalid one is exit 2."""
    repository.write("[[waiver]]\n")
    done = gate(repository.root, pull_request, "waivers")
    assert (done.returncode, done.stdout) == (2, "")
    assert "`.gate.toml`: line 1: waiver 1: " in done.stderr


def test_waivers_names_the_unused_ones(repository: Repository, laptop: dict[str, str], report: Path) -> None:
    """With a report those that cover nothing in it are named, which is no failure."""
    repository.write(FILE + FILE[FILE.index("[[waiver]]") :].replace("_policy.kms", "_policy.gone"))
    done = gate(repository.root, laptop, "waivers", "--report", report)
    assert done.returncode == 0
    assert "note: unused in this report: KMS001 at aws_iam_role_policy.gone" in done.stdout
    assert "unused in this report: KMS001 at aws_iam_role_policy.kms" not in done.stdout


def test_without_a_file_there_is_nothing_to_list(repository: Repository, laptop: dict[str, str], report: Path) -> None:
    """That there is no file is said; a report is read and an unreadable one refused all the same."""
    done = gate(repository.root, laptop, "waivers", "--report", report)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "no .gate.toml in the working directory or above it in its repository, so nothing is waived\n"
    )
    assert gate(repository.root, laptop, "waivers", "--report", PLAN).returncode == 2


def test_waive_refuses_a_folder(repository: Repository, laptop: dict[str, str], report: Path) -> None:
    """Neither a folder nor what would be one becomes a file."""
    told = ("--reason", "r", "--owner", "o", "--expires", "2099-12-31")
    for name in ("absent/", ".", ".git"):
        done = gate(repository.root, laptop, "waive", report, *told, "--config", name)
        assert (done.returncode, done.stdout) == (2, ""), name
        assert len(done.stderr.splitlines()) == 1
    assert not (repository.root / "absent").exists()


def test_exactly_the_rules_that_exist_can_be_set_and_waived() -> None:
    """The schema names each rule, and no other."""
    definitions = schema("config")["$defs"]
    rules = sorted(rule.id for rule in RULES)
    assert sorted(definitions["rules"]["properties"]) == rules
    assert definitions["waiver"]["properties"]["rule"]["enum"] == rules
    assert set(re.findall(r"KMS\d{3}", json.dumps(definitions))) == set(rules)


@pytest.mark.parametrize(
    "page", ["README.md", "CHANGELOG.md", "SECURITY.md", "docs/adopting.md", "docs/ci.md", "docs/semantics.md"]
)
def test_the_pages_name_rules_that_exist(page: str) -> None:
    """Whoever follows a page is not refused for an unknown rule."""
    named = set(re.findall(r"KMS\d{3}", (ROOT / page).read_text(encoding="utf-8")))
    assert named <= {rule.id for rule in RULES}


def test_the_page_on_adopting_says_what_blocks_by_default() -> None:
    """The sentence names the rules whose default is `block`, and no other."""
    page = (ROOT / "docs/adopting.md").read_text(encoding="utf-8")
    (sentence,) = re.findall(r"([^.]*) block by default; the others warn", page)
    assert set(re.findall(r"KMS\d{3}", sentence)) == {rule.id for rule in RULES if rule.default == "block"}
