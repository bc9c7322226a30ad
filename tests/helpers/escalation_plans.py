"""Plans by hand in which somebody may become somebody else."""

from typing import Any

from tests.helpers.plans import change, findings, inline, plan, policy, statement

OWN = "111122223333"
ROLES = f"arn:aws:iam::{OWN}:role"
ADMIN, APP = f"{ROLES}/admin", f"{ROLES}/app"
NARROW, EVERYTHING = policy(statement("s3:GetObject")), policy(statement("*"))


def trust(**principal: Any) -> str:
    """A trust policy for one principal."""
    return policy({"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"})


ACCOUNT = trust(AWS=f"arn:aws:iam::{OWN}:root")


def role(name: str, before: str = ACCOUNT, after: str | None = None, **more: Any) -> dict[str, Any]:
    """A role that exists, with its trust policy before and after."""

    def values(text: str) -> dict[str, Any]:
        return {"name": name, "path": "/", "arn": f"{ROLES}/{name}", "assume_role_policy": text, **more}

    return change(f"aws_iam_role.{name}", values(before), values(after or before))


def admin(before: str = ACCOUNT, after: str | None = None) -> list[dict[str, Any]]:
    """A role `admin` that has full access before and after."""
    return [role("admin", before, after), inline(EVERYTHING, EVERYTHING, "everything", "admin")]


def becomes(after: list[dict[str, Any]], *more: dict[str, Any], before: str = NARROW) -> list[str]:
    """The sentences of KMS006 when the policy of the role `app` becomes these statements."""
    return told(role("app"), inline(before, policy(*after)), *more)


def told(*changes: dict[str, Any]) -> list[str]:
    """The sentences of KMS006 in a plan."""
    return [finding.message for finding in findings(plan(*changes)) if finding.rule == "KMS006"]
