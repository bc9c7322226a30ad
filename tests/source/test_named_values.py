"""What names lead to: modules and their instances, what repeats a block, paths, and what can't be named so."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.source import Instance, Missing, Rest, Source
from gate.unknown import OneOf, Template, Unresolved
from tests.helpers.source_trees import KEY, created, made_plan

Tree = Callable[..., Source]
ARN = Unresolved(("aws_kms_key.k.arn",), exact=True)
FROM_ARN = Unresolved(ARN.references)
MODULE = """
variable "v" { default = "d" }
output "v" { value = var.v }
output "both" { value = [var.v, "z"] }
output "folder" { value = path.module }
output "workspaces" { value = [terraform.workspace, tofu.workspace] }
"""
MODULES = """
locals {
  value = "x"
  bad   = { a = 1 }.b
  a     = local.b
  b     = local.a
  arns  = split(",", aws_kms_key.k.arn)
  deep  = { a = { b = "y" } }
}
module "one" {
  source = "./m"
  v      = "1"
}
module "two" {
  source = "./m"
  count  = 2
  v      = "n${count.index}"
}
module "each" {
  source   = "./m"
  for_each = { b = "y", a = "x" }
  v        = "${each.key}${each.value}"
}
module "set" {
  source   = "./m"
  for_each = toset(["a"])
  v        = each.value
}
module "numbers" {
  source   = "./m"
  for_each = { 1 = "x" }
  v        = each.value
}
module "none" {
  source = "./m"
  count  = 0
}
module "most" {
  source = "./small"
  count  = 1000
}
module "more" {
  source = "./small"
  count  = 1001
}
module "hidden" {
  source   = "./m"
  for_each = toset(["a", aws_kms_key.k.arn])
}
module "loop" {
  source = "./m"
  v      = module.loop.v
}
module "gone" {
  source = "./gone"
}
module "twice" {
  source = "./m"
}
module "twice" {
  source = "./m"
}
"""


def value(tree: Tree, expression: str, head: str = "", index: Any = None, extra: str = "") -> Any:
    """An expression as the policy of an instance, `head` before it in its block, `extra` beside the modules."""
    text = f'resource "aws_iam_policy" "p" {{\n{head}\n  policy = {expression}\n}}\n{extra}\n'
    files = {"main.tf": f"{MODULES}\n{text}", "m/main.tf": MODULE, "small/main.tf": ""}
    return tree(files).attribute(Instance("managed", "aws_iam_policy", "p", index=index), "policy")


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("module.one.v", "1"),
        ('module.one["v"]', "1"),
        ("module.one.both[0]", "1"),
        ("[module.one][0].v", "1"),
        ("module.one.absent", Unresolved(("module.one.absent",))),
        ("[module.one][0].absent", Unresolved(("module.one.absent",), exact=True)),
        ("module.two[0].v", "n0"),
        ('module.two["1"].v', "n1"),
        ("module.two[*].v", ["n0", "n1"]),
        ("[module.two[1]][0].v", "n1"),
        ("module.two[local.arns[0]].v", Unresolved(("module.two", *ARN.references))),
        (f"[module.one.both, 1][0].{'9' * 5000}", OneOf(("1", "z"))),
        (f'module.two["{"9" * 5000}"].v', Template(("n", Unresolved()))),
        ('module.two["a"].v', Template(("n", Unresolved()))),
        ('module.two["\\u00b2"].v', Template(("n", Unresolved()))),
        ('module.each["a"].v', "ax"),
        ("[for key, one in module.each : one.v]", ["ax", "by"]),
        ("keys(module.set)", ["a"]),
        ('module.numbers["1"].v', "x"),
        ('module.set["a"].v', "a"),
        ('[for one in module.none : "x"]', []),
        ('[for one in module.most : "x"]', ["x"] * 1000),
        ('[for one in module.more : "x"]', [Rest("x")]),
        ("keys(module.hidden)", Unresolved(("module.hidden", *ARN.references))),
        ("module.gone.v", Unresolved(("module.gone.v",))),
        ("module.twice.v", Unresolved(("module.twice",))),
        ("module.loop.v", Unresolved(("output.v",))),
        ("local.a", Unresolved(("local.a",))),
        ("local.value", "x"),
        ("local.deep.a.b", "y"),
        ('[try(local.bad, "y"), try(local.bad, "z")]', ["y", "z"]),
        ("path.root", "."),
        ("path.module", "."),
        ("path.cwd", Unresolved(("path.cwd",), exact=True)),
        ("module.one.folder", "m"),
        (
            "module.one.workspaces",
            [Unresolved((f"{name}.workspace",), exact=True) for name in ("terraform", "tofu")],
        ),
    ],
)  # fmt: skip
def test_what_a_name_leads_to(tree: Tree, expression: str, expected: Any) -> None:
    """A module by its instance, a local whatever it is called; a whole module is all its outputs."""
    assert value(tree, expression) == expected


@pytest.mark.parametrize(
    "expression",
    ["anything", "anything[0]", 'var["v"]', "data.aws_region", 'data.aws_region["r"]', 'aws_kms_key["k"]']
    + [f"{name}.aws_x.y" for name in ("self", "ephemeral", "list", "action")],
)
def test_what_can_not_be_named_so(tree: Tree, expression: str) -> None:
    """Or is known only while something runs."""
    assert value(tree, expression) == Unresolved()


EACH = "  for_each = %s"
CHOSEN = 'aws_kms_key.k.key_id == "x" ? { a = "x" } : jsondecode(aws_kms_key.k.arn)'


@pytest.mark.parametrize(
    ("head", "index", "expression", "expected"),
    [
        ("  count = 2", 1, "count.index", 1),
        ("", None, "count.index", Unresolved()),
        ("", "a", "each.key", Unresolved()),
        (EACH % '{ a = "x" }', "a", '"${each.key}${each.value}"', "ax"),
        (EACH % '{ a = { b = ["x", "y"] } }', "a", "each.value.b[1]", "y"),
        (EACH % 'toset(["a", "b"])', "b", "each.value", "b"),
        (EACH % '{ a = "x" }', None, "each.key", Unresolved()),
        (EACH % '{ a = "x" }', "b", "each.value", Unresolved()),
        (EACH % "jsondecode(aws_kms_key.k.arn)", "a", '"${each.key}/${each.value}"', Template(("a/", FROM_ARN))),
        (EACH % CHOSEN, "a", "each.value", OneOf(("x", FROM_ARN))),
    ],
)
def test_what_each_and_count_are(tree: Tree, head: str, index: Any, expression: str, expected: Any) -> None:
    """For the instance with this index; nothing for one that the block does not have."""
    found = value(tree, expression, head, index)
    if isinstance(expected, OneOf):
        assert found.alternatives[0] == "x"
        assert isinstance(found.alternatives[1], Unresolved)
    elif isinstance(expected, Template):
        assert found.parts[0] == "a/"
    else:
        assert found == expected


def test_the_default_of_a_variable_names_nothing(tree: Tree) -> None:
    """Terraform refuses it, and gives the module no value of another place."""
    module = 'locals {\n  x = "y"\n}\nvariable "v" {\n  default = local.x\n}\noutput "v" {\n  value = var.v\n}\n'
    text = 'module "m" {\n  source = "./m"\n}\nresource "aws_iam_policy" "p" {\n  policy = module.m.v\n}\n'
    files = {"main.tf": text, "m/main.tf": module}
    assert isinstance(tree(files).attribute(Instance("managed", "aws_iam_policy", "p"), "policy"), Unresolved)


def test_instances_that_only_a_part_of_is_numbered(tree: Tree) -> None:
    """What is there is an object, and all of it."""
    made = [created("aws_iam_role", "n", {"name": f"n{at}"}, {}, index=at) for at in (0, 2, "a")]
    text = 'resource "aws_iam_policy" "p" {\n  policy = [for one in aws_iam_role.n : one.name]\n}\n'
    source = tree({"main.tf": text}, made_plan([KEY, *made]))
    assert source.attribute(Instance("managed", "aws_iam_policy", "p"), "policy") == ["n0", "n2", "na"]


def test_documents_of_deferred_data_sources(tree: Tree) -> None:
    """Only what is exactly the text of one is that document, and only where it is believed."""
    reference = "data.aws_iam_policy_document.d.json"
    policy = Instance("managed", "aws_iam_policy", "p")

    def decoded(expression: str, *, is_stray: bool = False) -> Any:
        source = tree({"main.tf": f'resource "aws_iam_policy" "p" {{\n  policy = jsondecode({expression})\n}}\n'})
        source.plan_documents({reference: {"a": 1}}.get)
        source.disbelieve((lambda one, _: one == reference) if is_stray else None)
        return source.attribute(policy, "policy")

    assert decoded(reference) == {"a": 1}
    assert isinstance(decoded(f"lower({reference})"), Unresolved)
    assert isinstance(decoded(reference, is_stray=True), Unresolved)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('jsondecode("{\\"a\\":\\"${aws_kms_key.k.arn}\\"}")', {"a": ARN}),
        ('jsondecode("{\\"a\\":\\"${aws_kms_key.k.tags[0]}\\"}")', None),
        ('replace("_K_${aws_kms_key.k.arn}", "_K_", "b")', Template(("b", ARN))),
        ('formatlist("%s%s", ["a"], aws_kms_key.k.arn)', [Template(("a", ARN))]),
    ],
)
@pytest.mark.parametrize("is_stray", [False, True])
def test_what_an_attribute_proves(tree: Tree, expression: str, expected: Any, is_stray: bool) -> None:
    """Nothing where it may not come from AWS."""
    source = tree({"main.tf": f'resource "aws_iam_policy" "p" {{\n  policy = {expression}\n}}\n'})
    source.disbelieve((lambda one, _: one in ARN.references) if is_stray else lambda one, _: one == "aws_x.y.arn")
    found = source.attribute(Instance("managed", "aws_iam_policy", "p"), "policy")
    assert isinstance(found, Unresolved) if is_stray or expected is None else found == expected


def test_a_module_that_is_called_twice_under_one_name(tree: Tree) -> None:
    """Terraform refuses that, so it is not what was read; nor is one that is not there, or what is in it."""
    policy = 'resource "aws_iam_policy" "p" {\n  policy = "x"\n}\n'
    source = tree({"main.tf": MODULES, "m/main.tf": MODULE + policy, "small/main.tf": ""})
    for module in ("module.twice", "module.gone", "module.gone.module.one", "module.no"):
        found = source.attribute(Instance("managed", "aws_iam_policy", "p", module), "policy")
        assert isinstance(found, Missing), module
    assert source.attribute(Instance("managed", "aws_iam_policy", "p", "module.one"), "policy") == "x"


@pytest.mark.parametrize("configured", [{}, {"module": {}}])
def test_a_file_beside_modules_that_are_not_there(tree: Tree, configured: dict[str, Any]) -> None:
    """Nothing that may write it is in them."""
    text = 'module "gone" {\n  source = "./gone"\n}\nresource "aws_iam_policy" "p" {\n  policy = file("a.json")\n}\n'
    source = tree(
        {"main.tf": text, "a.json": "a"}, made_plan([KEY], configuration={"module_calls": {"gone": configured}})
    )
    assert source.attribute(Instance("managed", "aws_iam_policy", "p"), "policy") == "a"
