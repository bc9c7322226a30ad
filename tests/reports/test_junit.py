"""gate.reports.junit."""

from pathlib import Path

import msgspec
import pytest
from lxml import etree

from gate.report import Examined, Finding, PlanReport, Report, report
from gate.reports import junit
from tests.helpers.reports import BLOCKING, PLAN, REPORTS, UNDETERMINED, WAIVED, WARNING

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("junit-10.xsd")))


def cases(made: Report) -> dict[str, etree._Element]:
    """The test cases of a report by name."""
    root = etree.fromstring(junit.render(made).encode())
    return {case.get("name"): case for case in root.findall("testsuite/testcase")}


def one_place(*findings: Finding) -> list[etree._Element]:
    """The test cases of a report on one place with these findings."""
    plan = msgspec.structs.replace(PLAN, examined=(Examined("aws_iam_role_policy.app", "policy", ("role app",)),))
    here = (msgspec.structs.replace(f, address="aws_iam_role_policy.app", attribute="policy") for f in findings)
    return list(cases(report((plan,), tuple(here))).values())


def outcome(case: etree._Element) -> str:
    """The tags of what is in a test case, such as "failure system-out"."""
    return " ".join(child.tag for child in case)


def test_is_valid_for_jenkins(any_report: Report) -> None:
    """The report is what Jenkins' xUnit plugin validates, but for file and line, which others need."""
    root = etree.fromstring(junit.render(any_report).encode())
    for case in root.findall("testsuite/testcase"):
        case.attrib.pop("file", None)
        case.attrib.pop("line", None)
    SCHEMA.assertValid(root)


def test_the_schema_can_fail() -> None:
    """The schema in use rejects what junit-xml writes on its own."""
    assert not SCHEMA.validate(etree.fromstring('<testsuites disabled="0"/>'))


def test_counts(any_report: Report) -> None:
    """Suites and the root say how many cases, failures and skipped cases there are; readers sum these up."""
    root = etree.fromstring(junit.render(any_report).encode())
    suites = root.findall("testsuite")
    for suite in suites:
        assert int(suite.get("tests")) == len(suite.findall("testcase")) > 0
        assert int(suite.get("failures")) == len(suite.findall("testcase/failure"))
        assert int(suite.get("skipped")) == len(suite.findall("testcase/skipped"))
        assert suite.get("errors") == "0"
    assert int(root.get("failures")) == any_report.summary.blocking
    assert int(root.get("tests")) == sum(int(suite.get("tests")) for suite in suites)
    assert [suite.get("name") for suite in suites] == [f"gate: {plan.path}" for plan in any_report.plans]


def test_a_pass_shows_what_was_examined() -> None:
    """Each examined place is a passing case with the holder as class name and the address and attribute as name."""
    found = [(case.get("classname"), name, len(case)) for name, case in cases(REPORTS["pass"]()).items()]
    assert found == [
        ("role app", "aws_iam_role_policy.app policy", 0),
        ("role reader, role etl", "module.reader.aws_iam_policy.read policy", 0),
        ("role break-glass", "module.break_glass.aws_iam_role_policy.admin policy", 0),
        ("role app", "aws_iam_role_policy_attachment.app policy_arn", 0),
    ]


def test_an_empty_plan_has_one_case() -> None:
    """A plan without policy documents is a suite with one passing case that says so."""
    assert list(cases(REPORTS["empty"]())) == ["nothing to examine: no policy document or attachment"]


def test_a_blocking_finding_fails_its_place() -> None:
    """The failure has the rule as type, the sentence as message, the details as text; the case has file and line."""
    case = cases(REPORTS["one"]())["aws_iam_role_policy.app policy"]
    failure = case.find("failure")
    assert (case.get("file"), case.get("line")) == ("iam/main.tf", "12")
    assert failure.get("type") == "KMS001"
    assert failure.get("message") == "role app may newly call every KMS action on every key"
    assert '{"Sid":"AppKms","Effect":"Allow","Action":"kms:*","Resource":"*"}' in failure.text
    assert "fingerprint 3f9a1c2b7d5e4f60" in failure.text


def test_a_finding_elsewhere_gets_its_own_case() -> None:
    """A finding at a place that was not listed as examined fails a case of its own."""
    case = cases(REPORTS["undetermined"]())['module.app["blue"].aws_iam_role_policy.this[0] policy']
    assert (case.get("classname"), outcome(case), case.find("failure").get("type")) == (
        "(no principal)",
        "failure",
        "KMS009",
    )


def test_a_warning_passes() -> None:
    """A warning stands in the system-out of its place's case, which passes."""
    case = cases(REPORTS["warnings"]())["module.reader.aws_iam_policy.read policy"]
    assert outcome(case) == "system-out"
    assert "two roles may newly decrypt with every key" in case.find("system-out").text


def test_a_waived_finding_is_skipped() -> None:
    """A waived finding skips its place's case and says why."""
    case = cases(REPORTS["waived"]())["module.break_glass.aws_iam_role_policy.admin policy"]
    assert outcome(case) == "skipped"
    skipped = case.find("skipped")
    assert skipped.get("message") == (
        "KMS001 full-kms-access, waived until 2027-01-31 by security@example.com: "
        "emergency access, reviewed every quarter"
    )
    assert "\nwaived     until 2027-01-31 by security@example.com: emergency" in skipped.text


def test_a_finding_that_is_off_passes() -> None:
    """A finding of a rule that is off stands in the system-out of its case, marked as such."""
    case = cases(REPORTS["off"]())["aws_iam_policy.off policy"]
    assert outcome(case) == "system-out"
    assert "\noff        its rule is set to `off`" in case.find("system-out").text


def test_a_failure_tells_what_to_write_instead() -> None:
    """The details of a failure end with the example of what to write."""
    text = cases(REPORTS["one"]())["aws_iam_role_policy.app policy"].findtext("failure")
    assert "\ninstead    statement {\n             actions   = [" in text


def test_several_findings_at_one_place() -> None:
    """The first that blocks fails the place's case, with the warnings; every further one has its own."""
    found = one_place(WARNING, WAIVED, BLOCKING, UNDETERMINED)
    assert [(case.get("name"), outcome(case)) for case in found] == [
        ("aws_iam_role_policy.app policy", "failure system-out"),
        ("aws_iam_role_policy.app policy KMS009 undetermined 0909090909090909", "failure"),
        ("aws_iam_role_policy.app policy KMS001 full-kms-access 7777777777777777", "skipped"),
    ]


def test_equal_findings_keep_their_own_cases() -> None:
    """Findings that share place, rule and fingerprint still fail one case each, under different names."""
    found = one_place(BLOCKING, BLOCKING, BLOCKING)
    assert [outcome(case) for case in found] == ["failure"] * 3


def test_an_empty_message_still_fails() -> None:
    """A finding without a sentence is a failure all the same, with a message."""
    (case,) = one_place(msgspec.structs.replace(BLOCKING, message=""))
    assert case.find("failure").get("message") == "KMS001 full-kms-access (no description)"


def test_the_entry_of_the_same_principal_fails() -> None:
    """Of two entries for one place the one whose principal the finding names fails."""
    plan = msgspec.structs.replace(
        PLAN, examined=(Examined("a.b", "policy", ("role x",)), Examined("a.b", "policy", ("role y",)))
    )
    finding = msgspec.structs.replace(BLOCKING, address="a.b", principals=("role y",))
    root = etree.fromstring(junit.render(report((plan,), (finding,))).encode())
    assert [(case.get("classname"), len(case)) for case in root.iter("testcase")] == [("role x", 0), ("role y", 1)]


def test_plans_of_one_file_stay_apart() -> None:
    """Several plans of one file are several suites, each case under a name of its own."""
    root = etree.fromstring(junit.render(report((PLAN, PLAN), (BLOCKING,))).encode())
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(root) == 2
    assert len(set(names)) == len(names) == 8


def test_a_finding_of_an_unlisted_plan_is_not_lost() -> None:
    """A finding whose plan the report does not list is in a suite of its own."""
    root = etree.fromstring(junit.render(report((PLAN,), (msgspec.structs.replace(BLOCKING, plan="x.json"),))).encode())
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [
        ("gate: plan.json", "0"),
        ("gate: x.json", "1"),
    ]


def test_a_miscount_is_an_internal_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """XML that does not count what the report counts is never returned."""
    monkeypatch.setattr(junit, "_cases", lambda place: [junit.TestCase("a", "b")])
    with pytest.raises(RuntimeError, match="the JUnit report counts"):
        junit.render(REPORTS["one"]())


def test_the_plan_is_described() -> None:
    """A suite says which Terraform made the plan and whether it is complete."""
    incomplete: PlanReport = msgspec.structs.replace(PLAN, complete=False)
    suite = etree.fromstring(junit.render(report((incomplete,), ())).encode())[0]
    assert {p.get("name"): p.get("value") for p in suite.iter("property")} == {
        "terraform_version": "1.9.5",
        "format_version": "1.2",
        "complete": "false",
    }
    assert suite.find("system-out").text.startswith("plan.json is incomplete")


def test_notes_on_the_run_stand_by_themselves() -> None:
    """In the system-out of the one suite; with several plans in a suite of their own."""
    other = msgspec.structs.replace(PLAN, path="b.json")
    notes = "reported only, not enforced: --exit-zero lets the change through\na note"
    for plans, expected in (((PLAN,), [notes]), ((PLAN, other), [None, None, notes])):
        root = etree.fromstring(junit.render(report(plans, (), notes=("a note",), enforcing=False)).encode())
        assert [suite.findtext("system-out") for suite in root] == expected
        assert [suite.get("name") for suite in root][len(plans) :] == ["gate: all plans"][: len(plans) - 1]
        assert int(root.get("tests")) == len(root.findall("testsuite/testcase"))


def test_the_same_place_in_two_plans() -> None:
    """A place that two plans have is named with the plan, one that only one has without."""
    other = msgspec.structs.replace(PLAN, path="b.json", examined=PLAN.examined[:1])
    root = etree.fromstring(junit.render(report((PLAN, other), ())).encode())
    names = [case.get("name") for case in root.iter("testcase")]
    assert names[0] == "aws_iam_role_policy.app policy in plan.json"
    assert names[1] == "module.reader.aws_iam_policy.read policy"
    assert names[4] == "aws_iam_role_policy.app policy in b.json"


def test_a_report_without_plans_has_one_case() -> None:
    """Even a report of nothing has a test case, for readers take an empty file for an error or for a pass."""
    root = etree.fromstring(junit.render(report((), ())).encode())
    assert [case.get("name") for case in root.iter("testcase")] == [
        "nothing to examine: no policy document or attachment"
    ]
