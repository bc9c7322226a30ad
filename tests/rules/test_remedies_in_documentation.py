"""The right statements that the rules' documentation shows are right, and the same in every notation."""

import json
import re
from typing import Any

import pytest

from gate.rules import RULES, Rule
from gate.templates.read import parsed
from tests.helpers.key_plans import key
from tests.helpers.plans import findings, inline, plan, policy
from tests.helpers.suggested import SOME_KEY, statements

BOUNDARY = "arn:aws:iam::111122223333:policy/boundary"
ARNS = {"aws_kms_key.app.arn": SOME_KEY, "aws_iam_policy.boundary.arn": BOUNDARY}
SHOWING = [rule for rule in RULES if "In CloudFormation:" in rule.text]


def block(text: str, label: str) -> str:
    """The example after a line that ends in a label."""
    after = re.search(rf"{label}[^\n:]*:\n\n((?:    .*\n|\n)+)", f"{text}\n")
    assert after is not None, label
    return re.sub("^    ", "", after[1], flags=re.MULTILINE).strip()


def in_terraform(text: str) -> dict[str, Any]:
    body = block(text, "In Terraform").removeprefix("Statement = [").removesuffix("]")
    (found,) = statements(tuple(body.splitlines()), ARNS)
    return found


def in_cloudformation(text: str) -> dict[str, Any]:
    known = {"Fn::GetAtt": SOME_KEY, "Boundary": BOUNDARY, "AWS::AccountId": "111122223333"}

    def filled(value: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1:
            ((name, inner),) = value.items()
            if name in ("Ref", "Fn::GetAtt"):
                return known[inner if name == "Ref" else name]
        if isinstance(value, dict):
            return {name: filled(inner) for name, inner in value.items()}
        return value

    (found,) = parsed(block(text, "In CloudFormation"))["Statement"]
    return dict(filled(found))


def with_the_cli(text: str) -> dict[str, Any]:
    command = block(text, "With the AWS CLI")
    return dict(json.loads(command[command.index("'") + 1 : command.rindex("'")])["Statement"][0])


def test_the_rules_about_statements_show_them() -> None:
    """Those whose finding is a statement, in an identity policy or a key policy."""
    assert {rule.id for rule in SHOWING} >= {"KMS001", "KMS002", "KMS005", "KMS003", "KMS004", "KMS006"}


@pytest.mark.parametrize("rule", SHOWING, ids=lambda rule: rule.id)
def test_three_notations_say_the_same_and_raise_nothing(rule: Rule) -> None:
    """Terraform, CloudFormation and the AWS CLI; gate finds nothing in a new policy that says so."""
    found = in_terraform(rule.text)
    assert found == in_cloudformation(rule.text) == with_the_cli(rule.text)
    document = policy(found)
    if "Principal" in found:
        assert findings(plan(key(policy(), document))) == ()
    else:
        assert findings(plan(inline(None, document))) == ()
