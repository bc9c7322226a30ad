"""Files, modules and override files: what Terraform would read, merged as it merges, and where things stand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from source_trees import KEY, POLICY, created, made_plan

from gate.source import Encoded, Instance, Missing, Place, Rest, Source
from gate.unknown import OneOf, Unresolved

Tree = Callable[..., Source]
ARN = Unresolved(("aws_kms_key.k.arn",), exact=True)


def block(policy: str, more: str = "") -> str:
    return f'resource "aws_iam_policy" "p" {{\n  policy = {policy}\n{more}}}\n'


def test_missing_says_whether_it_is_proven(tree: Tree) -> None:
    """An attribute that the block does not set is proven absent; a block that is not there proves nothing."""
    source = tree({"main.tf": block('"x"')})
    assert source.attribute(POLICY, "path") == Missing("`path` is not set", proven=True)
    assert source.attribute(Instance("managed", "aws_iam_policy", "q"), "path") == Missing(
        "the source has no such block"
    )
    elsewhere = Instance("managed", "aws_iam_policy", "p", "module.m")
    assert source.attribute(elsewhere, "policy") == Missing("the source of module.m is not at hand")
    assert source.blocks(POLICY, "statement") == ()
    assert isinstance(source.blocks(elsewhere, "statement"), Missing)


@pytest.mark.parametrize(
    ("files", "value"),
    [
        ({"main.tf": block('"a"'), "override.tf": block('"b"')}, "b"),
        ({"main.tf": block('"a"'), "x_override.tf": block('"b"'), "y_override.tf": block('"c"')}, "c"),
        ({"z.tf": block('"a"'), "a_override.tf": block('"b"')}, "b"),
        ({"main.tf": block('"a"'), "main.override.tf": "", "overrides.tf": ""}, "a"),
        ({"main.tf": block("local.l") + 'locals {\n  l = "a"\n}\n', "override.tf": 'locals {\n  l = "b"\n}\n'}, "b"),
        (
            {
                "main.tf": block("module.m.o") + 'module "m" {\n  source = "./m"\n}\n',
                "m/main.tf": 'variable "v" {\n  type = string\n  default = "a"\n}\noutput "o" {\n  value = var.v\n}\n',
                "m/override.tf": 'variable "v" {\n  default = 5\n}\n',
            },
            "5",
        ),
        (
            {
                "main.tf": block('"a"'),
                "override.tf.json": '{"resource": {"aws_iam_policy": {"p": {"policy": "${upper(\\"b\\")}"}}}}',
            },
            "B",
        ),
        (
            {"main.tf.json": '{"resource": {"aws_iam_policy": {"p": {"policy": "a"}}}}', "override.tf": block('"b"')},
            "b",
        ),
        (
            {
                "main.tf": block("module.m.o") + 'module "m" {\n  source = "./m"\n  v = "a"\n}\n',
                "override.tf": 'module "m" {\n  v = "b"\n}\n',
                "m/main.tf": 'variable "v" {}\noutput "o" {\n  value = "-"\n}\n',
                "m/override.tf": 'output "o" {\n  value = var.v\n}\n',
            },
            "b",
        ),
        ({"main.tf": block('"a"'), ".hidden.tf": block('"b"'), "main.tf~": block('"c"'), "note.txt": "}"}, "a"),
    ],
)
def test_override_files(tree: Tree, files: dict[str, str], value: str) -> None:
    """The last override file in the order of names wins, argument by argument; other files are not read."""
    source = tree(files)
    assert source.attribute(POLICY, "policy") == value
    assert source.problems == ()


def test_override_replaces_nested_blocks_of_its_types(tree: Tree) -> None:
    """Blocks of a type that the override has are replaced all, static and dynamic; those of other types stay."""
    text = (
        'resource "aws_iam_role" "r" {\n  inline_policy {\n    name = "a"\n  }\n'
        '  dynamic "inline_policy" {\n    for_each = ["b"]\n'
        "    content {\n      name = inline_policy.value\n    }\n  }\n"
        '  timeouts {\n    create = "1m"\n  }\n}\n'
    )
    override = 'resource "aws_iam_role" "r" {\n  inline_policy {\n    name = "c"\n  }\n}\n'
    source = tree({"main.tf": text, "override.tf": override})
    role = Instance("managed", "aws_iam_role", "r")
    assert source.blocks(role, "inline_policy") == ({"name": "c"},)
    assert source.blocks(role, "timeouts") == ({"create": "1m"},)


def test_override_of_nothing_is_said(tree: Tree) -> None:
    """An override without anything to override is a problem: Terraform refuses it."""
    source = tree({"override.tf": block('"x"') + "locals {\n  l = 1\n}\n"})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert source.problems == (
        "override.tf:1: overrides resource.aws_iam_policy.p, which is not there",
        "override.tf:4: overrides local.l, which is not there",
    )


@pytest.mark.parametrize("text", ["}", 'resource "aws_iam_policy" "p" {\n  policy = 1e3\n}\n', b"#" * 3_000_000])
def test_override_that_cannot_be_read_leaves_nothing_certain(tree: Tree, text: str | bytes) -> None:
    """What an unreadable override file could change is not taken from the file that it overrides."""
    source = tree({"main.tf": block('"x"'), "override.tf": text})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert not source.attribute(POLICY, "policy").proven
    assert isinstance(source.blocks(POLICY, "statement"), Missing)
    assert source.problems[0].startswith("override.tf")


@pytest.mark.parametrize(
    ("registry", "value", "problems"),
    [
        ("registry.opentofu.org", "tofu", 0),
        ("registry.terraform.io", "terraform", 0),
        ("example.com", None, 1),
    ],
)
def test_tofu_files(tree: Tree, registry: str, value: str | None, problems: int) -> None:
    """A .tofu file stands in for the .tf file under OpenTofu alone; where that is open, it is said."""
    plan = made_plan([{**KEY, "provider_name": f"{registry}/hashicorp/aws"}])
    source = tree({"main.tf": block('"terraform"'), "main.tofu": block('"tofu"')}, plan)
    answer = source.attribute(POLICY, "policy")
    assert (None if isinstance(answer, Missing) else answer) == value
    assert len(source.problems) == problems


MODULE = 'variable "v" {\n  type    = string\n  default = "d"\n}\noutput "o" {\n  value = "${var.v}!"\n}\n'
INSTALLED = (
    '{"Modules": [{"Key": "", "Dir": "."}, {"Key": "m", "Source": "a/b/aws", "Dir": ".terraform/modules/m/sub"}]}'
)


def test_modules_from_the_registry(tree: Tree) -> None:
    """A registry module is where modules.json says; one that is not installed is named, with what to run."""
    call = block("module.m.o") + 'module "m" {\n  source = "a/b/aws"\n}\n'
    source = tree(
        {"main.tf": call, ".terraform/modules/modules.json": INSTALLED, ".terraform/modules/m/sub/m.tf": MODULE}
    )
    assert source.attribute(POLICY, "policy") == "d!"


def test_module_that_is_not_installed(tree: Tree) -> None:
    """Its output is unknown; the plan's configuration still says what the output refers to."""
    module = {"outputs": {"o": {"expression": {"references": ["aws_kms_key.k.arn", "aws_kms_key.k"]}}}}
    plan = made_plan([KEY], configuration={"module_calls": {"m": {"source": "a/b/aws", "module": module}}})
    source = tree({"main.tf": block("module.m.o") + 'module "m" {\n  source = "a/b/aws"\n}\n'}, plan)
    assert source.attribute(POLICY, "policy") == Unresolved(("module.m.aws_kms_key.k.arn", "module.m.o"))
    assert source.problems == ("module.m: `a/b/aws` is not installed; run `terraform init`",)


def test_module_beside_the_root_needs_a_wider_tree(tree: Tree, tmp_path: Path) -> None:
    """A module outside the folder is read only where the caller says that it belongs to the tree."""
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared" / "main.tf").write_text(MODULE)
    files = {"main.tf": block("module.m.o") + 'module "m" {\n  source = "../shared"\n}\n'}
    assert isinstance(tree(files).attribute(POLICY, "policy"), Unresolved)
    source = tree(files, within=tmp_path)
    assert source.attribute(POLICY, "policy") == "d!"
    assert source.problems == ()


@pytest.mark.parametrize(
    ("call", "expression", "value"),
    [
        ("", "module.m.o", "d!"),
        ("  v = null\n", 'module.m.o == "d!" ? 1 : 2', None),
        ('  for_each = toset(["a", "b"])\n  v = each.key\n', 'module.m["a"].o', "a!"),
        ('  for_each = toset(["a", "b"])\n  v = each.key\n', "[for key, one in module.m : one.o]", ["a!", "b!"]),
        ('  for_each = { x = { n = "z" } }\n  v = each.value.n\n', "values(module.m)[*].o", ["z!"]),
        ("  count = 2\n  v = count.index\n", "module.m[*].o", ["0!", "1!"]),
        ("  count = 2\n  v = count.index\n", "module.m[1].o", "1!"),
        ("  count = 0\n", "one(module.m[*].o)", None),
    ],
)
def test_module_outputs(tree: Tree, call: str, expression: str, value: Any) -> None:
    """Outputs of modules with count and for_each, one instance or all."""
    text = block(expression) + f'module "m" {{\n  source = "./m"\n{call}}}\n'
    source = tree({"main.tf": text, "m/main.tf": MODULE})
    answer = source.attribute(POLICY, "policy")
    assert answer == value or (value is None and isinstance(answer, Unresolved))


def test_instance_in_a_module_with_for_each(tree: Tree) -> None:
    """The key of the module call, with dots and brackets in it, and the resource's own key both decide."""
    inner = (
        'variable "v" {}\nresource "aws_iam_policy" "p" {\n  for_each = { "x.y" = "kms:*", z = "s3:*" }\n'
        '  policy = "${var.v} ${each.key} ${each.value}"\n}\n'
    )
    outer = 'module "m" {\n  source = "./m"\n  for_each = { "a].b[\\"c" = "one", d = "two" }\n  v = each.value\n}\n'
    source = tree({"main.tf": outer, "m/main.tf": inner})
    one = Instance("managed", "aws_iam_policy", "p", 'module.m["a].b[\\"c"]', "x.y")
    assert source.attribute(one, "policy") == "one x.y kms:*"
    assert source.attribute(Instance("managed", "aws_iam_policy", "p", 'module.m["d"]', "z"), "policy") == "two z s3:*"


def test_each_value_of_a_for_each_that_is_partly_unknown(tree: Tree) -> None:
    """The key is the instance's own; the value is what the source says under it, or unknown."""
    text = 'resource "aws_iam_policy" "p" {\n  for_each = %s\n  policy = "${each.key}"\n  path = each.value\n}\n'
    instance = Instance("managed", "aws_iam_policy", "p", "", "a")
    source = tree({"main.tf": text % "{ a = aws_kms_key.k.arn, b = 1 }"})
    assert (source.attribute(instance, "policy"), source.attribute(instance, "path")) == ("a", ARN)
    source = tree({"main.tf": text % "jsondecode(aws_kms_key.k.arn)"})
    assert (source.attribute(instance, "policy"), source.attribute(instance, "path")) == (
        "a",
        Unresolved(ARN.references),
    )


def test_conditional_dynamic_block(tree: Tree) -> None:
    """Blocks that may or may not be there are Rest; nested blocks of a block are lists in it."""
    text = (
        'resource "aws_iam_role" "r" {\n  dynamic "inline_policy" {\n'
        '    for_each = aws_kms_key.k.arn == "x" ? [1] : []\n    content {\n      name = "n"\n      inner {\n'
        "        a = aws_kms_key.k.arn\n      }\n    }\n  }\n}\n"
    )
    blocks = tree({"main.tf": text}).blocks(Instance("managed", "aws_iam_role", "r"), "inline_policy")
    assert blocks == (Rest({"name": "n", "inner": [{"a": ARN}]}),)


def test_blocks_keep_the_structure_of_encoded_attributes(tree: Tree) -> None:
    """jsonencode in a nested block is as open to the caller as in the block itself."""
    text = (
        'resource "aws_iam_role" "r" {\n  inline_policy {\n    policy = jsonencode({ a = aws_kms_key.k.arn })\n  }\n}\n'
    )
    blocks = tree({"main.tf": text}).blocks(Instance("managed", "aws_iam_role", "r"), "inline_policy")
    assert blocks == ({"policy": Encoded({"a": ARN})},)


def test_json_blocks(tree: Tree) -> None:
    """A block in JSON may be an object or a list of objects, and a string is a template."""
    text = (
        '{\n "locals": {"a": ["x"]},\n "resource": {"aws_iam_policy": {\n  "p": {\n'
        '   "policy": "${jsonencode({A = local.a, B = aws_kms_key.k.arn})}",\n'
        '   "statement": {"a": "$${x}", "b": 1}}}}}'
    )
    source = tree({"main.tf.json": text})
    assert source.attribute(POLICY, "policy") == Encoded({"A": ["x"], "B": ARN})
    assert source.blocks(POLICY, "statement") == ({"a": "${x}", "b": 1},)
    assert source.location(POLICY) == Place("main.tf.json", 4)


def test_nothing_is_read_before_a_question(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening a source costs nothing: no folder is listed, no file is parsed."""
    monkeypatch.setattr("os.scandir", lambda _: pytest.fail("the folder was listed"))
    assert tree({"main.tf": block('"x"')}).problems == ()


def test_one_of_two_conditional_policies(tree: Tree) -> None:
    """A policy that is one of two documents is both of them."""
    plan = made_plan([KEY, created("aws_x", "y", {}, {"id": True})])
    text = block('aws_x.y.id == "1" ? jsonencode({ a = 1 }) : jsonencode({ a = aws_kms_key.k.arn })')
    both = OneOf((Encoded({"a": 1}), Encoded({"a": ARN})))
    assert tree({"main.tf": text}, plan).attribute(POLICY, "policy") == both
