"""A plan in which a policy document is read during apply."""

from typing import Any

from gate.report import Finding
from tests.helpers.plans import change, findings, plan

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"


def deferred(reference: str, action: str = "kms:Decrypt", *others: dict[str, Any]) -> tuple[Finding, ...]:
    """What is found about a policy document that is read during apply, one of its resources being a reference."""
    address = "data.aws_iam_policy_document.d"
    statements = [{"effect": None, "actions": [action], "resources": [KEY, None]}]
    unsure = {"json": True, "statement": [{"actions": [False], "resources": [False, True]}]}
    read = {
        "address": address, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
        "change": {
            "actions": ["read"], "before": None, "after": {"statement": statements}, "after_unknown": unsure,
        },
    }  # fmt: skip
    created = change(
        "aws_iam_role_policy.p", None, {"role": "app", "name": "p"}, change={"after_unknown": {"policy": True}}
    )
    blocks = [
        {
            "address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p",
            "expressions": {"policy": {"references": [f"{address}.json"]}},
        },
        {
            "address": address, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
            "expressions": {"statement": [{"resources": {"references": [reference]}}]},
        },
    ]  # fmt: skip
    return findings(plan(created, read, *others, configuration={"root_module": {"resources": blocks}}))
