"""A plan written otherwise, with the same meaning: in another order, in other accounts, in a module."""

import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

Plan = dict[str, Any]
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_LISTS = frozenset({"resource_changes", "resource_drift", "deferred_changes", "resources", "child_modules"})
_ADDRESSES = ("address", "previous_address", "module_address")
_MODULE = "module.inner"


def _in_another_order(value: Any, name: str = "") -> Any:
    """Every object, and every list of whose order Terraform says nothing."""
    if isinstance(value, dict):
        members = [(key, _in_another_order(member, key)) for key, member in value.items()]
        return dict(Random(len(members)).sample(members, len(members)))
    if isinstance(value, list):
        found = [_in_another_order(member) for member in value]
        return Random(len(found)).sample(found, len(found)) if name in _LISTS else found
    return value


def _in_other_accounts(plan: Plan) -> Plan:
    text = json.dumps(plan)
    numbers = {number: f"{900_000_000_000 - 7919 * i}" for i, number in enumerate(sorted({*_ACCOUNT.findall(text)}))}
    found: Plan = json.loads(_ACCOUNT.sub(lambda number: numbers[number[0]], text))
    return found


def _in_a_module(plan: Plan) -> Plan:
    """With the providers of the root, and its variables passed on. A provider of a module stays as it is, and so does
    such a plan."""
    made: Plan = json.loads(json.dumps(plan))
    configuration = made.get("configuration") or {}
    if any(block.get("module_address") for block in configuration.get("provider_config", {}).values()):
        return plan
    deferred = [one["resource_change"] for one in made.get("deferred_changes") or ()]
    for entry in (*made.get("resource_changes", ()), *made.get("resource_drift", ()), *deferred):
        entry.setdefault("module_address", "")
        entry.update({name: _below(entry[name]) for name in _ADDRESSES if name in entry})
    for values in ((made.get("prior_state") or {}).get("values"), made.get("planned_values")):
        if values and "root_module" in values:
            values["root_module"] = {"child_modules": [_state(values["root_module"])]}
    if root := configuration.get("root_module"):
        variables = root.get("variables", {})
        passed = {name: {"references": [f"var.{name}"]} for name in variables}
        call = {"source": "./inner", "expressions": passed, "module": root}
        configuration["root_module"] = {"module_calls": {"inner": call}, "variables": variables}
    return made


def _below(address: str) -> str:
    return f"{_MODULE}.{address}" if address else _MODULE


def _state(module: Plan) -> Plan:
    module["address"] = _below(module.get("address", ""))
    for resource in module.get("resources", ()):
        resource["address"] = _below(resource["address"])
        if "depends_on" in resource:
            resource["depends_on"] = [_below(address) for address in resource["depends_on"]]
    for inner in module.get("child_modules", ()):
        _state(inner)
    return module


def _all_sensitive(plan: Plan) -> Plan:
    """With every attribute of every resource marked."""
    made: Plan = json.loads(json.dumps(plan))
    for entry in made.get("resource_changes", ()):
        change = entry["change"]
        change |= {f"{side}_sensitive": dict.fromkeys(change.get(side) or {}, True) for side in ("before", "after")}
    return made


REWRITTEN: Mapping[str, Callable[[Plan], Plan]] = {
    "in another order": _in_another_order,
    "in other accounts": _in_other_accounts,
    "in a module": _in_a_module,
    "all sensitive": _all_sensitive,
}
