"""What the tests of the source reader share: small trees, plans made by hand, and plans made by Terraform."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.plan import model as plans
from gate.plan.model import Plan
from gate.source import Instance, Source, open_source
from tests.helpers.paths import SOURCE_PLANS

POLICY = Instance("managed", "aws_iam_policy", "p")


def made_plan(
    changes: list[dict[str, Any]] | None = None,
    variables: dict[str, Any] | None = None,
    configuration: dict[str, Any] | None = None,
    data: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Plan:
    """A plan of resource changes, each `{"type", "name", "change", ...}`; more sections as keywords."""
    document = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "resource_changes": changes or [],
        "variables": {name: {"value": value} for name, value in (variables or {}).items()},
        "configuration": {"root_module": configuration or {}},
        "prior_state": {"values": {"root_module": {"resources": data or []}}},
        **more,
    }
    return plans.read(json.dumps(document).encode(), "plan.json")[0]


def created(type_: str, name: str, known: dict[str, Any], unknown: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A resource change that creates."""
    change = {"actions": ["create"], "before": None, "after": known, "after_unknown": unknown}
    return {"address": f"{type_}.{name}", "type": type_, "name": name, "change": change, **more}


KEY = created("aws_kms_key", "k", {"description": "d"}, {"arn": True, "key_id": True, "tags": [True]})


@pytest.fixture
def tree(tmp_path: Path) -> Callable[..., Source]:
    """Writes files (relative path to text) and opens them as the source of a plan, by default one that makes a key."""

    def write(files: dict[str, str | bytes], plan: Plan | None = None, within: Path | None = None) -> Source:
        for name, text in files.items():
            path = tmp_path / "root" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return open_source(tmp_path / "root", plan or made_plan([KEY]), within)

    return write


@pytest.fixture
def evaluated(tree: Callable[..., Source]) -> Callable[..., Any]:
    """The value of an expression as the `policy` of a resource, with `extra` text beside it."""

    def evaluate(expression: str, extra: str = "", plan: Plan | None = None, **instance: Any) -> Any:
        text = f'resource "aws_iam_policy" "p" {{\n  policy = {expression}\n}}\n{extra}\n'
        source = tree({"main.tf": text}, plan)
        return source.attribute(Instance("managed", "aws_iam_policy", "p", **instance), "policy")

    return evaluate


def case(name: str) -> tuple[Plan, Source]:
    """A plan that Terraform made, and its source."""
    plan = plans.read((SOURCE_PLANS / name / "plan.json").read_bytes(), "plan.json")[0]
    return plan, open_source(SOURCE_PLANS / name, plan)
