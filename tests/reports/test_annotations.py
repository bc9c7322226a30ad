"""gate.reports.github and gate.reports.gitlab."""

import json
import re

import msgspec
import pytest

from gate.report import Location, Report, report
from gate.reports import github, gitlab
from tests.helpers.reports import BLOCKING, PLAN, REPORTS, WARNING


def test_github_annotates_file_and_line() -> None:
    """A blocking finding is an error at its line, with the rule as title."""
    assert github.render(REPORTS["one"]()) == (
        "::error file=iam/main.tf,line=12,title=KMS001 full-kms-access::aws_iam_role_policy.app (policy): role app may "
        "newly call every KMS action on every key%0Ato do: replace `kms:*` by the actions that are "
        "needed, and `*` by the ARN of the key\n"
    )


def test_a_report_of_an_older_version_names_everybody_beside_the_sentence() -> None:
    """What does not say whom its sentence names hides nobody."""
    finding = msgspec.structs.replace(BLOCKING, principals=("role app", "user b"), named=())
    assert "%0Awho: role app, user b%0A" in github.render(report((PLAN,), (finding,)))


def test_whom_the_sentence_does_not_name_is_told_beside_it() -> None:
    """The finding says whom its sentence names: a name is not the beginning of a longer one."""
    principals = ("role app-1", "role app", "user b")
    finding = msgspec.structs.replace(BLOCKING, message="role app-1 may", principals=principals, named=principals[:1])
    assert "%0Awho: role app, user b%0A" in github.render(report((PLAN,), (finding,)))


def test_github_levels() -> None:
    """What blocks is an error, a warning and what was not checked a warning, what is waived a notice."""
    levels = [line.split(" ")[0] for line in github.render(REPORTS["mixed"]()).splitlines()]
    assert levels == ["::error"] * 2 + ["::warning"] * 3 + ["::notice"]


def test_github_keeps_ten_of_a_level() -> None:
    """Of forty errors nine are shown, and the tenth says how many more there are."""
    lines = github.render(REPORTS["forty"]()).splitlines()
    assert len(lines) == 10
    assert lines[-1] == "::error title=gate::and 31 more annotations of this level; the report of this run has them all"


def test_github_shows_ten_without_cutting() -> None:
    """Exactly ten errors are all shown."""
    findings = tuple(msgspec.structs.replace(BLOCKING, address=f"a.b{i}") for i in range(10))
    lines = github.render(report((PLAN,), findings)).splitlines()
    assert len(lines) == 10
    assert "more" not in lines[-1].split("::")[2]


def test_github_counts_each_level_apart() -> None:
    """Many warnings do not push out an error."""
    findings = (BLOCKING, *(msgspec.structs.replace(WARNING, address=f"a.b{i}") for i in range(30)))
    lines = github.render(report((PLAN,), findings)).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"] + ["::warning"] * 10


def test_github_says_a_pass() -> None:
    """With nothing to annotate the verdict is a plain line, not an annotation."""
    assert github.render(REPORTS["pass"]()) == "PASS: no new full KMS access found\n"


def test_github_escapes_properties() -> None:
    """A file name cannot add a property or end the command."""
    finding = msgspec.structs.replace(BLOCKING, location=Location("a,line=99::b%0A\n.tf", 3))
    assert github.render(report((PLAN,), (finding,))).startswith(
        "::error file=a%2Cline=99%3A%3Ab%250A\\n.tf,line=3,title=KMS001 full-kms-access::"
    )


def test_gitlab_issue() -> None:
    """A blocking finding is a blocker at its line."""
    assert json.loads(gitlab.render(REPORTS["one"]())) == [
        {
            "description": "aws_iam_role_policy.app: role app may newly call every KMS action on every key",
            "check_name": "KMS001 full-kms-access",
            "fingerprint": "3f9a1c2b7d5e4f60",
            "severity": "blocker",
            "location": {"path": "iam/main.tf", "lines": {"begin": 12}},
        }
    ]


def test_gitlab_severities() -> None:
    """A warning is minor, a waived finding is for information and says until when."""
    issues = {issue["fingerprint"]: issue for issue in json.loads(gitlab.render(REPORTS["mixed"]()))}
    assert issues["aa01aa01aa01aa01"]["severity"] == "minor"
    assert issues["7777777777777777"]["severity"] == "info"
    assert issues["7777777777777777"]["description"].endswith(
        "(waived until 2027-01-31 by security@example.com: emergency access, reviewed every quarter)"
    )


def test_gitlab_a_pass_is_an_empty_list() -> None:
    """Nothing found is an empty list, which GitLab takes."""
    assert gitlab.render(REPORTS["pass"]()) == "[]\n"


def test_gitlab_fingerprints_are_unique(any_report: Report) -> None:
    """No two issues share a fingerprint, even where findings do; GitLab would drop one."""
    doubled = msgspec.structs.replace(any_report, findings=any_report.findings * 2)
    prints = [issue["fingerprint"] for issue in json.loads(gitlab.render(doubled))]
    assert len(set(prints)) == len(prints) == 2 * len(any_report.findings)
    assert all(re.fullmatch("[0-9a-f]+", fingerprint) for fingerprint in prints)


@pytest.mark.parametrize(("path", "shown"), [("./a/plan.json", "a/plan.json"), ("", "plan")])
def test_gitlab_paths_are_relative(path: str, shown: str) -> None:
    """A path is as GitLab wants it, and never empty."""
    finding = msgspec.structs.replace(BLOCKING, plan=path, location=None)
    assert json.loads(gitlab.render(report((PLAN,), (finding,))))[0]["location"]["path"] == shown


def test_github_names_the_plan_of_several() -> None:
    """With several plans an annotation names its own."""
    assert "aws_iam_role_policy.app[0] (policy) in network/plan.json: " in github.render(REPORTS["forty"]())


def test_gitlab_says_what_is_not_enforced() -> None:
    """Under --exit-zero every description says so."""
    issues = json.loads(gitlab.render(msgspec.structs.replace(REPORTS["mixed"](), enforcing=False)))
    assert len(issues) == 4
    assert all(issue["description"].startswith("not enforced: ") for issue in issues)


def test_what_is_off_is_a_notice() -> None:
    """A finding of a rule that is off is for information, and says that it is off."""
    made = REPORTS["off"]()
    (annotation,) = github.render(made).splitlines()
    assert annotation.startswith("::notice ")
    assert annotation.endswith("%0Aoff: its rule is set to `off`")
    (issue,) = json.loads(gitlab.render(made))
    assert issue["severity"] == "info"
    assert issue["description"].startswith("off: aws_iam_policy.off: ")


def test_nobody_is_not_named() -> None:
    """An annotation of a finding without principals has no line for them."""
    finding = msgspec.structs.replace(BLOCKING, principals=("",))
    assert "who:" not in github.render(report((PLAN,), (finding,)))
