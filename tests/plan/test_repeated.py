"""A key that stands twice in one object is refused, however it is spelled; and nothing else is."""

import codecs
import json
import re
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import GateError
from gate.plan import repeated, repeated_keys
from gate.plan.configuration import ConfigurationModule
from gate.plan.model import Plan, change, read, values
from gate.plan.repeated import anywhere
from gate.plan.shapes import ResourceChange
from tests.helpers.paths import PLANS
from tests.helpers.plans import change as change_of
from tests.helpers.plans import findings, inline, plan, policy, statement

PLAN = plan(
    inline(None, policy(statement("kms:*"))),
    inline(policy(statement("s3:*")), policy(statement("kms:<&>")), "q"),
    resource_drift=[inline(policy(statement("s3:*")), policy(statement("kms:*")), "drifted")],
    deferred_changes=[{"reason": "x", "resource_change": inline(None, policy(statement("s3:*")), "later")}],
    variables={"name": {"value": {"a": [{"b": 1.0}]}}},
    prior_state={
        "format_version": "1.0",
        "values": {
            "root_module": {
                "resources": [
                    {"address": "data.x.y", "mode": "data", "type": "x", "name": "y", "values": {"id": {"a": "b"}}}
                ],
                "child_modules": [
                    {
                        "resources": [{"address": "module.m.x.y", "type": "x", "name": "y", "values": {}}],
                        "address": "module.m",
                    }
                ],
            }
        },
    },
    configuration={
        "provider_config": {"aws": {"name": "aws", "expressions": {"region": {"constant_value": "eu-west-1"}}}},
        "root_module": {
            "outputs": {"one": {"expression": {"constant_value": 1}}},
            "resources": [
                {
                    "address": "x.y",
                    "mode": "managed",
                    "type": "x",
                    "name": "y",
                    "provider_config_key": "aws",
                    "expressions": {"policy": {"references": ["var.policy"]}},
                    "schema_version": 0,
                    "for_each_expression": {"references": ["var.each"]},
                    "depends_on": ["x.z", "x.w"],
                }
            ],
            "module_calls": {
                "m": {
                    "source": "./m",
                    "expressions": {"given": {"constant_value": "m"}},
                    "module": {"variables": {"given": {"default": "d"}}},
                }
            },
            "variables": {"policy": {"sensitive": True}},
        },
    },
)
TOP, P = "at the top level", "aws_iam_role_policy.p"
# what an object of the plan begins with, the key that is repeated behind it, and what is said
REPEATED = [
    ('{"format_version"', "resource_changes", f"p.json: the key `resource_changes` is repeated {TOP}"),
    ('{"format_version"', "configuration", f"p.json: the key `configuration` is repeated {TOP}"),
    ('{"format_version"', "format_version", f"p.json: the key `format_version` is repeated {TOP}"),
    ('{"address":"aws_iam_role_policy.p"', "type", f"p.json: the key `type` is repeated in `{P}`"),
    ('{"address":"aws_iam_role_policy.p"', "address", f"p.json: the key `address` is repeated in `{P}`"),
    ('{"address":"aws_iam_role_policy.p"', "change", f"p.json: the key `change` is repeated in `{P}`"),
    ('{"address":"aws_iam_role_policy.drifted"', "name", "the key `name` is repeated in `aws_iam_role_policy.drifted`"),
    ('{"address":"aws_iam_role_policy.later"', "mode", "the key `mode` is repeated in `aws_iam_role_policy.later`"),
    ('{"reason":"x"', "resource_change", "p.json: the key `resource_change` is repeated in `deferred_changes`"),
    ('{"actions":["create"],"before":null', "actions", f"{P}: the key `actions` is repeated in its change"),
    ('{"actions":["create"],"before":null', "before", f"{P}: the key `before` is repeated in its change"),
    ('{"actions":["create"],"before":null', "after", f"{P}: the key `after` is repeated in its change"),
    ('{"actions":["create"],"before":null', "after_unknown", f"{P}: the key `after_unknown` is repeated in its change"),
    ('{"name":"p","role":"app"', "policy", f"{P}: the key `policy` is repeated in its change"),
    ('{"b":1.0', "b", "p.json: the key `b` is repeated in `variables`"),
    ('{"provider_config"', "provider_config", "p.json: the key `provider_config` is repeated in `configuration`"),
    ('{"provider_config"', "root_module", "p.json: the key `root_module` is repeated in `configuration`"),
    ('{"name":"aws"', "name", "p.json: the key `name` is repeated in `configuration`"),
    ('{"region"', "region", "provider aws: the key `region` is repeated in `configuration`"),
    ('{"one"', "one", "p.json: the key `one` is repeated in `configuration`"),
    ('{"expression":{"constant_value":1', "expression", "p.json: the key `expression` is repeated in `configuration`"),
    ('{"constant_value":1', "constant_value", "an output: the key `constant_value` is repeated in `configuration`"),
    ('{"address":"x.y"', "expressions", "p.json: the key `expressions` is repeated in `x.y`"),
    ('{"policy":{"ref', "policy", "x.y: the key `policy` is repeated in `configuration`"),
    ('{"references":["var.each"', "references", "x.y: the key `references` is repeated in `configuration`"),
    ('{"m":{"source"', "m", "p.json: the key `m` is repeated in `configuration`"),
    ('{"source":"./m"', "module", "p.json: the key `module` is repeated in `configuration`"),
    ('{"given":{"constant_value"', "given", "the call of ./m: the key `given` is repeated in `configuration`"),
    ('{"given":{"default"', "given", "p.json: the key `given` is repeated in `configuration`"),
    ('{"policy":{"sensitive"', "policy", "p.json: the key `policy` is repeated in `configuration`"),
    ('{"sensitive":true', "sensitive", "variable policy: the key `sensitive` is repeated in `configuration`"),
    ('{"format_version":"1.0"', "values", "p.json: the key `values` is repeated in `prior_state`"),
    ('{"root_module":{"resources":[{"address":"data', "root_module", "p.json: the key `root_module` is repeated in"),
    ('{"address":"data.x.y"', "type", "p.json: the key `type` is repeated in `data.x.y`"),
    ('{"address":"module.m.x.y"', "values", "p.json: the key `values` is repeated in `module.m.x.y`"),
    ('{"resources":[{"address":"module.m', "address", "p.json: the key `address` is repeated in `prior_state`"),
    ('{"a":"b"', "a", "data.x.y: the key `a` is repeated in its values"),
]
# what the first of the two holds; the last one is what a reader keeps
STRING = '"x"'
VALUES = {
    "resource_changes": "[]",
    "configuration": "null",
    "change": "{}",
    "resource_change": '{"type":"x","name":"y","change":{}}',
    "values": "{}",
    "root_module": "{}",
    "one": "{}",
    "m": "{}",
    "module": "{}",
    "given": "{}",
    "expressions": "{}",
    "expression": "{}",
    "policy": "{}",
}


@pytest.fixture(autouse=True, params=["at once", "key by key"])
def whichever_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Small texts are proven at once, others key by key: what is found does not depend on it."""
    if request.param == "key by key":
        monkeypatch.setattr(repeated, "_SMALL", 0)


def escaped(key: str) -> str:
    return "".join(f"\\u{ord(letter):04x}" if letter in "_aeiou" else letter for letter in key)


def as_it_is(compact: bytes) -> bytes:
    return compact


def indented(compact: bytes) -> bytes:
    return msgspec.json.format(compact, indent=2)


def spaced(compact: bytes) -> bytes:
    return msgspec.json.format(compact, indent=0)


def tabs(compact: bytes) -> bytes:
    return re.sub(rb'(?<!\\)":', b'"\r\n:\t', indented(compact).replace(b"\n", b"\r\n"))


def utf_16(compact: bytes) -> bytes:
    return codecs.BOM_UTF16_LE + compact.decode().encode("utf-16-le")


def one_a_line(compact: bytes) -> bytes:
    return b"\n".join([COMPACT, compact, COMPACT])


COMPACT = msgspec.json.format(PLAN, indent=-1)
SPELLINGS = [as_it_is, indented, spaced, tabs, utf_16, one_a_line]


def read_whole(raw: bytes) -> list[Plan]:
    """Reads a plan and everything in it that gate may ask for."""
    plans = read(raw, "p.json")
    for one in plans:
        entries = [*one.resource_changes, *one.resource_drift, *(d.resource_change for d in one.deferred_changes)]
        for entry in [*entries, *one.untouched()]:
            change(entry)
        for source in one.data_sources():
            values(source)
        read_configuration(one.configuration().root_module)
        for provider in one.configuration().provider_config.values():
            assert provider.expressions or not provider.raw_expressions
        one.variables()
    return plans


def read_configuration(module: ConfigurationModule) -> None:
    """Asks for everything that is decoded only then."""
    list(module.sensitive_variables())
    asked: list[Any] = [output.expression for output in module.outputs.values()]
    for block in (*module.resources, *module.module_calls.values()):
        asked += [block.expressions, block.count_expression, block.for_each_expression]
    asked += [block.provisioners for block in module.resources]
    for call in module.module_calls.values():
        if call.module is not None:
            read_configuration(call.module)


@pytest.mark.slow
@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("spelled", [str, escaped], ids=["plain", "escaped"])
@pytest.mark.parametrize(("begin", "key", "told"), REPEATED, ids=[f"{b[:25]}-{k}" for b, k, _ in REPEATED])
def test_a_repeated_key_is_refused_at_every_level(
    begin: str, key: str, told: str, spelled: Callable[[str], str], spelling: Callable[[bytes], bytes]
) -> None:
    """One line names the file or the resource, the key and the place, whichever of the two is spelled with escapes."""
    text = COMPACT.decode()
    assert text.count(begin) >= 1
    raw = text.replace(begin, f'{{"{spelled(key)}":{VALUES.get(key, STRING)},{begin[1:]}', 1)
    with pytest.raises(GateError) as refused:
        read_whole(spelling(raw.encode()))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_same_plan_without_a_repeated_key_is_read(spelling: Callable[[bytes], bytes]) -> None:
    """Neither white space nor encoding nor lines are taken for a repetition."""
    assert [r.address for r in read_whole(spelling(COMPACT))[0].resource_changes] == [P, "aws_iam_role_policy.q"]


@pytest.mark.slow
@pytest.mark.parametrize("spelling", SPELLINGS[:3])
def test_what_terraform_writes_is_proven_by_comparison(
    spelling: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """No real plan needs the slow search, and where it is compact or in order no entry is looked at key by key."""

    def unexpected(*_: object) -> object:
        raise AssertionError("the slow way")

    def watched(text: bytes, at: int, read: msgspec.Struct) -> int | None:
        assert not isinstance(read, ResourceChange)
        return key_by_key(text, at, read)

    key_by_key = repeated_keys._object
    monkeypatch.setattr(repeated_keys, "_search", unexpected)
    monkeypatch.setattr(repeated_keys, "_object", watched)
    paths = sorted(PLANS.glob("*/plan.json"))
    assert len(paths) > 50
    for path in paths:
        read_whole(spelling(msgspec.json.format(path.read_bytes(), indent=-1)))


@pytest.mark.parametrize("value", ["[]", '{"a":1}'])
def test_a_repeated_key_that_gate_does_not_know_is_refused(value: str) -> None:
    """What Terraform may add one day is read over, but not twice."""
    unknown = COMPACT.replace(b'{"format_version":"1.2"', b'{"new":%b,"format_version":"1.2"' % value.encode())
    assert read_whole(unknown)
    with pytest.raises(GateError, match="the key `new` is repeated at the top level"):
        read(unknown.replace(b'{"new"', b'{"new":{},"new"'), "p.json")
    entry = COMPACT.replace(b'{"address"', b'{"new":%b,"address"' % value.encode())
    assert read_whole(entry)
    with pytest.raises(GateError, match=f"the key `new` is repeated in `{P}`"):
        read(entry.replace(b'{"new"', b'{"new":0,"new"', 1), "p.json")


@pytest.mark.parametrize("spelling", SPELLINGS[:3])
@pytest.mark.parametrize("where", [0, 63, 64, 150, 199])
def test_one_of_many_entries_is_found(spelling: Callable[[bytes], bytes], where: int) -> None:
    """A type that is hidden behind another one is refused wherever the entry stands."""
    entries = [inline(None, policy(statement("s3:*")), f"p{number}") for number in range(200)]
    raw = msgspec.json.format(plan(*entries), indent=-1)
    assert len(read_whole(spelling(raw))[0].resource_changes) == 200
    address = f'"address":"aws_iam_role_policy.p{where}",'.encode()
    hidden = spelling(raw.replace(address, address + b'"type":"aws_instance",'))
    with pytest.raises(GateError, match=f"the key `type` is repeated in `aws_iam_role_policy.p{where}`"):
        read(hidden, "p.json")


@pytest.mark.parametrize("depth", [300, 900, 5000])
def test_deep_nesting_ends_in_one_line_or_in_a_plan(depth: int) -> None:
    """A tool that can't tell says so; it does not fail with a traceback."""
    deep = b'{"x":' * depth + b'{"k":1e5,"k":2}' + b"}" * depth
    for raw in (
        COMPACT.replace(b'{"name":"p"', b'{"deep":%b,"name":"p"' % deep),
        COMPACT.replace(b'{"policy":{"ref', b'{"deep":%b,"policy":{"ref' % deep),
        COMPACT.replace(b'{"id":', b'{"deep":%b,"id":' % deep),
    ):
        with pytest.raises(GateError) as refused:
            read_whole(raw)
        assert "\n" not in str(refused.value)


@pytest.mark.slow
def test_the_installed_command_refuses_what_would_have_passed(tmp_path: Path) -> None:
    """An empty list of changes behind the real one is no pass: exit 2 and one line."""
    path = tmp_path / "plan.json"
    path.write_bytes(PLAN[:-1] + b',"resource_changes":[]}')
    command = [sys.executable, "-m", "gate", "check", "--no-source", str(path)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "plan.json: the key `resource_changes` is repeated at the top level: not what Terraform" in done.stderr
    assert done.stderr.count("\n") == 1


# --- random JSON: text is built from pieces, since no writer repeats a key

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


def repeats(pairs: list[tuple[str, Any]]) -> bool:
    return len(dict(pairs)) < len(pairs)


def oracle(text: str) -> bool:
    """Whether an object at any depth has a key twice, by the reader of Python's own library."""
    found = []
    json.loads(text, object_pairs_hook=lambda pairs: found.append(repeats(pairs)))
    return any(found)


@pytest.mark.slow
@given(JSON)
@settings(max_examples=400, deadline=None)
def test_any_json_is_refused_exactly_when_a_key_is_repeated(text: str) -> None:
    """At every depth, in every spelling, as Python's own reader sees it."""
    raw = text.encode()
    assert (anywhere(msgspec.Raw(raw), msgspec.json.decode(raw), "here") is not None) == oracle(text)


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
        members.append(("change", draw(objects(SCALARS))))
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


@pytest.mark.slow
@given(plans())
@settings(max_examples=400, deadline=None)
def test_a_plan_is_refused_exactly_when_a_key_is_repeated(text: str) -> None:
    """At the top level and in its entries; what is not asked for may hold what it likes."""

    class Object(list[tuple[str, Any]]):
        pass

    top = json.loads(text, object_pairs_hook=Object)
    expected = repeats(top)
    for name, value in top:
        if name in ("resource_changes", "resource_drift", "deferred_changes"):
            for one in value:
                inner = [v for k, v in one if k == "resource_change"]
                expected = expected or any(map(repeats, [one, *inner]))
    refused = pytest.raises(GateError, match=" is repeated ") if expected else nullcontext()
    with refused:
        read(text.encode(), "p.json")


def test_actions_that_are_repeated_are_no_change_that_does_nothing() -> None:
    """What a resource of an unknown type is changed to is looked through for documents, and so is what hides a change
    behind a `no-op`."""
    raw = plan(change_of("acme_policy.x", None, {"text": policy(statement("kms:*"))}))
    forged = raw.replace(b'{"actions":', b'{"actions":["no-op"],"actions":', 1)
    assert forged != raw
    with pytest.raises(GateError, match="the key `actions` is repeated"):
        findings(forged)
