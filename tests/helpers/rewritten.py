"""A plan written otherwise, with the same meaning: in another order, in other accounts, in a module."""

import json
import re
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from tests.helpers.instances import in_module

Plan = dict[str, Any]
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")
_LISTS = frozenset({"resource_changes", "resource_drift", "deferred_changes", "resources", "child_modules"})


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
    """A provider of a module stays as it is, and so does such a plan."""
    made: Plan = json.loads(json.dumps(plan))
    providers = (made.get("configuration") or {}).get("provider_config", {})
    return plan if any(block.get("module_address") for block in providers.values()) else in_module(made, "inner")


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
