"""A plan as one of many instances of its module, each with names of its own."""

import json
import re
from typing import Any

from gate.holdings.resource_types import RESOURCE_TYPES
from gate.plan.addresses import unkeyed

Plan = dict[str, Any]
_KEY_ID = re.compile(r"\b(mrk-[0-9a-f]{28}|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{8})[0-9a-f]{4}\b")
_CALL = "instances"
_IN_VALUES = ("change", "values")  # where a plan has values, not addresses


def instance(document: Plan, key: str) -> bytes:
    """The plan with everything in it in `module.instances["KEY"]`, and with names and ids of keys that end in the key,
    which has four hexadecimal digits."""
    made = _named(document, key, _names(document), inside=False)
    return json.dumps(in_module(made, _CALL, f'["{key}"]')).encode()


def in_module(made: Plan, call: str, key: str = "") -> Plan:
    """The plan, changed so that everything in it is in a module, with the root's providers and its variables passed on;
    `key` is that of an instance."""
    configuration = made.setdefault("configuration", {})
    root = configuration.get("root_module", {})
    variables = root.get("variables", {})
    passed = {name: {"references": [f"var.{name}"]} for name in variables}
    calls = {call: {"source": "./it", "expressions": passed, "module": root}}
    configuration["root_module"] = {"module_calls": calls, "variables": variables}
    module = f"module.{call}{key}"
    deferred = [one["resource_change"] for one in made.get("deferred_changes") or ()]
    for one in (*made.get("resource_changes", ()), *made.get("resource_drift", ()), *deferred):
        _moved(one, module)
    _nested(made.get("planned_values"), module)
    _nested((made.get("prior_state") or {}).get("values"), module)
    return made


def _names(document: Plan) -> list[str]:
    """What principals and managed policies are called, long names first."""
    found = set()
    for one in document.get("resource_changes", ()):
        row = RESOURCE_TYPES.get(one.get("type"))
        paths = [
            path
            for path in (row and row.own_name and row.own_name.path, row and row.policy and row.policy.name)
            if path
        ]
        for values in (one["change"].get("before"), one["change"].get("after")):
            found |= {values[path] for path in paths if isinstance(values, dict) and isinstance(values.get(path), str)}
    return sorted((name for name in found if name and not name.startswith("arn:")), key=len, reverse=True)


def _named(value: Any, key: str, names: list[str], *, inside: bool) -> Any:
    if isinstance(value, dict):
        return {
            name: _named(member, key, names, inside=inside or name in _IN_VALUES or name == "constant_value")
            for name, member in value.items()
        }
    if isinstance(value, list):
        return [_named(member, key, names, inside=inside) for member in value]
    if not isinstance(value, str) or not inside:
        return value
    value = _KEY_ID.sub(lambda found: f"{found[1]}{key}", value)
    for name in names:
        value = re.sub(rf"(?<![\w.-]){re.escape(name)}(?![\w.:-])", f"{name}-{key}", value)
    return value


def _moved(one: Plan, module: str) -> None:
    """A resource change as it is within the module."""
    for name in ("address", "previous_address", "module_address"):
        if one.get(name):
            one[name] = f"{module}.{one[name]}"
    one.setdefault("module_address", module)


def _nested(values: Any, module: str) -> None:
    """The values of a state, or planned ones, as they are within the module."""
    if not isinstance(values, dict) or not isinstance(values.get("root_module"), dict):
        return
    pending = [values["root_module"]]
    while pending:
        inner = pending.pop()
        if "address" in inner:
            inner["address"] = f"{module}.{inner['address']}"
        for one in inner.get("resources", ()):
            one["address"] = f"{module}.{one['address']}"
            if "depends_on" in one:
                one["depends_on"] = [f"{unkeyed(module)}.{address}" for address in one["depends_on"]]
        pending += inner.get("child_modules", ())
    values["root_module"] = {"child_modules": [{"address": module, **values["root_module"]}]}
