"""Files, modules and override files: what Terraform would read, merged as it merges, and where things stand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.source import Encoded, Instance, Missing, Rest, Sought, Source
from gate.unknown import OneOf, Reason, Template, Unresolved, WhyUnknown
from tests.helpers.source_trees import KEY, POLICY, created, made_plan

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
                "override.tf.json": '{"resource": {"aws_iam_policy": {"p": {"policy": "${join(\\"\\", [\\"B\\"])}"}}}}',
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


@pytest.mark.parametrize(
    ("override", "name"),
    [
        (block('"x"').replace('"p"', '"q"'), "resource.aws_iam_policy.q"),
        ("locals {\n  l = 1\n}\n", "local.l"),
        ('provider "aws" {\n  alias = "b"\n}\n', "provider.aws.b"),
    ],
)
def test_override_of_nothing_is_no_source(tree: Tree, override: str, name: str) -> None:
    """Terraform refuses an override without anything to override, so this is not the folder that it read."""
    source = tree({"main.tf": block('"x"'), "override.tf": override})
    assert source.attribute(POLICY, "policy") == Missing("the source has no such block")
    assert source.problems == (f"override.tf:1: overrides {name}, which is not there",)


@pytest.mark.parametrize("kind", ['check "c"', "import", "moved"])
def test_override_files_that_terraform_refuses(tree: Tree, kind: str) -> None:
    """What cannot stand in an override file leaves no source, as Terraform 1.11.4 reads none."""
    source = tree({"main.tf": block('"x"'), "override.tf": f"{kind} {{\n}}\n"})
    assert source.attribute(POLICY, "policy") == Missing("the source has no such block")
    assert source.problems == (f"override.tf:1: a `{kind.split()[0]}` block in an override file",)


def test_override_of_a_provider(tree: Tree) -> None:
    """Arguments of a provider are overridden by name and alias; the default one need not be there."""
    files = {
        "main.tf": 'provider "aws" {\n  region = "a"\n}\nprovider "aws" {\n  alias = "b"\n  region = "a"\n}\n',
        "override.tf": 'provider "aws" {\n  alias = "b"\n  region = var.region\n}\n',
        "x_override.tf": 'provider "awscc" {\n  region = "c"\n}\n',
    }
    source = tree(files)
    assert source.provider_argument("aws", "region") == "a"
    assert source.provider_argument("aws.b", "region") == Unresolved(("var.region",), exact=True)
    assert source.provider_argument("awscc", "region") == "c"


def test_provider_that_is_declared_twice_is_not_believed(tree: Tree) -> None:
    """Terraform refuses it."""
    source = tree({"main.tf": 'provider "aws" {\n  region = "a"\n}\n' * 2})
    assert isinstance(source.provider_argument("aws", "region"), Missing)


@pytest.mark.parametrize(
    ("file", "again"),
    [
        ("main.tf", "locals {\n  x = module.m.x\n}\n"),
        ("main.tf", 'module "m" {\n  source = "./m"\n}\n'),
        ("m/main.tf", 'output "x" {\n  value = "a"\n}\n'),
        ("main.tf", ""),
    ],
)
def test_what_is_declared_twice_is_not_known(tree: Tree, file: str, again: str) -> None:
    """Terraform refuses it, whatever it is: the plan was not made from that."""
    files = {
        "main.tf": block("local.x") + 'locals {\n  x = module.m.x\n}\nmodule "m" {\n  source = "./m"\n}\n',
        "m/main.tf": 'output "x" {\n  value = "a"\n}\n',
    }
    value = tree(files | {file: files[file] + again}).attribute(POLICY, "policy")
    assert isinstance(value, Unresolved) if again else value == "a"


@pytest.mark.parametrize("text", ["}", 'resource "aws_iam_policy" "p" {\n  policy = 1e3\n}\n', b"#" * 3_000_000])
def test_override_that_cannot_be_read_leaves_nothing_certain(tree: Tree, text: str | bytes) -> None:
    """What an unreadable override file could change is not taken from the file that it overrides."""
    source = tree({"main.tf": block('"x"'), "override.tf": text})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert not source.attribute(POLICY, "policy").proven
    assert isinstance(source.blocks(POLICY, "statement"), Missing)
    assert source.problems[0].startswith("override.tf")


def test_tofu_files(tree: Tree) -> None:
    """.tofu files beside .tf files leave open which are read; alone they are OpenTofu's, and read."""
    source = tree({"main.tf": block('"terraform"'), "main.tofu": block('"tofu"')})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert source.problems == ("main.tofu: beside `.tf` files, so which of them count is open, not read",)


def test_tofu_files_alone(tree: Tree) -> None:
    """A folder of OpenTofu's own files is read as such, override files too."""
    source = tree({"main.tofu": block('"a"'), "x_override.tofu": block('"b"')})
    assert source.attribute(POLICY, "policy") == "b"


@pytest.mark.parametrize("name", ["#_override.tf", "#a_override.tf.json", "a b_override.tf", "_override.tf"])
def test_files_with_odd_names_count(tree: Tree, name: str) -> None:
    """Only `.x`, `x~` and `#x#` are left out."""
    text = block('"b"') if name.endswith(".tf") else '{"resource": {"aws_iam_policy": {"p": {"policy": "b"}}}}'
    assert tree({"main.tf": block('"a"'), name: text}).attribute(POLICY, "policy") == "b"


@pytest.mark.parametrize("name", [".x_override.tf", "x_override.tf~", "#x_override.tf#", "override.tf.tf"])
def test_files_that_are_no_overrides(tree: Tree, name: str) -> None:
    """What an editor leaves is not read; a name with two endings has only the last."""
    assert tree({"main.tf": block('"a"'), name: ""}).attribute(POLICY, "policy") == "a"


def test_dots_are_cleaned_as_text(tree: Tree, tmp_path: Path) -> None:
    """`link/../a.txt` is `a.txt` for Terraform, wherever the link leads; a file behind a link is not read."""
    (tmp_path / "root" / "deep").mkdir(parents=True)
    (tmp_path / "root" / "link").symlink_to("deep")
    (tmp_path / "root" / "named.txt").symlink_to("a.txt")
    files = {"a.txt": "kms:*", "deep/a.txt": "s3:*", "main.tf": block('file("link/../a.txt")')}
    assert tree(files).attribute(POLICY, "policy") == "kms:*"
    for name in ("link/a.txt", "named.txt", "deep/../link/a.txt"):
        source = tree(files | {"main.tf": block(f'file("{name}")')})
        assert isinstance(source.attribute(POLICY, "policy"), Unresolved), name
        assert "symbolic link" in source.problems[0]


def test_configuration_behind_a_link_is_unread(tree: Tree, tmp_path: Path) -> None:
    """An override file that is a link leaves nothing certain; links that nobody follows do no harm."""
    (tmp_path / "root" / ".terraform" / "providers").mkdir(parents=True)
    (tmp_path / "root" / ".terraform" / "providers" / "aws").symlink_to("/usr")
    (tmp_path / "root" / "notes.txt").symlink_to("main.tf")
    assert tree({"main.tf": block('"a"')}).attribute(POLICY, "policy") == "a"
    (tmp_path / "root" / "x_override.tf").symlink_to("other.txt")
    source = tree({"main.tf": block('"a"'), "other.txt": block('"b"')})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)


@pytest.mark.parametrize("name", [".terraform/x.txt", ".terraform.lock.hcl", "terraform.tfstate", ".TERRAFORM/x.txt"])
def test_what_terraform_writes_is_no_content(tree: Tree, name: str) -> None:
    """A file that `init` or a plan may write anew is not taken for what it was."""
    source = tree({"main.tf": block(f'file("{name}")'), name: "kms:Decrypt"})
    call = f"file('{name}')"
    why = Reason(WhyUnknown.WRITTEN_BY_TERRAFORM, call)
    assert source.attribute(POLICY, "policy") == Unresolved((call,), reason=why)


def test_comments_in_json(tree: Tree) -> None:
    """`//` is a comment in a block of a JSON file, and a key like others in a value."""
    text = (
        '{"//": "x", "locals": {"//": "x", "a": {"//": "kms:*"}},'
        ' "resource": {"//": "x", "aws_iam_policy": {"p": {"//": "x", "policy": "${values(local.a)[0]}"}}}}'
    )
    assert tree({"main.tf.json": text}).attribute(POLICY, "policy") == "kms:*"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("list(string)", ["1", "a"]),
        ("set(string)", ["1", "a"]),
        ("object({a = optional(string)})", Unresolved()),
        ("list", [OneOf((1, "1")), "a"]),
        ("list(string)} ${any", Unresolved()),
    ],
)
def test_types_in_json(tree: Tree, kind: str, value: Any) -> None:
    """The type of a variable is an expression in a text."""
    text = json.dumps(
        {"variable": {"v": {"type": kind}}, "resource": {"aws_iam_policy": {"p": {"policy": "${var.v}"}}}}
    )
    source = tree({"main.tf.json": text}, made_plan(variables={"v": [1, "a"]}))
    assert source.attribute(POLICY, "policy") == value


def test_a_key_twice_in_json_is_not_read(tree: Tree) -> None:
    """HCL reads a repeated key as two blocks, or refuses it, where JSON readers take the last."""
    text = '{"resource": {"aws_iam_policy": {"p": {"policy": "a"}, "p": {"policy": "b"}}}}'
    source = tree({"main.tf.json": text})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert source.problems == ("main.tf.json: not valid JSON: the same key twice in one object",)


MODULE = 'variable "v" {\n  type    = string\n  default = "d"\n}\noutput "o" {\n  value = "${var.v}!"\n}\n'


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
        ("  v = null\n", 'module.m.o == "d!" ? "a" : "b"', OneOf(("a", "b"))),
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
    found = source.location(POLICY, Sought())
    assert found is not None
    assert (found.file, found.line) == ("main.tf.json", 4)


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


@pytest.mark.parametrize("call", ["timestamp()", "plantimestamp()", "uuid()"])
def test_what_changes_with_every_plan_is_named(tree: Tree, call: str) -> None:
    """In the value, where it is what keeps it open, and in a note, even where it only decides."""
    source = tree({"main.tf": block(f'"x${{{call}}}"')})
    assert source.attribute(POLICY, "policy") == Template(("x", Unresolved((call,))))
    source = tree({"main.tf": block(f'{call} == "x" ? "a" : "b"')})
    assert source.attribute(POLICY, "policy") == OneOf(("a", "b"))
    assert source.problems == (f"{call} may be another one at the next plan: apply the plan file that was checked",)


def test_external_data_and_files_outside_are_named(tree: Tree) -> None:
    """A program's output and a file that nobody reviewed may be others when the plan is applied."""
    files = {"main.tf": block('"${data.external.x.result.a}${file("/etc/hosts")}"')}
    source = tree(files)
    call = "file('/etc/hosts')"
    hole = Unresolved((call,), reason=Reason(WhyUnknown.OUTSIDE_SOURCE, call))
    value = source.attribute(POLICY, "policy")
    assert value == Template((Unresolved(("data.external.x.result.a",), exact=True), hole))
    assert source.problems == (
        (
            "what the program behind data.external gives may be another one at the next plan: "
            "apply the plan file that was checked"
        ),
        "/etc/hosts: outside the source folder, not read; what was checked may not be what is applied",
    )


def test_a_resource_as_a_variable_is_converted_too(tree: Tree) -> None:
    """What a plan knows of a resource becomes text where the variable's type says so; the rest stays what it is."""
    plan = made_plan([created("aws_kms_key", "k", {"deletion_window_in_days": 7}, {"arn": True})])
    kind = "object({ arn = string, deletion_window_in_days = string, other = string })"
    files = {
        "main.tf": block("module.m.o") + 'module "m" {\n  source = "./m"\n  k = aws_kms_key.k\n}\n',
        "m/main.tf": f'variable "k" {{\n  type = {kind}\n}}\noutput "o" {{\n  value = jsonencode(var.k)\n}}\n',
    }
    other = Unresolved(("aws_kms_key.k.other",), exact=True)
    expected = Encoded({"arn": ARN, "deletion_window_in_days": "7", "other": other})
    assert tree(files, plan).attribute(POLICY, "policy") == expected
