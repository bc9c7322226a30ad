"""A plan turned into one in which nothing changes: every resource is before and after what it is at one of the two."""

import json
from collections.abc import Iterator
from typing import Any

FULL = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "kms:*", "Resource": "*"}]})
DOCUMENTS = ("policy", "inline_policy", "content", "assume_role_policy")
SIDES = ("before", "after")
MADE_UP = ("resource_drift", "deferred_changes", "relevant_attributes", "errored", "output_changes")


def still(document: dict[str, Any], side: str) -> bytes:
    """The plan in which every resource is before and after what it is at one of the two, if it is there."""
    result = {key: value for key, value in document.items() if key not in MADE_UP} | {"complete": True}
    result["resource_changes"] = [
        _still(change, side) for change in document.get("resource_changes") or [] if _is_there(change, side)
    ]
    if side == "after":
        result["prior_state"] = _applied(document)
    else:
        state = (document.get("prior_state") or {}).get("values") or {}
        result["planned_values"] = {"root_module": state.get("root_module") or {}}
    return json.dumps(result).encode()


def _is_there(change: dict[str, Any], side: str) -> bool:
    return change.get("mode") != "data" and change["change"].get(side) is not None and not change.get("deposed")


def _still(change: dict[str, Any], side: str) -> dict[str, Any]:
    value, marks = change["change"][side], change["change"].get(f"{side}_sensitive") or {}
    if side == "after":
        value = _known(value, change["change"].get("after_unknown"), change["address"], "")
        if change["type"] == "aws_iam_policy" and (change["change"].get("after_unknown") or {}).get("arn"):
            value["arn"] = f"arn:aws:iam::123456789012:policy{value.get('path') or '/'}{value['name']}"
    kept = {key: change[key] for key in change if key not in ("change", "previous_address", "action_reason")}
    both = {"before": value, "after": value, "before_sensitive": marks, "after_sensitive": marks}
    return kept | {"change": {"actions": ["no-op"], "after_unknown": {}, **both}}


def _known(value: Any, unknown: Any, address: str, name: str) -> Any:
    """A value with something in every place of which the plan did not know yet what it will be."""
    if unknown is True:
        if name == "customer_managed_policy_reference":
            return [{"name": f"{name} of {address}", "path": "/"}]
        return FULL if name in DOCUMENTS else f"{name} of {address}"
    if isinstance(unknown, dict) and isinstance(value, dict | None):
        both = dict.fromkeys((*(value or {}), *unknown))
        return {key: _known((value or {}).get(key), unknown.get(key), address, key) for key in both}
    if isinstance(unknown, list) and isinstance(value, list):
        rest = [None] * (len(value) - len(unknown))
        return [_known(one, mark, address, name) for one, mark in zip(value, [*unknown, *rest], strict=False)]
    return value


def _applied(document: dict[str, Any]) -> dict[str, Any]:
    """The state after the apply: what is planned, and the data sources that were read."""
    state = document.get("prior_state") or {}
    planned = json.loads(json.dumps((document.get("planned_values") or {}).get("root_module") or {}))
    read_ = [(path, one) for path, one in _resources((state.get("values") or {}).get("root_module") or {})]
    for path, one in read_:
        if one.get("mode") == "data":
            _module(planned, path).setdefault("resources", []).append(one)
    return {"format_version": "1.0", **state, "values": {"root_module": planned}}


def _resources(module: dict[str, Any], address: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    yield from ((address, one) for one in module.get("resources") or [])
    for child in module.get("child_modules") or []:
        yield from _resources(child, child.get("address", ""))


def _module(root: dict[str, Any], address: str) -> dict[str, Any]:
    if not address:
        return root
    for child in root.get("child_modules") or []:
        if child.get("address") == address:
            return child  # type: ignore[no-any-return]
        if address.startswith(f"{child.get('address')}."):
            return _module(child, address)
    child = {"address": address, "resources": []}
    root.setdefault("child_modules", []).append(child)
    return child
