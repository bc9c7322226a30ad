"""What the entries of a plan say, decoded: the change of a resource, and the values of one in a state."""

from functools import lru_cache

import msgspec

from gate.errors import GateError
from gate.plan.look_alikes import refusal
from gate.plan.repeated import anywhere
from gate.plan.shapes import Change, Json, ResourceChange, StateResource, known_and_unknown


class _RepeatedKey(Exception):
    """A part of a change has this key twice in one object."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def change(resource: ResourceChange) -> Change:
    """The decoded `change` of a resource; raises GateError where it can't be read or repeats a key."""
    written = resource.change
    try:
        before = _value(bytes(written.before))
        return Change(
            written.actions,
            before,
            # what is written alike before and after is read once
            before if written.before == written.after else _value(bytes(written.after)),
            _mark(bytes(written.after_unknown)),
            _mark(bytes(written.before_sensitive)),
            _mark(bytes(written.after_sensitive)),
        )
    except _UNREADABLE as error:
        raise GateError(f"{resource.address}: not a change that gate can read: {error}") from None
    except _RepeatedKey as error:
        raise refusal(resource.address, error.key, "in its change") from None


def _value(text: bytes) -> Json:
    """A part of a change, None where it is not there. Raises _UNREADABLE and _RepeatedKey."""
    if not text:
        return None
    decoded = _json.decode(text)
    if found := anywhere(text, decoded, "in its change"):
        raise _RepeatedKey(found.key)
    return decoded


_mark = lru_cache(256)(_value)  # what is unknown or sensitive: thousands of changes say it by the same few texts


def after(decoded: Change) -> Json:
    """The planned value, with `UNKNOWN` wherever `after_unknown` says so; None where nothing is planned. It is the
    object that `before` is, where `before` and `after` are one and nothing in it is unknown."""
    if not decoded.after_unknown:
        return decoded.after
    planned = known_and_unknown(decoded.after, decoded.after_unknown)
    if planned is decoded.after or decoded.before is not decoded.after:
        return planned
    return decoded.after if planned == decoded.after else planned


def values(resource: StateResource) -> dict[str, Json]:
    """The attributes of a resource in a state; raises GateError where they can't be read or repeat a key."""
    if not resource.values:
        return {}
    try:
        decoded = _json.decode(resource.values)
        found = anywhere(resource.values, decoded, "in its values")
    except _UNREADABLE as error:
        raise GateError(f"{resource.address}: not values that gate can read: {error}") from None
    if found is not None:
        raise refusal(resource.address, found.key, found.where)
    if not isinstance(decoded, dict | None):
        raise GateError(f"{resource.address}: its values are not an object, so this is not what Terraform wrote")
    return decoded or {}


_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_json = msgspec.json.Decoder()
