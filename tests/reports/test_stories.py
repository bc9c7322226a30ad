"""Findings of one cause are one story in every report for people, and none of them is hidden."""

import json

import msgspec
import pytest
from lxml import etree

from gate.report import Finding, Location, Report, Waiver, report
from gate.reports import render, text
from gate.reports.look import Look
from gate.reports.stories import stories
from tests.helpers.reports import BLOCKING, PLAN, REPORTS

replace = msgspec.structs.replace
WAIVER = Waiver("known", "security@example.com", "2027-01-31")
COUNTED = replace(
    BLOCKING,
    rule="KMS007",
    name="taken-at-face-value",
    level="warning",
    blocks=False,
    message="the value is known only after apply and taken to be aws_iam_policy.app.arn itself",
    remedy=("nothing is to be done for a bare reference",),
    cause="face",
)


def forty(changed: dict[int, Finding] | None = None) -> Report:
    """Forty findings of one cause, some of them changed."""
    made = REPORTS["one cause"]()
    findings = tuple((changed or {}).get(i, finding) for i, finding in enumerate(made.findings))
    return report(made.plans, findings)


def some(numbers: range, **fields: object) -> dict[int, Finding]:
    """A few of the forty findings with other fields."""
    made = REPORTS["one cause"]().findings
    return {i: replace(made[i], **fields) for i in numbers}


def test_forty_roles_are_one_story_in_the_terminal() -> None:
    """One heading says how many roles and where the cause is; the whole report has forty lines at most."""
    shown = render(forty(), "text")
    assert "\nKMS001 full-kms-access: 40 roles, one cause: modules/service/main.tf:22\n" in shown
    assert shown.startswith("BLOCKED: 40 findings of one cause newly grant full KMS access\n")
    assert "role service-00 may newly call every KMS action on every key; 39 others likewise" in shown
    assert "and 38 more; `-o json=FILE` lists them all" in shown
    assert len(shown.splitlines()) <= 40


@pytest.mark.parametrize("other", ["everyone", "account 999999999999", "arn:aws:iam::999999999999:role/service-05"])
def test_who_is_no_name_is_told_beside_forty_roles(other: str) -> None:
    """Everyone, and another account, are never among those of whom the same was found."""
    told = f"{other} may newly call every KMS action on every key"
    report = forty(some(range(5, 6), principals=(other,), message=told, alike="other", kind=""))
    for medium in ("text", "markdown", "github"):
        shown = render(report, medium).replace("`", "")
        assert told in shown.replace("\n" + " " * 13, " ")
        assert "; 38 others likewise" in shown.replace("\n" + " " * 13, " ")


def test_one_line_in_two_plans_names_both() -> None:
    """What one module does in production is not told of the other plan alone."""
    made = forty(some(range(39, 40), plan="production.json"))
    both = report((*made.plans, replace(made.plans[0], path="production.json")), made.findings)
    row = next(line for line in render(both, "markdown").splitlines() if line.startswith("| `module"))
    (annotation,) = render(both, "github").splitlines()
    plan = made.findings[0].plan
    assert f"in `{plan}`, `production.json`" in row
    assert f"in {plan}, production.json: " in annotation.replace("%2C", ",").replace("%3A", ":")
    assert '- `module.service["39"].aws_iam_role_policy.kms` `policy` in `production.json`: ' in render(
        both, "markdown"
    )
    assert "in production.json\n" in render(both, "text")
    assert "<dt>plan</dt><dd><code>" + plan + "</code>, <code>production.json</code></dd>" in render(both, "html")
    warned = report(both.plans, tuple(replace(one, blocks=False, level="warning") for one in both.findings))
    assert f"in {plan}, production.json\n" in render(warned, "text")


def test_forty_roles_are_one_annotation() -> None:
    """One annotation at the line, with the count."""
    (line,) = render(forty(), "github").splitlines()
    assert line.startswith(
        "::error file=modules/service/main.tf,line=22,title=KMS001 full-kms-access%3A 40 roles%2C one cause::"
    )
    assert "; 39 others likewise%0Awho: role service-00, " in line


def test_forty_roles_are_one_row_of_the_comment() -> None:
    """One row of the table, and one folded list with every resource and whose it is."""
    page = render(forty(), "markdown")
    assert page.count("| [KMS001]") == 1
    assert "full-kms-access, 40 findings of one cause<br>" in page
    listed = page.split("<details>")[1]
    for i in range(40):
        assert f'- `module.service["{i:02}"].aws_iam_role_policy.kms` `policy`: `role service-{i:02}`' in listed


def test_programs_get_every_finding() -> None:
    """JSON, SARIF and JUnit have one entry for each finding, with the cause that they share."""
    made = forty()
    assert [finding["cause"] for finding in json.loads(render(made, "json"))["findings"]] == ["c0ffee"] * 40
    results = json.loads(render(made, "sarif"))["runs"][0]["results"]
    assert [result["properties"]["cause"] for result in results] == ["c0ffee"] * 40
    failures = etree.fromstring(render(made, "junit").encode()).findall("testsuite/testcase/failure")
    assert len(failures) == 40
    assert all("cause c0ffee" in (failure.text or "") for failure in failures)


PEOPLE = ("text", "markdown", "github")


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_waived_of_a_cause_is_told(name: str) -> None:
    """Of forty findings three are waived: both stories say so."""
    shown = render(forty(some(range(3), blocks=False, waiver=WAIVER)), name)
    assert "3 findings of the same cause are waived: KMS001 full-kms-access" in shown
    assert "37 findings of the same cause block: KMS001 full-kms-access" in shown
    assert "waived until" in shown


@pytest.mark.parametrize("name", PEOPLE)
@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"rule": "KMS002", "name": "other"}, "1 finding of the same cause blocks: KMS002 other"),
        ({"blocks": False, "level": "warning"}, "1 finding of the same cause warns: KMS001 full-kms-access"),
        ({"blocks": False, "level": "note"}, "1 finding of the same cause is off: KMS001 full-kms-access"),
        ({"level": "warning"}, "1 finding of the same cause blocks: KMS001 full-kms-access"),
    ],
)
def test_what_differs_is_a_story_of_its_own(name: str, fields: dict[str, object], told: str) -> None:
    """A finding with another rule, level or treatment is told apart, and the other story says so."""
    made = forty(some(range(5, 6), **fields))
    assert sum(len(part) for part in told_parts(made)) == 2
    shown = render(made, name)
    assert told in shown
    assert "39 findings of the same cause block: KMS001 full-kms-access" in shown
    assert 'module.service["05"]' in shown


def test_one_finding_beside_one_of_another_rule_says_nothing() -> None:
    """Two rules that find something in one change are two findings, as they are without a cause."""
    first = replace(BLOCKING, cause="c")
    other = replace(first, rule="KMS004", name="key-takeover", blocks=False, level="warning")
    assert "same cause" not in render(report((PLAN,), (first, other)), "text")


def told_parts(made: Report) -> list[tuple[object, ...]]:
    """The stories of a report by what becomes of them."""
    found = stories(made)
    return [found.blocking, found.warnings, found.waived, found.off]


def test_every_finding_is_in_one_story(any_report: Report) -> None:
    """The stories hold the findings of the report, each once."""
    found = [finding for part in told_parts(any_report) for story in part for finding in story.findings]  # type: ignore[attr-defined]
    key = repr
    assert sorted(found, key=key) == sorted(any_report.findings, key=key)


def test_findings_without_a_cause_stay_apart() -> None:
    """A report of an older gate has no causes: each finding is a story."""
    made = REPORTS["one cause"]()
    old = report(made.plans, tuple(replace(finding, cause="") for finding in made.findings))
    assert len(stories(old).blocking) == 40
    assert render(old, "text").startswith("BLOCKED: 40 findings newly grant full KMS access\n")


def test_sentences_that_say_more_are_told() -> None:
    """Where three of forty are told in other words, both sentences stand there."""
    other = "role service-01 newly has full KMS access on every key of region eu-west-1"
    shown = text.render(forty(some(range(1, 2), message=other, alike="other")), Look(width=200))
    assert "role service-00 may newly call every KMS action on every key; 38 others likewise\n" in shown
    assert f"{other}\n" in shown


def test_messages_of_an_older_gate_are_told_one_by_one() -> None:
    """A report that does not say which messages differ in names alone groups those that are equal."""
    old = {"alike": "", "kind": ""}
    apart = " ".join(text.render(forty(some(range(40), **old)), Look(width=200)).split())
    assert "KMS001 full-kms-access: 40 principals, one cause" in apart
    assert "role service-00 may newly call every KMS action on every key role service-01 may newly call" in apart
    assert "and 37 more in other words" in apart
    same = text.render(forty(some(range(40), **old, message="a policy is open")), Look(width=200))
    assert "a policy is open; 39 others likewise\n" in same


@pytest.mark.parametrize(
    ("kinds", "heading"),
    [
        (("role",), "40 roles"),
        (("policy",), "40 policies"),
        (("permission set",), "40 permission sets"),
        (("role", "user"), "40 principals"),
        (("role", ""), "40 principals"),
        (("",), "40 principals"),
    ],
)
def test_a_heading_says_of_what_kind_all_are(kinds: tuple[str, ...], heading: str) -> None:
    """The kind is the findings' own, whatever the principals are called."""
    changed = {i: one for i in range(40) for one in some(range(i, i + 1), kind=kinds[i % len(kinds)]).values()}
    assert f"KMS001 full-kms-access: {heading}, one cause" in render(forty(changed), "text")


def test_two_causes_are_counted() -> None:
    """The verdict counts findings and causes."""
    shown = render(forty(some(range(7), cause="decade")), "text")
    assert shown.startswith("BLOCKED: 40 findings of 2 causes newly grant full KMS access\n")


def test_the_lines_of_one_cause_may_be_several() -> None:
    """A document that several resources use has several lines: all are told."""
    shown = render(forty(some(range(1), location=Location("other.tf", 3))), "text")
    assert "KMS001 full-kms-access: 40 roles, one cause\n" in shown
    assert "other.tf:3\n" in shown
    assert "modules/service/main.tf:22\n" in shown


@pytest.mark.parametrize("name", PEOPLE)
def test_what_is_taken_at_face_value_is_one_line(name: str) -> None:
    """Twelve warnings of KMS007 are one line with a count, whatever their causes."""
    made = tuple(replace(COUNTED, address=f"a.b{i}", fingerprint=f"{i}", cause=f"{i}") for i in range(12))
    shown = render(report((PLAN,), made), name)
    assert shown.count("KMS007 taken-at-face-value" if name == "text" else "KMS007") == 1
    assert "12 values are known only after apply and taken to be what they refer to" in " ".join(shown.split())
    assert "a.b1" not in shown


def test_what_is_taken_at_face_value_is_told_in_full_where_it_blocks() -> None:
    """A team that sets KMS007 to block sees each place."""
    made = tuple(
        replace(COUNTED, address=f"a.b{i}", fingerprint=f"{i}", cause=f"{i}", blocks=True, level="error")
        for i in range(3)
    )
    shown = render(report((PLAN,), made), "text")
    assert all(f"a.b{i} (policy)" in shown for i in range(3))


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_a_warning_says_what_to_do(name: str) -> None:
    """A warning is told with its remedy, once for several in a row."""
    made = tuple(
        replace(BLOCKING, address=f"a.b{i}", fingerprint=f"{i}", cause=f"{i}", blocks=False, level="warning")
        for i in range(2)
    )
    shown = render(report((PLAN,), made), name)
    assert shown.count("to do: replace") == (1 if name == "text" else 2)


def test_forty_causes_stay_readable() -> None:
    """Of forty causes six are told in full, each of the others in a few lines."""
    made = REPORTS["one cause"]()
    apart = report(made.plans, tuple(replace(f, cause=f"{i}") for i, f in enumerate(made.findings)))
    shown = render(apart, "text")
    assert shown.count("because") == 6
    assert "\nBlocks as well: 34 findings\n" in shown
    assert all(f'module.service["{i:02}"]' in shown for i in range(40))
    assert len(shown.splitlines()) < 230
