"""Small plans written by hand, for what real plans would only repeat; the shapes are those of real ones."""

import json
from typing import Any

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding

_ORDER = ("actions", "before", "after", "after_unknown", "before_sensitive", "after_sensitive")


def statement(action: Any = None, resource: Any = "*", effect: str = "Allow", **elements: Any) -> dict[str, Any]:
    """A statement; NotAction, NotResource, Condition and Sid as keywords."""
    result: dict[str, Any] = {"Effect": effect, **elements}
    if action is not None:
        result["Action"] = action
    if "NotResource" not in elements:
        result["Resource"] = resource
    return result


def policy(*statements: Any, version: str | None = "2012-10-17") -> str:
    """A policy document as JSON text."""
    document: dict[str, Any] = {"Version": version} if version else {}
    return json.dumps({**document, "Statement": list(statements)})


def change(address: str, before: Any, after: Any, **more: Any) -> dict[str, Any]:
    """A resource change; the action follows from what exists before and after."""
    if before is None:
        actions = ["create"]
    elif after is None:
        actions = ["delete"]
    else:
        actions = ["no-op"] if before == after else ["update"]
    kind, _, name = address.rpartition("module.")[2].partition(".")
    body = {"actions": actions, "before": before, "after": after, "after_unknown": {}} | more.pop("change", {})
    return {
        "address": address, "mode": "managed", "type": kind, "name": name.partition("[")[0],
        "provider_name": "registry.terraform.io/hashicorp/aws", "change": body, **more,
    }  # fmt: skip


def plan(*changes: dict[str, Any], **more: Any) -> bytes:
    """A plan of these resource changes."""
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": {}},
        "resource_changes": list(changes),
        "configuration": {"root_module": {}},
        **more,
    }
    return json.dumps(document).encode()


def findings(raw: bytes, **options: Any) -> tuple[Finding, ...]:
    """What gate finds in a plan, before any settings."""
    return check(read(raw, "plan.json"), Options(no_source=True, **options)).findings


def inline(before: str | None, after: str | None, name: str = "p", role: str = "app") -> dict[str, Any]:
    """An inline policy of a role before and after."""

    def values(text: str | None) -> Any:
        return None if text is None else {"name": name, "role": role, "policy": text}

    return change(f"aws_iam_role_policy.{name}", values(before), values(after))


def blocked(*documents: tuple[str | None, str | None]) -> list[str]:
    """The rules that block when one role's inline policies change so: (before, after) of each."""
    changes = [inline(before, after, f"p{i}") for i, (before, after) in enumerate(documents)]
    return [finding.rule for finding in findings(plan(*changes)) if finding.blocks]


def written(document: dict[str, Any]) -> bytes:
    """A plan as Terraform writes it: without white space, and with every field of a change in its order."""
    for entry in document.get("resource_changes") or []:
        own = {"after_unknown": {}, "before_sensitive": {}, "after_sensitive": {}, **entry["change"]}
        entry["change"] = {name: own[name] for name in (*_ORDER, *(name for name in own if name not in _ORDER))}
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False).encode()
