"""Addresses and references: their parts, what one leads to, and what an expression refers to."""

from typing import Any

import msgspec
import pytest

from gate.plan.addresses import Target, exact_target, module_path, named, split, target_of, unkeyed
from gate.plan.expressions import most_specific, references_in
from gate.plan.model import read
from gate.plan.provider_facts import Fact, fact_at, fact_by_id, facts_read, tells_of_provider
from gate.plan.references import Origin, References
from gate.plan.shapes import ResourceChange
from gate.plan.strays import Asked, Strays
from gate.text.sentences import named_arn
from gate.unknown import Unresolved
from tests.helpers.plans import change, plan


def test_what_people_call_a_target() -> None:
    """The block in its module, and the attribute where there is one."""
    assert Target(("m", "n"), "data", "aws_x", "y", "a").address == "module.m.module.n.data.aws_x.y.a"
    assert Target((), "managed", "aws_x", "y", "").address == "aws_x.y"


def test_the_parts_of_an_address_keep_their_keys() -> None:
    """A key may hold dots and brackets."""
    address = 'module.a["x.y"].aws_iam_role.r[0].name'
    assert split(address) == ["module", "a", '["x.y"]', "aws_iam_role", "r", "[0]", "name"]
    assert unkeyed(address) == "module.a.aws_iam_role.r.name"
    assert split("a..b") == ["a", "b"]
    assert (str(named(address)), named(address).alike) == (address, "module.a.aws_iam_role.r.name")
    arn = "arn:aws:iam::111122223333:role/app"
    assert named(arn).alike == named_arn(arn).alike != arn
    assert module_path('module.a["x.y"].module.b') == ("a", "b")


@pytest.mark.parametrize(
    ("reference", "target"),
    [
        ("aws_kms_key.k.arn", Target((), "managed", "aws_kms_key", "k", "arn", None, "")),
        ("aws_kms_key.k[0].arn", Target((), "managed", "aws_kms_key", "k", "arn", 0, "")),
        (
            'module.m["x"].data.aws_region.r.name',
            Target(("m",), "data", "aws_region", "r", "name", None, 'module.m["x"]'),
        ),
        ("aws_kms_key.k[\u00b2].arn", Target((), "managed", "aws_kms_key", "k", "arn", None, "")),
        (f"aws_kms_key.k[{'9' * 5000}].arn", Target((), "managed", "aws_kms_key", "k", "arn", None, "")),
        ('aws_kms_key.k["a.b"].arn', Target((), "managed", "aws_kms_key", "k", "arn", "a.b", "")),
        ("aws_x.y.blocks[0].a", Target((), "managed", "aws_x", "y", "blocks[0].a", None, "")),
        ("aws_x.y[1].blocks[0].a", Target((), "managed", "aws_x", "y", "blocks[0].a", 1, "")),
        ("aws_x.y", Target((), "managed", "aws_x", "y", "", None, "")),
        (
            "module.m.module.n[0].aws_x.y.a",
            Target(("m", "n"), "managed", "aws_x", "y", "a", None, "module.m.module.n[0]"),
        ),
        ("var.x", None),
        ("local.x.y", None),
        ("", None),
        ("module", None),
        ("module.m", None),
        ("module.m[0]", None),
        ("data.aws_region", None),
        ("aws_kms_key", None),
    ],
)
def test_what_a_reference_leads_to(reference: str, target: Target | None) -> None:
    """None where it leads to no resource."""
    assert target_of(reference) == target
    assert exact_target(Unresolved((reference,), exact=True)) == target
    assert exact_target(Unresolved((reference,))) is None
    assert exact_target(reference) is exact_target(Unresolved((), exact=True)) is None


def test_the_references_of_an_expression() -> None:
    """Of nested blocks too; the most specific ones leave out what is only the beginning of another."""
    expression = [
        {"role": {"references": ["aws_iam_role.r.name", "aws_iam_role.r"]}},
        {"role": {"constant_value": "app"}, "name": {"references": ["var.x", "var.x"]}},
    ]
    assert list(references_in(expression)) == ["aws_iam_role.r.name", "aws_iam_role.r", "var.x", "var.x"]
    assert most_specific(expression) == ["aws_iam_role.r.name", "var.x"]
    assert most_specific({"references": ["aws_iam_role.r", "aws_iam_role.rest"]}) == [
        "aws_iam_role.r",
        "aws_iam_role.rest",
    ]


def test_what_a_data_source_tells_of_its_provider() -> None:
    """Its `id` is told apart: that which an old provider read is the time."""
    account, by_id = (target_of(f"data.aws_caller_identity.me.{name}") for name in ("account_id", "id"))
    assert (fact_at(account), fact_by_id(account)) == (Fact.ACCOUNT, None)
    assert (fact_at(by_id), fact_by_id(by_id)) == (None, Fact.ACCOUNT)
    read = {"account_id": "111122223333", "id": "2019-01-01 00:00:00 UTC", "arn": None}
    assert list(facts_read("aws_caller_identity", read)) == [(Fact.ACCOUNT, "111122223333")]
    assert list(facts_read("aws_ami", {"name": "x"})) == []
    assert fact_by_id(target_of("var.x")) is None
    assert (tells_of_provider("aws_caller_identity"), tells_of_provider("aws_ami")) == (True, False)


def _followed(*, inside: bool = False, x: object = "x", **call: object) -> tuple[References, ResourceChange]:
    """References, and a resource of the root module, where `var.x` is as given, or of the module `m`, which it calls
    with arguments."""
    block = {"address": "aws_x.x", "mode": "managed", "type": "aws_x", "name": "x"}
    each = {"for_each_expression": {"references": ["aws_iam_policy.p"]}}
    inner = {
        "resources": [block],
        "variables": {"create": {"default": True}, "name": {"default": "a"}, "empty": {"default": None}, "v": {}},
        "outputs": {"arn": {"expression": {"references": ["aws_iam_policy.q.arn", "var.v"]}}},
    }
    root = {"resources": [{**block, **each}], "module_calls": {"m": {"module": inner, "expressions": call}}}
    variables = {"on": {"value": False}, "off": {"value": {"x": True}}, "text": {"value": "true"}, "x": {"value": x}}
    document = read(plan(configuration={"root_module": root}, variables=variables), "plan.json")[0]
    module = "module.m" if inside else ""
    where = ResourceChange(address="aws_x.x", module_address=module, type="aws_x", name="x", change=msgspec.Raw(b"{}"))
    return References(document), where


def origin(references: list[str], **more: Any) -> Origin:
    """What an expression refers to."""
    followed, where = _followed(**more)
    return followed.origin(where, {"references": references})


def needed(references: list[str], in_local: dict[str, list[str]], **more: Any) -> list[str]:
    """All that an expression waits for, where these are the references in locals of modules, by their full names."""
    followed, where = _followed(**more)
    names = followed.needed(where, [{"references": references}], lambda m, name: in_local.get(".".join((*m, name)), []))
    return [target.address for target in names]


def test_what_an_expression_waits_for_is_followed_through_locals() -> None:
    """Also through variables and outputs behind one, in its own module; a local that leads to itself ends."""
    in_local = {
        "a": ["aws_iam_role.r.name", "local.b"],
        "b": ["module.m.arn", "local.a", "each.value"],
        "m.a": ["var.v"],
    }
    told = ["aws_iam_role.r.name", "module.m.aws_iam_policy.q.arn"]
    assert needed(["local.a"], in_local) == told
    assert needed(["local.c", "var.x"], in_local) == []
    given = {"v": {"references": ["local.a"]}}
    assert needed(["local.a"], in_local, inside=True, **given) == told
    assert needed(["each.value"], {}) == ["aws_iam_policy.p"]


def test_a_reference_is_followed_through_variables_outputs_and_each() -> None:
    """To the resources behind it; what can't be followed is a dead end."""
    given = {"v": {"references": ["aws_iam_policy.r.arn"]}}
    assert origin(["var.v"], inside=True, **given).names == ("aws_iam_policy.r.arn",)
    assert origin(["module.m.arn"], **given).names == ("module.m.aws_iam_policy.q.arn", "aws_iam_policy.r.arn")
    assert origin(["each.value.arn", "each.key"]).names == ("aws_iam_policy.p",)
    assert origin(["module.m.arn"]).dead_ends == ("var.v",)
    assert origin(["var.v", "local.x", "module.n.arn", "module.m.no"]).dead_ends == (
        "var.v",
        "local.x",
        "module.n.arn",
        "module.m.no",
    )


def test_a_variable_that_is_true_or_false_is_a_flag() -> None:
    """It chooses, and is no part of an ARN; a module's by its default, or as the call sets it."""
    found = origin(["aws_iam_policy.p.arn", "var.on", "var.text", "var.no", "var.off.x"])
    assert (found.flags, found.dead_ends) == (("var.on",), ("var.text", "var.no", "var.off.x"))
    assert origin(["aws_iam_policy.p.arn", "var.on"]).only is not None
    inside = origin(["var.create", "var.name", "var.v", "var.on"], inside=True)
    assert (inside.flags, inside.dead_ends) == (("var.create",), ("var.name", "var.v", "var.on"))
    assert inside.names == (*inside.dead_ends, *inside.flags)
    given = origin(["var.create"], inside=True, create={"references": ["var.text"]})
    assert (given.flags, given.dead_ends) == ((), ("var.text",))
    assert origin(["var.create"], inside=True, create={"references": ["var.on"]}).flags == ("var.on",)


@pytest.mark.parametrize("value", [None, "", [], {}])
def test_a_variable_that_is_nothing_is_a_flag(value: object) -> None:
    """Nothing of it can be a part of what comes out."""
    assert origin(["var.x", "var.name"], x=value).flags == ("var.x",)
    assert origin(["var.x.y"], x=value).flags == ()  # a part of an object may have a default of its own
    given = origin(["var.name", "var.v"], inside=True, name={"constant_value": value})
    assert (given.flags, given.dead_ends) == (("var.name",) if value is not None else (), ("var.v",))
    assert origin(["var.v"], inside=True, v={"constant_value": value}).flags == ("var.v",)
    assert origin(["var.v"], inside=True, x=value, v={"references": ["var.x"]}).flags == ("var.x",)


@pytest.mark.parametrize("value", [0, 1, "x", [""], {"a": None}])
def test_a_variable_that_is_something_is_no_flag(value: object) -> None:
    """A part of it may be a part of what comes out; nor is one that the call of a module computes."""
    assert origin(["var.x"], x=value).dead_ends == ("var.x",)
    assert origin(["var.v"], inside=True, v={"constant_value": value}).flags == ()
    assert origin(["var.v"], inside=True, v={}).flags == ()


def test_null_may_stand_for_the_default() -> None:
    """Where the module that is given null takes its default then, which a plan does not tell."""
    assert origin(["var.name"], inside=True, name={"constant_value": None}).flags == ()
    assert origin(["var.empty"], inside=True, empty={"constant_value": None}).flags == ("var.empty",)
    assert origin(["var.empty"], inside=True).flags == ("var.empty",)


def test_what_refers_to_flags_alone_is_nothing() -> None:
    """What they choose would show, as it is known before the apply."""
    assert origin(["var.on"]).is_nothing
    assert not origin([]).is_nothing
    assert not origin(["var.on", "var.text"]).is_nothing
    assert not origin(["var.on", "aws_iam_policy.p.arn"]).is_nothing


def test_what_is_set_to_null_is_not_set() -> None:
    """A plan says so of a null that is written out."""
    block = {
        "address": "aws_x.x", "mode": "managed", "type": "aws_x", "name": "x",
        "expressions": {"a": {"constant_value": None}, "b": {"constant_value": ""}, "c": {}, "d": [{}]},
    }  # fmt: skip
    document = read(plan(configuration={"root_module": {"resources": [block]}}), "plan.json")[0]
    where = ResourceChange(address="aws_x.x", type="aws_x", name="x", change=msgspec.Raw(b"{}"))
    assert References(document).configured(where) == {"b", "c", "d"}


def test_a_reference_that_leads_to_itself_is_a_dead_end() -> None:
    """Terraform refuses it; a plan written by hand may have it."""
    circle = {"v": {"references": ["module.m.arn"]}}
    found = origin(["module.m.arn"], **circle)
    assert [target.address for target in found.targets] == ["module.m.aws_iam_policy.q.arn"]
    assert found.dead_ends
    assert found.only is None


def test_what_may_not_come_from_aws_is_a_dead_end() -> None:
    """It is waited for all the same, and what the plan shows of it is what it is."""
    resources = [
        {"address": f"aws_sns_topic.{name}", "mode": "managed", "type": "aws_sns_topic", "name": name}
        for name in ("here", "shown", "there")
    ]
    for one in resources:
        one["provider_config_key"] = "aws" if one["name"] == "here" else "aws.b"
    changes = [
        change(one["address"], None, {}, change={"after_unknown": {"arn": True}})
        for one in (resources[0], resources[2])
    ]
    shown = change("aws_sns_topic.shown", {"arn": "arn:aws:sns:eu-west-1:111122223333:shown"}, {"arn": "the same"})
    (found,) = read(plan(*changes, shown, configuration={"root_module": {"resources": resources}}), "p")
    asked = Strays({"aws.b": Asked(frozenset({"sns"}))}, (Asked(),))
    references = References(found, lambda: asked)
    expression = {"references": [f"{one['address']}.arn" for one in resources]}
    origin = references.origin(found.resource_changes[0], expression)
    assert [target.name for target in origin.targets] == ["here", "shown"]
    assert origin.dead_ends == ("aws_sns_topic.there.arn",)
    every = [target.name for target in references.needed(found.resource_changes[0], expression, lambda _: ())]
    assert every == ["here", "shown", "there"]
