"""Whether the source is the plan's own."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.source import Instance, Source
from tests.helpers.source_trees import POLICY, made_plan

Tree = Callable[..., Source]


def block(policy: str, more: str = "") -> str:
    return f'resource "aws_iam_policy" "p" {{\n  policy = {policy}\n{more}}}\n'


def test_a_folder_fits_a_plan_of_the_same_blocks(tree: Tree) -> None:
    """All resource, data and module blocks of the plan's root module, and no others."""
    resource = {"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p"}
    ours = made_plan(configuration={"resources": [resource]})
    assert tree({"main.tf": block('"x"')}, ours).misfit() is None
    other = tree({"main.tf": block('"x"').replace('"p"', '"q"')}, ours).misfit()
    assert other == "it has aws_iam_policy.q, which the plan's configuration has not"
    checks = made_plan(configuration={"resources": [{**resource, "mode": "data"}]})
    for name in ("c.tf", "c.tf.json"):
        in_json = '{"check": {"c": {"data": {"aws_iam_policy": {"p": {}}}}}}'
        text = in_json if name.endswith("json") else 'check "c" {\n  data "aws_iam_policy" "p" {}\n}\n'
        assert tree({"main.tf": "", "c.tf": "", name: text}, checks).misfit() is None
    assert tree({"c.tf.json": "{}", "main.tf": "locals {}"}, ours).misfit() == "it has no aws_iam_policy.p"
    calls = made_plan(configuration={"module_calls": {"m": {"source": "./m"}}})
    assert tree({"main.tf": 'module "m" {\n  source = "./m"\n}\n'}, calls).misfit() is None


@pytest.mark.parametrize(
    ("expressions", "source_text", "difference"),
    [
        ({"policy": {"constant_value": "x"}}, block('"x"'), None),
        ({"policy": {"constant_value": "x"}}, block('"y"'), "`policy` has another value in the source"),
        ({"policy": {}}, block("jsonencode({ a = 1 })"), None),
        ({"policy": {}}, block("jsonencode({ a = var.x })"), "`policy` refers to `var.x` only in the source"),
        (
            {"policy": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}},
            block('"${aws_kms_key.k.arn}"'),
            None,
        ),
        (
            {"policy": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}},
            block('"${aws_kms_key.j.arn}"'),
            "`policy` refers to `aws_kms_key.k` only in the plan",
        ),
        (
            {"policy": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}},
            block("aws_kms_key.k.key_id"),
            "`policy` refers to `aws_kms_key.k.arn` only in the plan",
        ),
        ({"policy": {"references": ["aws_kms_key.k"]}}, block("aws_kms_key.k.key_id"), None),
        ({"policy": {"references": 1.5}}, block('"x"'), None),  # nothing that Terraform writes
        ({"policy": {"references": [["aws_kms_key.k"]]}}, block('"x"'), None),
        (
            {"policy": {"references": ["local.a", 'aws_x.y["k"].z', 'aws_x.y["k"]', "aws_x.y"]}},
            block('[for local_name in local.a : "${local_name}${aws_x.y["k"].z}"]'),
            None,
        ),
        ({"policy": {"references": ["aws_x.y", "each.key"]}}, block("aws_x.y[each.key].arn"), None),
        ({"policy": {}, "name": {"constant_value": "n"}}, block('"x"'), "`name` is only in the plan"),
        ({"policy": {}}, block('"x"', '  name = "n"\n'), "`name` is only in the source"),
        ({"policy": {}}, block('"x"', "  statement {}\n"), "a `statement` block is only in the source"),
        (
            {"policy": {}, "statement": [{"a": {"constant_value": 1}}]},
            block('"x"', "  statement {\n    a = 1\n  }\n"),
            None,
        ),
        (
            {"policy": {}, "statement": [{"a": {"constant_value": 1}}]},
            block('"x"', "  statement {\n    a = 2\n  }\n"),
            "in `statement`, `a` has another value in the source",
        ),
        (
            {"policy": {}, "statement": [{}, {}]},
            block('"x"', "  statement {}\n"),
            "the plan has 2 `statement` blocks, the source 1",
        ),
        ({"policy": {}}, block('"x"', '  dynamic "statement" {\n    for_each = []\n    content {}\n  }\n'), None),
        ({"policy": {}}, block('"x"', "  count = 2\n  depends_on = [a.b]\n  lifecycle {}\n"), None),
        ({"policy": {}}, block('"x"', "  count = var.n\n"), "`count` is only in the source"),
        ({"policy": {}}, block('"x"', "  count = 1\n  for_each = var.n\n"), "`for_each` is only in the source"),
        ({"policy": {}}, block('"x"', "  timeouts {}\n"), None),
        ({"policy": {}, "root": {}}, block('"x"', "  root {}\n"), None),
        ({"policy": {}, "root": {"a": {}}}, block('"x"', "  root {\n    a = upper(1)\n  }\n"), None),
        ({"policy": {}, "root": {"a": {}}}, block('"x"'), "the plan has 1 `root` blocks, the source 0"),
        ({"policy": {}, "statement": [{}]}, block('"x"'), "the plan has 1 `statement` blocks, the source 0"),
        (
            {"policy": {}, "statement": [{}]},
            block('"x"', "  statement {}\n  statement {}\n"),
            "the plan has 1 `statement` blocks, the source 2",
        ),
        (
            {"policy": {}, "statement": [{}]},
            block('"x"', '  statement {}\n  dynamic "statement" {\n    for_each = []\n    content {}\n  }\n'),
            None,
        ),
        ({"policy": 1.5}, block('"x"'), None),
        ({"policy": {"constant_value": "x"}}, block("timestamp()"), None),
        (
            {"policy": {"constant_value": '{"a":1}'}},
            block("jsonencode({ a = 1 })"),  # of a function the plan has no constant
            "`policy` has another value in the source",
        ),
    ],
)
def test_disagreement(tree: Tree, expressions: dict[str, Any], source_text: str, difference: str | None) -> None:
    """What `configuration` lists of a block has to be in the source, and nothing else."""
    entry = {
        "address": "aws_iam_policy.p",
        "mode": "managed",
        "type": "aws_iam_policy",
        "name": "p",
        "expressions": expressions,
    }
    other = {**entry, "name": "o", "expressions": {"policy": {"constant_value": "o"}}}
    source = tree({"main.tf": source_text}, made_plan(configuration={"resources": [other, entry]}))
    assert source.disagreement(POLICY) == (None if difference is None else f"main.tf:1: {difference}")


@pytest.mark.parametrize(
    ("written", "constant", "difference"),
    [
        ('"${toset([\\"a\\"])}"', '${toset(["a"])}', None),
        ('"costs $${x}"', "costs $${x}", None),
        ('{"a": ["${join(\\"-\\", [\\"b\\"])}"]}', {"a": ['${join("-", ["b"])}']}, None),
        ('"costs $${x}"', "costs $${y}", "`policy` has another value in the source"),
    ],
)
def test_disagreement_in_json(tree: Tree, written: str, constant: Any, difference: str | None) -> None:
    """Of a text in JSON a plan has the template that it is, as Terraform 1.11.4 writes it."""
    entry = {"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p"}
    resource = {**entry, "expressions": {"policy": {"constant_value": constant}}}
    text = f'{{"resource": {{"aws_iam_policy": {{"p": {{"policy": {written}}}}}}}}}'
    source = tree({"main.tf.json": text}, made_plan(configuration={"resources": [resource]}))
    assert source.disagreement(POLICY) == (None if difference is None else f"main.tf.json:1: {difference}")


@pytest.mark.parametrize(
    ("repeated", "written", "difference"),
    [
        ({"count_expression": {"constant_value": 2}}, "  count = 2\n", None),
        ({"count_expression": {"constant_value": 2}}, "  count = 3\n", "`count` has another value in the source"),
        ({"count_expression": {"constant_value": 2}}, "", "`count` is only in the plan"),
        ({"for_each_expression": {"references": ["var.a"]}}, "  for_each = var.a\n", None),
        (
            {"for_each_expression": {"references": ["var.a"]}},
            "  for_each = var.b\n",
            "`for_each` refers to `var.a` only in the plan",
        ),
    ],
)
@pytest.mark.parametrize("is_call", [False, True])
def test_disagreement_about_how_often(tree: Tree, repeated: Any, written: str, difference: str, is_call: bool) -> None:
    """Of a block, and of the call of a module."""
    entry = {"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p", "expressions": {}}
    if is_call:
        call = {"source": "./m", "expressions": {}, "module": {"resources": [entry]}, **repeated}
        files = {
            "main.tf": f'module "m" {{\n  source = "./m"\n{written}}}\n',
            "m/main.tf": 'resource "aws_iam_policy" "p" {}\n',
        }
        source = tree(files, made_plan(configuration={"module_calls": {"m": call}}))
        told = source.disagreement(Instance("managed", "aws_iam_policy", "p", "module.m"))
    else:
        text = f'resource "aws_iam_policy" "p" {{\n{written}}}\n'
        source = tree({"main.tf": text}, made_plan(configuration={"resources": [{**entry, **repeated}]}))
        told = source.disagreement(POLICY)
    assert told == (None if difference is None else f"main.tf:1: {difference}")


def test_what_json_writes_besides_is_not_compared(tree: Tree) -> None:
    """An attribute there may be a block."""
    entry = {"address": "aws_iam_policy.p", "mode": "managed", "type": "aws_iam_policy", "name": "p", "expressions": {}}
    text = '{"resource": {"aws_iam_policy": {"p": {"policy": "x"}}}}'
    source = tree({"main.tf.json": text}, made_plan(configuration={"resources": [entry]}))
    assert source.disagreement(POLICY) is None


def test_disagreement_about_what_is_there_at_all(tree: Tree) -> None:
    """A block that the configuration lacks is not the plan's; one that the source lacks is nobody's to compare."""
    source = tree({"main.tf": block('"x"')})
    assert source.disagreement(POLICY) == "main.tf:1: the plan's configuration has no such block"
    assert source.disagreement(Instance("managed", "aws_iam_policy", "q")) is None


def test_disagreement_about_a_module_call(tree: Tree) -> None:
    """The arguments of the module call that leads to a block are compared as well."""
    entry = {
        "address": "aws_iam_policy.p",
        "mode": "managed",
        "type": "aws_iam_policy",
        "name": "p",
        "expressions": {"policy": {"references": ["var.v"]}},
    }
    call = {"source": "./m", "expressions": {"v": {"constant_value": "kms:Decrypt"}}, "module": {"resources": [entry]}}
    plan = made_plan(configuration={"module_calls": {"m": call}})
    text = 'module "m" {\n  source = "./m"\n  v = "%s"\n}\n'
    instance = Instance("managed", "aws_iam_policy", "p", "module.m")
    inner = {"m/main.tf": 'variable "v" {}\n' + block("var.v")}
    assert tree({**inner, "main.tf": text % "kms:Decrypt"}, plan).disagreement(instance) is None
    assert tree({**inner, "main.tf": text % "kms:*"}, plan).disagreement(instance) == (
        "main.tf:1: `v` has another value in the source"
    )
