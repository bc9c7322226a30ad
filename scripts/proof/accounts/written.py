"""The plan in JSON, as `terraform show -json` writes it."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from scripts.proof.accounts.planned import CREATING, DELETE, FORGET, Change, Step, literal
from scripts.proof.accounts.resources import (
    ACCOUNTS,
    OWN_TYPES,
    PREFIX,
    Ref,
    Resource,
    Unknown,
    Values,
    depended_on,
    references,
)

AWS = "registry.terraform.io/hashicorp/aws"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ec2.amazonaws.com"}}],
    },
    separators=(",", ":"),
)
_MIRRORS = ("inline_policy", "managed_policy_arns")


def plan_json(step: Step, changes: Mapping[str, Change]) -> bytes:
    """The text of a plan."""
    entries = [_entry(step, change) for _, change in sorted(changes.items())]
    planned = [_planned(change) for _, change in sorted(changes.items()) if change.will]
    prior = [_prior(step, change) for _, change in sorted(changes.items()) if change.was]
    document: Values = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "planned_values": {"root_module": _modules(planned)},
        "resource_changes": entries,
        "prior_state": {
            "format_version": "1.0",
            "terraform_version": "1.11.4",
            "values": {"root_module": _modules(prior)},
        },
        "configuration": _configuration(step.after.values()),
        "timestamp": "2026-01-01T00:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }
    return json.dumps(document, separators=(",", ":")).encode()


def _entry(step: Step, change: Change) -> Values:
    one = change.will or change.was
    assert one is not None  # noqa: S101 - a change is of something
    before = None if change.before is None else read_back(one, change.before)
    after, unknown = _after(change)
    old = step.moved.get(one.address)
    return {
        "address": one.address,
        **({"previous_address": old} if change.will and old and old != one.address else {}),
        **_named(one),
        "change": {
            "actions": change.action.split(","),
            "before": before,
            "after": None if change.action in (DELETE, FORGET) else after,
            "after_unknown": unknown,
            "before_sensitive": {} if before is not None else False,
            "after_sensitive": {} if after is not None else False,
        },
    }


def _named(one: Resource) -> Values:
    within = {"module_address": f"module.{one.module}"} if one.module else {}
    key = {} if one.key is None else {"index": one.key}
    return {**within, "mode": "managed", "type": one.type, "name": one.name, **key, "provider_name": AWS}


def read_back(one: Resource, values: Values) -> Values:
    """What else the provider reads of a resource."""
    if one.type in ("aws_iam_role", "aws_iam_user", "aws_iam_group"):
        unique = f"A{one.type[8].upper()}IA{one.account[:4]}{values['name'].upper()}"
        read: Values = {"id": values["name"], "path": "/", "unique_id": unique}
        if one.type != "aws_iam_group":
            read["permissions_boundary"] = ""
        if one.type == "aws_iam_role":
            read["assume_role_policy"] = TRUST
        return {**read, **{name: value for name, value in values.items() if value is not None}}
    if one.type == "aws_iam_policy":
        return {"id": values["arn"], "path": "/", "description": "", **values}
    return {"id": f"id-{one.name}", **values}


def _after(change: Change) -> tuple[Values | None, Values]:
    """The known part of what will be, and which part is unknown."""
    if change.after is None or change.will is None:
        return None, {}
    if change.action not in CREATING:
        values = read_back(change.will, change.after)
        return _known(values), _unknown(values)
    unknown: Values = {"id": True}
    values = dict(change.after)
    if change.will.type in OWN_TYPES and change.will.type.startswith("aws_iam"):
        unknown["unique_id"] = True
        values.setdefault("path", "/")
    if change.will.type == "aws_iam_role":
        values["assume_role_policy"] = TRUST
        unknown |= {name: True for name in _MIRRORS if name not in values}
    return _known(values), {**unknown, **_unknown(values)}


def _known(values: Values) -> Values:
    return {name: value for name, value in values.items() if not isinstance(value, Unknown)}


def _unknown(values: Values) -> Values:
    return {name: True for name, value in values.items() if isinstance(value, Unknown)}


def _planned(change: Change) -> tuple[str, Values]:
    one = change.will
    assert one is not None  # noqa: S101 - the caller asks only for these
    after, _ = _after(change)
    return one.module, {"address": one.address, **_plain(one), "schema_version": 0, "values": after}


def _plain(one: Resource) -> Values:
    return {name: value for name, value in _named(one).items() if name != "module_address"}


def _prior(step: Step, change: Change) -> tuple[str, Values]:
    """A resource in the state. Terraform has carried out the moves in it, also in what depends on them."""
    was = change.was
    assert was is not None  # noqa: S101 - the caller asks only for these
    now = change.will or was
    new = {old: address for address, old in step.moved.items()}
    here = {_without_key(new.get(address, address)) for address in depended_on(step.before, was.address)}
    values = read_back(was, change.before or literal(step.before, was))
    return now.module, {
        "address": now.address,
        **_plain(now),
        "schema_version": 0,
        "values": values,
        **({"depends_on": sorted(here)} if here else {}),
    }


def _without_key(address: str) -> str:
    return address.partition("[")[0]


def _modules(resources: Iterable[tuple[str, Values]]) -> Values:
    held: dict[str, list[Values]] = {"": []}
    for module, one in resources:
        held.setdefault(module, []).append(one)
    children = [{"address": f"module.{name}", "resources": of} for name, of in held.items() if name]
    return {"resources": held[""], **({"child_modules": children} if children else {})}


def _configuration(resources: Iterable[Resource]) -> Values:
    blocks: dict[str, dict[str, Values]] = {"": {}}
    arguments: dict[str, Values] = {}
    for one in resources:
        expressions = {
            name: _expression(one, name, value, arguments.setdefault(one.module, {}))
            for name, value in one.values.items()
            if value is not None and not (name == "name" and PREFIX in one.values)
        }
        if one.type == "aws_iam_role":
            expressions["assume_role_policy"] = {}
        repeated: Values = {"for_each_expression": {}} if isinstance(one.key, str) else {"count_expression": {}}
        blocks.setdefault(one.module, {})[one.block] = {
            "address": one.block,
            "mode": "managed",
            "type": one.type,
            "name": one.name,
            "provider_config_key": one.provider,
            "expressions": expressions,
            "schema_version": 0,
            **({} if one.key is None else repeated),
        }
    calls = {
        name: {
            "source": f"./{name}",
            "expressions": arguments.get(name, {}),
            "module": {
                "resources": list(of.values()),
                "variables": {argument: {} for argument in arguments.get(name, {})},
            },
        }
        for name, of in blocks.items()
        if name
    }
    providers = {
        key: {
            "name": "aws",
            "full_name": AWS,
            **({"alias": key.partition(".")[2]} if "." in key else {}),
            "expressions": {
                "region": {"constant_value": "eu-west-1"},
                "allowed_account_ids": {"constant_value": [number]},
            },
        }
        for key, number in ACCOUNTS.items()
    }
    root = {"resources": list(blocks[""].values()), **({"module_calls": calls} if calls else {})}
    return {"provider_config": providers, "root_module": root}


def _expression(one: Resource, name: str, value: Any, arguments: Values) -> Any:
    """What `configuration` says of a value: the references of one that refers to something, through a variable where
    that is outside the module; each.value where instances have their own; a constant otherwise."""
    found = list(references(value))
    if not found:
        if name == "inline_policy" and isinstance(value, list):
            return [{"name": {"constant_value": entry["name"]}, "policy": {}} for entry in value]
        if name in ("customer_managed_policy_reference", "permissions_boundary") and isinstance(value, list):
            return [{key: {"constant_value": inner} for key, inner in entry.items()} for entry in value]
        if one.key is not None and name not in ("role", "user", "group"):
            return {"references": ["each.value" if isinstance(one.key, str) else "count.index"]}
        return {} if name in ("policy", "inline_policy") else {"constant_value": value}
    inside = all(ref.address.startswith("module.") == bool(one.module) for ref in found)
    told = [text for ref in found for text in _told(ref)]
    if inside:
        return {"references": told}
    variable = f"{one.type}_{one.name}_{name}"
    arguments[variable] = {"references": told}
    return {"references": [f"var.{variable}"]}


def _told(ref: Ref) -> list[str]:
    """A reference as Terraform lists it, within the module of what it refers to."""
    local = ref.address.removeprefix("module.m.")
    names = [f"{local}.{ref.attribute}", local]
    return names if "[" not in local else [*names, _without_key(local)]
