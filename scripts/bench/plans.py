"""Plans as Terraform writes them, of any size: every resource stands in resource_changes, and also in configuration,
planned_values and prior_state."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

AWS = "registry.terraform.io/hashicorp/aws"
ACCOUNT = "111122223333"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    }
)
Values = dict[str, Any]
UNKNOWN = object()  # a value that is known only after apply


@dataclass
class PlanText:
    """A plan in the making. `module` names are calls of the root module, so one level deep."""

    changes: list[Values] = field(default_factory=list)
    drift: list[Values] = field(default_factory=list)
    planned: dict[str, list[Values]] = field(default_factory=dict)
    prior: dict[str, list[Values]] = field(default_factory=dict)
    blocks: dict[str, dict[str, Values]] = field(default_factory=dict)

    def add(  # noqa: PLR0913 - what a resource can have
        self,
        kind: str,
        name: str,
        before: Values | None,
        after: Values | None,
        *,
        index: int | str | None = None,
        module: str = "",
        expressions: Values | None = None,
        drifted: bool = False,
    ) -> None:
        """One resource; `after` may hold UNKNOWN. `expressions` are the block's, else a constant for every value."""
        key = "" if index is None else f"[{json.dumps(index)}]"
        address = f"{module}.{kind}.{name}{key}" if module else f"{kind}.{name}{key}"
        own: Values = {"mode": "managed", "type": kind, "name": name}
        if index is not None:
            own["index"] = index
        own["provider_name"] = AWS
        known = None if after is None else {one: value for one, value in after.items() if value is not UNKNOWN}
        unknown = {one: True for one, value in (after or {}).items() if value is UNKNOWN}
        change = {
            "actions": _actions(before, after),
            "before": before,
            "after": known,
            "after_unknown": unknown,
            "before_sensitive": {} if before is not None else False,
            "after_sensitive": {} if after is not None else False,
        }
        within = {"module_address": module} if module else {}
        entry = {"address": address, **within, **own, "change": change}
        self.changes.append(entry)
        if drifted:
            self.drift.append(entry)
        versioned = {**own, "schema_version": 0}
        if known is not None:
            self.planned.setdefault(module, []).append({"address": address, **versioned, "values": known})
            given = expressions if expressions is not None else constants(known)
            call = module.partition("[")[0]
            block: Values = {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name}
            block = {**block, "provider_config_key": "aws", "expressions": given, "schema_version": 0}
            self.blocks.setdefault(call, {})[f"{kind}.{name}"] = block
        if before is not None:
            self.prior.setdefault(module, []).append(
                {"address": address, **versioned, "values": before, "depends_on": []}
            )

    def text(self) -> bytes:
        """The plan's JSON, compact as Terraform's."""
        calls = {
            call.removeprefix("module."): {"source": "./m", "module": {"resources": list(blocks.values())}}
            for call, blocks in self.blocks.items()
            if call
        }
        root: Values = {"resources": list(self.blocks.get("", {}).values())}
        provider = {
            "aws": {"name": "aws", "full_name": AWS, "expressions": {"region": {"constant_value": "eu-west-1"}}}
        }
        plan: Values = {
            "format_version": "1.2",
            "terraform_version": "1.11.4",
            "planned_values": {"root_module": _modules(self.planned)},
            **({"resource_drift": self.drift} if self.drift else {}),
            "resource_changes": self.changes,
            "prior_state": {
                "format_version": "1.0",
                "terraform_version": "1.11.4",
                "values": {"root_module": _modules(self.prior)},
            },
            "configuration": {"provider_config": provider, "root_module": {**root, "module_calls": calls}},
            "timestamp": "2026-01-01T00:00:00Z",
            "applyable": True,
            "complete": True,
            "errored": False,
        }
        return json.dumps(plan, separators=(",", ":")).encode()


def constants(values: Mapping[str, Any]) -> Values:
    """The expressions of a block that sets every value to a constant."""
    return {name: {"constant_value": value} for name, value in values.items()}


def references(*names: str) -> Values:
    """An expression that refers to these."""
    return {"references": list(names)}


def policy(*actions: str, resource: str = "arn:aws:s3:::bucket/*") -> str:
    """A policy document with one statement."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def role(name: str) -> Values:
    """The values of a role, as a refresh leaves them."""
    return {
        "arn": f"arn:aws:iam::{ACCOUNT}:role/{name}",
        "assume_role_policy": TRUST,
        "id": name,
        "inline_policy": [],
        "managed_policy_arns": [],
        "max_session_duration": 3600,
        "name": name,
        "path": "/",
        "permissions_boundary": "",
        "tags": {"Name": name},
        "unique_id": f"AROA{crc32(name.encode()):012d}",
    }


def new_role(name: str) -> Values:
    """The values of a role that is created."""
    unknown = ("arn", "id", "inline_policy", "managed_policy_arns", "unique_id")
    return {**role(name), "permissions_boundary": None, **dict.fromkeys(unknown, UNKNOWN)}


def managed_policy(name: str, text: str) -> Values:
    """The values of a managed policy."""
    arn = f"arn:aws:iam::{ACCOUNT}:policy/{name}"
    return {"arn": arn, "id": arn, "name": name, "path": "/", "policy": text, "description": "", "tags": {}}


def _actions(before: Values | None, after: Values | None) -> list[str]:
    if before is None:
        return ["create"]
    if after is None:
        return ["delete"]
    return ["no-op"] if before == after else ["update"]


def _modules(section: Mapping[str, list[Values]]) -> Values:
    children = [{"address": name, "resources": held} for name, held in section.items() if name]
    return {"resources": section.get("", []), **({"child_modules": children} if children else {})}
