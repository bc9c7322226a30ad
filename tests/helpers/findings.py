"""Findings as the rules make them, for tests."""

import datetime
from typing import Any

from gate.report import Finding, PlanReport, Report, Statement, Witness, report
from gate.settings.model import WaiverEntry

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd"


def finding(**changes: Any) -> Finding:
    """kms:* on every key for one role."""
    facts: dict[str, Any] = {
        "rule": "KMS001",
        "name": "full-kms-access",
        "level": "error",
        "blocks": True,
        "plan": "plan.json",
        "address": "aws_iam_role_policy.admin",
        "attribute": "policy",
        "principals": ("role admin",),
        "statements": (Statement(0, "Admin"),),
        "message": "role admin newly has full KMS access to every key",
        "witness": Witness("role admin", "kms:ScheduleKeyDeletion", KEY),
        "location": None,
        "fingerprint": "f" * 64,
        "actions": ("kms:Decrypt", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"),
        "resources": ("*",),
        "grant": "9" * 64,
    }
    return Finding(**facts | changes)


def made(*findings: Finding) -> Report:
    """The report of one plan with these findings."""
    return report((PlanReport("plan.json", "1.9.0", "1.2", True, 1, 1),), findings)


def entry(**changes: Any) -> WaiverEntry:
    """A waiver for `finding()` until the end of January 2027, without any limit."""
    facts: dict[str, Any] = {
        "rule": "KMS001",
        "address": "aws_iam_role_policy.admin",
        "reason": "break glass",
        "owner": "security@example.com",
        "expires": datetime.date(2027, 1, 31),
        "number": 1,
    }
    return WaiverEntry(**facts | changes)
