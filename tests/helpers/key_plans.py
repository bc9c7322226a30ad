"""Small plans with a key, its policy and its grants, and what gate says of them."""

import json
from typing import Any

from gate.report import Finding
from tests.helpers.plans import change, findings, plan, policy, statement

OWN, OTHER = "111122223333", "444455556666"
ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
ARN = f"arn:aws:kms:eu-west-1:{OWN}:key/{ID}"
APP = f"arn:aws:iam::{OWN}:role/app"


def allow(principal: Any, action: Any = "kms:Decrypt", effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    """A statement of a key policy."""
    return statement(action, effect=effect, Principal=principal, **elements)


ROOT = allow({"AWS": f"arn:aws:iam::{OWN}:root"}, "kms:*", Sid="Enable IAM User Permissions")


def key(before: str | None, after: str | None, address: str = "aws_kms_key.k", **more: Any) -> dict[str, Any]:
    """A key with a policy before and after."""

    def values(text: str | None) -> Any:
        return None if text is None else {"arn": ARN, "key_id": ID, "id": ID, "policy": text}

    return change(address, values(before), values(after), **more)


def told(*found: Finding) -> list[str]:
    """Findings in short: the rule, whether it blocks, of whom."""
    return [f"{each.rule} {'blocks' if each.blocks else 'warns'} {', '.join(each.principals)}" for each in found]


def opened(before: list[Any], after: list[Any]) -> list[str]:
    """What gate says when the policy of a key changes so."""
    return told(*findings(plan(key(policy(*before), policy(*after)))))


def created(*statements: Any, **values: Any) -> list[str]:
    """What gate says of a new key with a policy, whose account nothing else tells."""
    after = {"policy": policy(*statements), **values}
    unknown = {"arn": True, "id": True, "key_id": True}
    body = {"after_unknown": unknown}
    return told(*findings(plan(change("aws_kms_key.k", None, after, change=body))))


def grant(before: Any, after: Any, *others: Any) -> list[str]:
    """What gate says of a grant on a key of the plan."""

    def values(given: Any) -> Any:
        return None if given is None else {"key_id": ID, "operations": ["Decrypt"], "constraints": [], **given}

    unchanged = key(policy(ROOT), policy(ROOT))
    return told(*findings(plan(unchanged, change("aws_kms_grant.g", values(before), values(after)), *others)))


def conditioned(**tests: Any) -> dict[str, Any]:
    """An Allow of everyone under a condition; `StringEquals={"kms:ViaService": "s3"}`."""
    return allow("*", Condition=json.loads(json.dumps(tests)))
