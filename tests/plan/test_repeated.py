"""A key that stands twice in one object is refused, however it is spelled; and nothing else is."""

import codecs
import re
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gate.errors import GateError
from gate.plan import repeated, repeated_keys
from gate.plan.configuration import ConfigurationModule
from gate.plan.decoded import change, values
from gate.plan.model import Plan, read
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
    ('{"actions":["create"],"before":null', "actions", f"p.json: the key `actions` is repeated in `{P}`"),
    ('{"actions":["create"],"before":null', "before", f"p.json: the key `before` is repeated in `{P}`"),
    ('{"actions":["create"],"before":null', "after", f"p.json: the key `after` is repeated in `{P}`"),
    ('{"actions":["create"],"before":null', "after_unknown", f"p.json: the key `after_unknown` is repeated in `{P}`"),
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
    "actions": "[]",
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
@pytest.mark.parametrize(("begin", "key", "told"), REPEATED, ids=[f"{b[:25]}-{k}" for b, k, _ in REPEATED])
def test_a_repeated_key_is_refused_at_every_level(begin: str, key: str, told: str) -> None:
    """One line names the file or the resource, the key and the place, however the plan is written and whichever of the
    two is spelled with escapes."""
    text = COMPACT.decode()
    assert text.count(begin) >= 1
    for spelled, spelling in product([str, escaped], SPELLINGS):
        raw = text.replace(begin, f'{{"{spelled(key)}":{VALUES.get(key, STRING)},{begin[1:]}', 1)
        with pytest.raises(GateError) as refused:
            read_whole(spelling(raw.encode()))
        assert told in str(refused.value), (spelled, spelling)
        assert "\n" not in str(refused.value), (spelled, spelling)


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

    def watched(text: memoryview, at: int, read: msgspec.Struct) -> int | None:
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


def test_a_repetition_is_found_where_the_lengths_agree() -> None:
    """What is passed by its length is compared first: a value that ends, by the length of the one behind it, where
    something follows that looks like the rest of the plan; and a name of the length of a `mode` that is left out."""
    forged = COMPACT.replace(b'{"format_version"', b'{"checks":{"a":[1],"z":2},"format_version"', 1)
    with pytest.raises(GateError, match=f"the key `checks` is repeated {TOP}"):
        read(forged[:-1] + b',"checks":{"b":11}}', "p.json")
    mode, name = b'"mode":"managed",', b'"name":"another",'
    assert len(mode) == len(name)
    with pytest.raises(GateError, match=f"the key `name` is repeated in `{P}`"):
        read(COMPACT.replace(b'"aws_iam_role_policy.p",' + mode, b'"aws_iam_role_policy.p",' + name, 1), "p.json")


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


def test_actions_that_are_repeated_are_no_change_that_does_nothing() -> None:
    """What a resource of an unknown type is changed to is looked through for documents, and so is what hides a change
    behind a `no-op`."""
    raw = plan(change_of("acme_policy.x", None, {"text": policy(statement("kms:*"))}))
    forged = raw.replace(b'{"actions":', b'{"actions":["no-op"],"actions":', 1)
    assert forged != raw
    with pytest.raises(GateError, match="the key `actions` is repeated"):
        findings(forged)
