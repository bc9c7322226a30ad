"""From the bytes of a configuration file to what it says; every error with its line and place."""

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from gate.errors import GateError
from gate.settings.lines import line_of
from gate.settings.model import Content, Override, WaiverEntry
from gate.text.words import quotable

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_SHOWN_ERRORS = 5
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')  # the key of an instance, in which `*` is a character like any other
_TOML_PLACE = re.compile(r" \(at (?:line (\d+), column \d+|end of document)\)$")
_KINDS = {"string": "a text in quotes", "array": "an array", "object": "a table"}

Path = tuple[str | int, ...]


class _Date(str):
    """A TOML local date as the schema sees it, a text; a date in quotes stays a plain text."""

    __slots__ = ()


def parse(raw: bytes, name: str) -> Content:
    """What the file says; `name` is its name in messages. Raises GateError naming each error's line and place."""
    try:
        return _content(_text(raw, name), name)
    except RecursionError:
        raise GateError(f"`{name}`: nested too deeply to be a configuration") from None


def _content(text: str, name: str) -> Content:
    table = _dates_as_text(_table(text, name))
    errors = sorted({(line_of(text, path), f"{_place(path)}{words}") for path, words in _errors(table)})
    if errors:
        shown = "; ".join(f"line {line}: {words}" for line, words in errors[:_SHOWN_ERRORS])
        more = f"; and {len(errors) - _SHOWN_ERRORS} more" if len(errors) > _SHOWN_ERRORS else ""
        raise GateError(f"`{name}`: {shown}{more}")
    return Content(
        name=name,
        text=text,
        rules=dict(table.get("rules", {})),
        overrides=tuple(
            Override(entry["address"], dict(entry["rules"]), entry.get("plan"), number)
            for number, entry in enumerate(table.get("override", ()), 1)
        ),
        waivers=tuple(_waiver(entry, number) for number, entry in enumerate(table.get("waiver", ()), 1)),
    )


def _text(raw: bytes, name: str) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise GateError(f"`{name}`: line {line}: not valid UTF-8; save the file as UTF-8") from None


def _table(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = _TOML_PLACE.search(words)
        line = place[1] if place and place[1] else text.count("\n") + 1
        said = quotable(_TOML_PLACE.sub("", words))
        raise GateError(f"`{name}`: line {line}: not valid TOML: {said[:1].lower()}{said[1:]}") from None
    except ValueError:  # Python refuses integers of thousands of digits
        raise GateError(f"`{name}`: holds a number that is too long to read") from None


def _dates_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _dates_as_text(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [_dates_as_text(entry) for entry in value]
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return _Date(value.isoformat())
    return value


def _waiver(entry: Mapping[str, Any], number: int) -> WaiverEntry:
    values: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in entry.items()}
    values["expires"] = datetime.date.fromisoformat(entry["expires"])
    return WaiverEntry(**values, number=number)


def _errors(table: dict[str, Any]) -> Iterator[tuple[Path, str]]:
    """Each error's path and words: what the schema refuses, then what a schema cannot say."""
    from jsonschema import Draft202012Validator

    from gate.schema import schema

    for error in Draft202012Validator(schema("config")).iter_errors(table):
        yield from _explained(error)
    entries = table.get("waiver")
    for index, entry in enumerate(entries if isinstance(entries, list) else ()):
        if not isinstance(entry, dict):
            continue
        expires = entry.get("expires")
        if isinstance(expires, str) and not isinstance(expires, _Date):
            example = "write a date without quotes: expires = 2027-01-31"
            yield ("waiver", index, "expires"), f"is a text where a date is wanted; {example}"
        address = entry.get("address")
        if isinstance(address, str) and re.search(r"[*?]", _QUOTED.sub("", address)):
            yield ("waiver", index, "address"), f"is a glob, `{quotable(address)}`; write it as address_glob"


def _explained(error: "ValidationError") -> Iterator[tuple[Path, str]]:
    path: Path = tuple(error.absolute_path)
    value: Any = error.instance
    wanted: Any = error.validator_value
    rule: dict[str, Any] = dict(error.schema) if isinstance(error.schema, Mapping) else {}
    hint = rule.get("description", "")
    match error.validator:
        case "additionalProperties":
            unknown = sorted(set(value) - set(rule["properties"]))
            yield from (
                ((*path, key), f"is an unknown key{_suggestion(key, list(rule['properties']))}") for key in unknown
            )
        case "required":
            described = {key: rule["properties"][key]["description"] for key in wanted if key not in value}
            yield from ((path, f"`{key}` is missing: {_first_lower(text)}") for key, text in described.items())
        case "oneOf" | "anyOf" | "not":
            if isinstance(value, dict):  # else its type is wrong already
                yield _scope(str(error.validator), path, value)
        case "type":
            kind = "a date" if path[-1:] == ("expires",) else _KINDS[wanted]
            yield path, f"is {_kind_of(value)} where {kind} is wanted: {_first_lower(hint)}"
        case "enum":
            yield path, f"is `{quotable(value)}`, none of {', '.join(wanted)}"
        case "minItems" | "minProperties":
            yield path, f"is empty: {_first_lower(hint)}"
        case "pattern":
            yield path, f"is `{quotable(value)}`, which does not fit: {_first_lower(hint)}"
        case other:
            yield path, f"is not valid ({other}): {_first_lower(hint)}"


def _scope(validator: str, path: Path, value: dict[str, Any]) -> tuple[Path, str]:
    """What is wrong with how much of a plan a waiver covers."""
    if validator == "not":
        return (*path, "fingerprint"), "belongs to one address and cannot go with `address_glob`; use `grant`"
    if validator == "anyOf":
        return path, "`address_glob` needs `actions` or `grant`; an [[override]] loosens a rule for a part of the plan"
    both = "address" in value and "address_glob" in value
    return path, "has both `address` and `address_glob`; give one" if both else "`address` is missing"


def _first_lower(sentence: str) -> str:
    lowered = sentence if sentence[1:2].isupper() else sentence[:1].lower() + sentence[1:]
    return lowered.removesuffix(".")


def _kind_of(value: Any) -> str:
    kinds = ((_Date, "a date"), (str, "a text"), (bool, "a boolean"), (int | float, "a number"), (list, "an array"))
    fallback = "a table" if isinstance(value, dict) else "a date with a time"
    return next((name for kind, name in kinds if isinstance(value, kind)), fallback)


def _suggestion(word: str, known: Sequence[str]) -> str:
    import difflib

    in_lower = {one.lower(): one for one in known}
    near = difflib.get_close_matches(word[:100].lower(), in_lower, n=1)
    return f"; did you mean `{in_lower[near[0]]}`?" if near else f"; the keys here are {', '.join(known)}"


def _place(path: Path) -> str:
    """`waiver 2: `reason` ` for ("waiver", 1, "reason"): what the words that follow are about."""
    words = ""
    if len(path) > 1 and isinstance(path[1], int):
        words, path = f"{path[0]} {path[1] + 1}: ", path[2:]
    if not path:
        return words
    names = (f"[{step + 1}]" if isinstance(step, int) else f".{quotable(step)}" for step in path)
    return f"{words}`{''.join(names).removeprefix('.')}` "
