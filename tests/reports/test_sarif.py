"""gate.reports.sarif."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import msgspec
import pytest

from gate.report import Location, Report, report
from gate.reports import sarif
from tests.helpers.reports import BLOCKING, PLAN, REPORTS

SCHEMA = json.loads(Path(__file__).with_name("sarif-schema-2.1.0.json").read_bytes())
VALIDATOR = jsonschema.Draft7Validator(SCHEMA, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER)


def run(made: Report) -> dict[str, Any]:
    """The one run of the log."""
    (only,) = json.loads(sarif.render(made))["runs"]
    return only


def test_is_valid(any_report: Report) -> None:
    """Every log is valid against the SARIF 2.1.0 schema."""
    VALIDATOR.validate(json.loads(sarif.render(any_report)))


def test_the_schema_can_fail() -> None:
    """The schema in use rejects what is not SARIF."""
    assert not VALIDATOR.is_valid({"version": "2.1.0"})


def test_results_point_to_their_rules(any_report: Report) -> None:
    """Each finding is a result whose rule is listed, with help and page."""
    only = run(any_report)
    rules = only["tool"]["driver"]["rules"]
    assert len(only["results"]) == len(any_report.findings)
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules:
        assert rule["help"]["text"]
        assert rule["helpUri"].startswith("https://github.com/kms-gate/gate/blob/main/docs/rules.md#kms0")


def test_a_message_names_each_principal_once() -> None:
    """Whom the sentence does not name stands behind it."""
    two = msgspec.structs.replace(BLOCKING, message="role a may", principals=("role a", "role b"), named=("role a",))
    (result,) = run(report((PLAN,), (two,)))["results"]
    assert result["message"]["text"] == "aws_iam_role_policy.app: role a may (who: role b)"


def test_levels_and_suppressions() -> None:
    """What blocks is an error, a warning a warning; what is waived is suppressed with its reason."""
    found = [
        (result["ruleId"], result["level"], [entry["status"] for entry in result["suppressions"]])
        for result in run(REPORTS["mixed"]())["results"]
    ]
    assert found == [
        ("KMS001", "error", []),
        ("KMS001", "error", ["accepted"]),
        ("KMS003", "warning", []),
        ("KMS009", "error", []),
    ]


def test_fingerprints() -> None:
    """The fingerprint is gate's own and the one by which GitHub tells alerts apart."""
    (result,) = run(REPORTS["one"]())["results"]
    assert result["partialFingerprints"] == {
        "gate/v1": "3f9a1c2b7d5e4f60",
        "primaryLocationLineHash": "3f9a1c2b7d5e4f60",
    }


@pytest.mark.parametrize(
    ("plan", "location", "uri", "line"),
    [
        ("plan.json", Location("iam/main.tf", 12), "iam/main.tf", 12),
        ("out/plan.json", None, "out/plan.json", 1),
        ("./plan a.json", None, "plan%20a.json", 1),
        ("/tmp/plan.json", None, "file:///tmp/plan.json", 1),  # noqa: S108 - a text, not a file
        ("C:\\work\\plan.json", None, "file:///C%3A/work/plan.json", 1),
        ("a:b.json", None, "a%3Ab.json", 1),
        ("-", None, "-", 1),
        ("", None, "plan", 1),
    ],
)
def test_locations(plan: str, location: Location | None, uri: str, line: int) -> None:
    """A result stands where its block does, else at the first line of the plan file."""
    finding = msgspec.structs.replace(BLOCKING, plan=plan, location=location)
    physical = run(report((PLAN,), (finding,)))["results"][0]["locations"][0]["physicalLocation"]
    assert (physical["artifactLocation"]["uri"], physical["region"]["startLine"]) == (uri, line)


def test_no_embedded_link() -> None:
    """A text of the plan cannot be a link in the message."""
    finding = msgspec.structs.replace(BLOCKING, message="[click](https://example.com)")
    assert "](" not in run(report((PLAN,), (finding,)))["results"][0]["message"]["text"]


def test_rules_carry_their_documentation() -> None:
    """A rule that gate has brings its own summary, text and default level; another one its name."""
    unknown = msgspec.structs.replace(BLOCKING, rule="KMS099", name="from-the-future")
    rules = {rule["id"]: rule for rule in run(report((PLAN,), (BLOCKING, unknown)))["tool"]["driver"]["rules"]}
    assert "Remedy:" in rules["KMS001"]["help"]["markdown"]
    assert rules["KMS001"]["defaultConfiguration"]["level"] == "error"
    assert rules["KMS099"]["shortDescription"]["text"] == "from-the-future"


def test_notifications_tell_what_was_not_checked() -> None:
    """What the verdict does not cover, and the notes, are notifications of the run."""
    (invocation,) = run(REPORTS["mixed"]())["invocations"]
    texts = [entry["message"]["text"] for entry in invocation["toolExecutionNotifications"]]
    assert [text.split(" ")[0] for text in texts] == ["plan.json", "the"]


def test_rules_carry_an_example() -> None:
    """The help of a rule ends with what to write instead of its first finding, as a block of HCL."""
    (rule,) = run(REPORTS["one"]())["tool"]["driver"]["rules"]
    assert rule["help"]["markdown"].endswith("```hcl\n" + "\n".join(BLOCKING.example) + "\n```")
    assert rule["help"]["text"].endswith("\n".join(BLOCKING.example))


def test_what_is_off_is_a_note() -> None:
    """A finding of a rule that is off is a note."""
    assert [result["level"] for result in run(REPORTS["off"]())["results"]] == ["note"]


def test_waivers_are_justifications() -> None:
    """A suppression says until when, by whom and why."""
    (result,) = run(REPORTS["waived"]())["results"]
    assert result["suppressions"][0]["justification"] == (
        "waived until 2027-01-31 by security@example.com: emergency access, reviewed every quarter"
    )
