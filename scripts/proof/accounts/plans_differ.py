"""Where the generator's plan of an account is not the one that Terraform makes."""

import json
from collections.abc import Iterator
from typing import Any

Entry = dict[str, Any]
_OWN = {"id", "unique_id"}  # the generator makes these up


def differences(ours: bytes, real: bytes) -> tuple[int, tuple[str, ...]]:
    """How many changes were compared, and what is not as Terraform plans it: actions, what was and will be, and what of
    it is unknown, as far as the generator says anything of it."""
    here, there = ({entry["address"]: entry for entry in json.loads(text)["resource_changes"]} for text in (ours, real))
    found = [f"{address} is in one plan only" for address in sorted(here.keys() ^ there.keys())]
    for address in sorted(here.keys() & there.keys()):
        found += [f"{address}: {text}" for text in _of_one(here[address], there[address])]
    return len(here.keys() | there.keys()), tuple(found)


def _of_one(here: Entry, there: Entry) -> Iterator[str]:
    if here.get("previous_address") != there.get("previous_address"):
        yield f"was {here.get('previous_address')} here, {there.get('previous_address')} by Terraform"
    ours, real = here["change"], there["change"]
    if ours["actions"] != real["actions"]:
        yield f"{ours['actions']} here, {real['actions']} by Terraform"
        return
    unknown = {name for name, value in ours["after_unknown"].items() if value is True}
    really = {name for name, value in real["after_unknown"].items() if value is True}
    for side in ("before", "after"):
        said, is_ = ours[side] or {}, real[side] or {}
        for name in sorted(said.keys() - _OWN - (really if side == "after" else set())):
            if not _same(said[name], is_.get(name)):
                yield f"{side} {name} is {said[name]!r} here, {is_.get(name)!r} by Terraform"
    for name in sorted(unknown - really - _OWN):
        yield f"{name} is not unknown by Terraform"
    for name in sorted(really - unknown - _OWN):
        if (ours["after"] or {}).get(name) is not None:
            yield f"{name} is unknown by Terraform"


def _same(here: Any, there: Any) -> bool:
    """Whether two values say the same: in any order, nothing as an empty text or list, documents as what they hold."""
    here, there = _read(here), _read(there)
    if isinstance(here, list) and isinstance(there, list):
        return _sorted(here) == _sorted(there)
    return bool(here == there or (not here and not there))


def _sorted(values: list[Any]) -> list[str]:
    return sorted(json.dumps(value, sort_keys=True) for value in values)


def _read(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _read(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_read(inner) for inner in value]
    return json.loads(value) if isinstance(value, str) and value.startswith("{") else value
