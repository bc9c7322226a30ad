"""Random JSON is refused exactly when a key stands twice in one object, by Python's own reader."""

import json
from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any
from unittest import mock

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import GateError
from gate.plan import repeated
from gate.plan.model import read
from gate.plan.repeated import anywhere

pytestmark = pytest.mark.slow

# text is built from pieces, since no writer repeats a key
BLANK = st.sampled_from(["", "", "", " ", "\n", "\t ", "\r\n  "])
NUMBERS = st.sampled_from(["0", "-0", "7", "1.0", "1e5", "-2.50E+3", "1e15", "18446744073709551616", "0.1", "9" * 40])
LETTERS = st.text(st.sampled_from('ab_"\\/<&\u00e9\u2028\U0001f511\x01\n\x7f:,{}[] '), max_size=4)
FEW = st.sampled_from(["a", "b", "change", "address", "type", "\u00e9", 'q"', "", "a:", "\\"])


@st.composite
def strings(draw: st.DrawFn, content: st.SearchStrategy[str] = LETTERS) -> str:
    """A JSON string, every letter of it in any of the spellings that JSON allows."""
    text = draw(content)
    way = draw(st.integers(0, 3 ** len(text) - 1))  # one draw for all letters, since each draw takes its time
    spelled = []
    for letter in text:
        short = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "/": "\\/"}.get(letter, letter)
        units = letter.encode("utf-16-be").hex()
        long = "".join(f"\\u{units[i : i + 4]}" for i in range(0, len(units), 4))
        ways = [long, long.upper().replace("\\U", "\\u")] * 2 if letter == "\x01" else [short, short, long]
        spelled.append(ways[way % 3])
        way //= 3
    return '"' + "".join(spelled) + '"'


@st.composite
def objects(draw: st.DrawFn, inner: st.SearchStrategy[str], keys: st.SearchStrategy[str] = FEW) -> str:
    """A JSON object; its keys may be equal."""
    blank = draw(BLANK)
    members = draw(st.lists(st.tuples(strings(keys), inner), max_size=4))
    return "{" + blank + f"{blank},".join(f"{k}{blank}:{blank}{v}" for k, v in members) + blank + "}"


@st.composite
def lists(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    blank = draw(BLANK)
    return "[" + blank + f"{blank},{blank}".join(draw(st.lists(inner, max_size=3))) + blank + "]"


SCALARS = st.one_of(strings(), NUMBERS, st.sampled_from(["true", "false", "null"]))
JSON = st.recursive(SCALARS, lambda inner: st.one_of(objects(inner), lists(inner)), max_leaves=12)


def either_way() -> Iterator[None]:
    """As it is, which proves small texts at once, and then key by key."""
    yield
    with mock.patch.object(repeated, "_SMALL", 0):
        yield


def repeats(pairs: list[tuple[str, Any]]) -> bool:
    return len(dict(pairs)) < len(pairs)


def oracle(text: str) -> bool:
    """Whether an object at any depth has a key twice, by the reader of Python's own library."""
    found = []
    json.loads(text, object_pairs_hook=lambda pairs: found.append(repeats(pairs)))
    return any(found)


@given(JSON)
@settings(max_examples=600, deadline=None)
def test_any_json_is_refused_exactly_when_a_key_is_repeated(text: str) -> None:
    """At every depth, in every spelling, as Python's own reader sees it."""
    raw = text.encode()
    assert (anywhere(msgspec.Raw(raw), msgspec.json.decode(raw), "here") is not None) == oracle(text)


@st.composite
def change(draw: st.DrawFn) -> str:
    """A change as Terraform writes it, maybe with a key that it has not, or with one of them twice."""
    members = [("actions", '["no-op"]'), ("before", draw(JSON)), ("after", draw(JSON)), ("after_unknown", "{}")]
    members += [m for m in [("importing", '{"id":"i"}'), ("new", "[1]")] if draw(st.integers(0, 3)) == 0]
    if draw(st.integers(0, 4)) == 0:
        members.append(draw(st.sampled_from(members)))
    return "{" + ",".join(f'"{key}":{value}' for key, value in members) + "}"


@st.composite
def plans(draw: st.DrawFn) -> str:
    """A plan with keys in any order and spelling, and at times with one of them twice."""
    blank, uniform = draw(BLANK), draw(st.booleans())
    key_text = draw(st.sampled_from([json.dumps, None]))

    def written(members: list[tuple[str, str]]) -> str:
        members = list(members)
        if draw(st.integers(0, 4)) == 0:
            again = draw(st.sampled_from(members))
            members.insert(draw(st.integers(0, len(members))), (again[0], draw(st.sampled_from([again[1], again[1]]))))
        if not uniform:
            members = draw(st.permutations(members))
        spelled = [key_text(k) if key_text else draw(strings(st.just(k))) for k, _ in members]
        body = f"{blank},{blank}".join(f"{k}{blank}:{blank}{v}" for k, (_, v) in zip(spelled, members, strict=True))
        return "{" + blank + body + blank + "}"

    def entry(number: int) -> str:
        address = draw(strings(st.just(f'x.y["{number}"]'))) if draw(st.booleans()) else f'"x.y{number}"'
        optional = [("index", "3"), ("provider_name", '"p"'), ("deposed", '"d"')]
        members = [("address", address), ("mode", '"managed"'), ("type", '"x"'), ("name", '"y"')]
        members += [m for m in optional if draw(st.booleans())]
        members.append(("change", draw(objects(SCALARS) | change())))
        members += [m for m in [("action_reason", '"r"'), ("new", "[1]")] if draw(st.integers(0, 3)) == 0]
        return written(members)

    entries = [entry(number) for number in range(draw(st.integers(0, 3)))]
    listed = "[" + blank + f"{blank},{blank}".join(entries) + blank + "]"
    deferred = "[" + written([("reason", '"r"'), ("resource_change", entry(9))]) + "]"
    top = [
        ("format_version", '"1.2"'),
        ("planned_values", '{"root_module":{}}'),
        (draw(st.sampled_from(["resource_changes", "resource_drift"])), listed),
        ("configuration", '{"root_module":{}}'),
    ]
    if draw(st.booleans()):
        top.append(("deferred_changes", deferred))
    if draw(st.booleans()):
        top.append(("output_changes", draw(JSON)))
    if draw(st.booleans()):
        top.append(("unheard_of", draw(JSON)))
    return blank + written(top) + blank


@given(plans())
@settings(max_examples=400, deadline=None)
def test_a_plan_is_refused_exactly_when_a_key_is_repeated(text: str) -> None:
    """At the top level, in its entries and their changes; what is not asked for may hold what it likes."""

    class Object(list[tuple[str, Any]]):
        pass

    top = json.loads(text, object_pairs_hook=Object)
    expected = repeats(top)
    for name, value in top:
        if name in ("resource_changes", "resource_drift", "deferred_changes"):
            for one in value:
                entries = [one, *(v for k, v in one if k == "resource_change")]
                changes = [v for entry in entries for k, v in entry if k == "change"]
                expected = expected or any(map(repeats, [*entries, *changes]))
    for _ in either_way():
        with pytest.raises(GateError, match=" is repeated ") if expected else nullcontext():
            read(text.encode(), "p.json")
