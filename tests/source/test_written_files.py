"""What functions read of files, and which files an apply may write before it does."""

from collections.abc import Callable
from typing import Any

import pytest

from gate.source import Source
from gate.unknown import Reason, Template, Unresolved, WhyUnknown
from tests.helpers.source_trees import POLICY, created, made_plan

Tree = Callable[..., Source]
BLOCK = 'resource "aws_iam_policy" "p" {\n  policy = %s\n}\n'


def local_exec(*types: Any) -> dict[str, Any]:
    block = {"address": "terraform_data.w", "mode": "managed", "type": "terraform_data", "name": "w"}
    listed = [{"type": one, "expressions": {}} if isinstance(one, str) else one for one in types or ("local-exec",)]
    return {"resources": [{**block, "provisioners": listed}]}


def acting(*actions: str, type_: str = "terraform_data", name: str = "p.json") -> dict[str, Any]:
    """A resource that an apply does something to."""
    values = {"filename": name}
    before, after = (None if actions == (one,) else values for one in ("create", "delete"))
    return {**created(type_, "w", {}, {}), "change": {"actions": list(actions), "before": before, "after": after}}


PROGRAM = {"address": "data.external.w", "mode": "data", "type": "external", "name": "w"}
MODULE = {"module_calls": {"m": {"module": local_exec()}}}
IN_MODULE = {"address": "module.m.terraform_data.w", "module_address": "module.m"}
UNTOUCHED = {**created("local_file", "w", {}, {}), "change": {"actions": ["no-op"], "after": {"filename": "p.json"}}}


@pytest.mark.parametrize(
    ("changes", "configuration", "believed"),
    [
        ([], {}, True),
        ([created("local_file", "w", {"filename": "./p.json"}, {})], {}, False),
        ([created("local_sensitive_file", "w", {"filename": "sub/../P.json"}, {})], {}, False),
        ([created("local_file", "w", {}, {"filename": True})], {}, False),
        ([created("local_file", "w", {"filename": "/elsewhere/p.json"}, {})], {}, False),
        ([created("local_file", "w", {"filename": "/elsewhere/q.json"}, {})], {}, True),
        ([created("local_file", "w", {"filename": "sub/p.json"}, {})], {}, True),
        ([created("local_file", "w", {"filename": "q.json"}, {})], {}, True),
        ([UNTOUCHED], {}, True),
        ([acting("delete", type_="local_file")], {}, True),
        ([acting("delete", "create", type_="local_file")], {}, False),
        ([acting("create", type_="acme_file")], {}, True),
        ([acting("create", type_="acme_file"), created("local_file", "w", {"filename": "p.json"}, {})], {}, False),
        ([acting("delete")], local_exec(), False),
        ([acting("update")], local_exec(), True),
        ([acting("create")], local_exec("remote-exec"), True),
        ([acting("create")], local_exec("remote-exec", "local-exec"), False),
        ([acting("create")], local_exec(1, "local-exec"), False),
        ([acting("create", type_="acme_file"), acting("create")], local_exec(), False),
        ([], {"resources": [{**PROGRAM, "type": "aws_region"}]}, True),
        ([], {"resources": [{**PROGRAM, "mode": "managed"}]}, True),
        ([created("terraform_data", "w", {}, {})], local_exec(), False),
        ([created("terraform_data", "w", {}, {}, **IN_MODULE)], MODULE, False),
        ([], local_exec(), True),
        ([], {"resources": [PROGRAM]}, False),
        ([], {"resources": [{**PROGRAM, "address": "data.local_command.w", "type": "local_command"}]}, False),
        ([], {"resources": [{**PROGRAM, "address": "data.shell_script.w", "type": "shell_script"}]}, False),
        ([created("shell_script", "w", {}, {})], {}, False),
        (
            [{**created("shell_script", "w", {}, {}), "change": {"actions": ["delete"], "before": {}, "after": None}}],
            {},
            False,
        ),
        ([{**created("shell_script", "w", {}, {}), "change": {"actions": ["no-op"], "after": {}}}], {}, False),
        ([created("template_dir", "w", {"destination_dir": "."}, {})], {}, False),
    ],
)
def test_a_file_that_the_plan_may_write_is_not_believed(
    tree: Tree, changes: list[dict[str, Any]], configuration: dict[str, Any], believed: bool
) -> None:
    """What a file holds in the checkout says nothing where something of the plan may write it before it is read."""
    plan = made_plan(changes, configuration=configuration)
    text = BLOCK % 'file("p.json")'
    found = tree({"main.tf": text, "p.json": "{}"}, plan).attribute(POLICY, "policy")
    assert found == "{}" if believed else isinstance(found, Unresolved)


@pytest.mark.parametrize("in_module", [False, True])
def test_a_file_that_a_removed_block_may_write_is_not_believed(tree: Tree, in_module: bool) -> None:
    """Its provisioner stands nowhere in a plan."""
    removed = "removed {\n  from = terraform_data.x\n%s}\n"
    writing = removed % '  provisioner "local-exec" {\n    when = destroy\n    command = "x"\n  }\n'
    call = 'module "m" {\n  source = "./m"\n}\n' if in_module else ""
    configuration = {"module_calls": {"m": {"source": "./m", "module": {}}}} if in_module else {}
    in_json = '{"removed": [{"from": "terraform_data.x", "provisioner": [{"local-exec": {"command": "x"}}]}]}'
    for text, believed in ((removed % "", True), (writing, False), (in_json, False)):
        name = ("m/main.tf" if in_module else "x.tf") + (".json" if text == in_json else "")
        files = {"main.tf": BLOCK % 'file("p.json")' + call, "p.json": "{}", "x.tf": "", "m/main.tf": "", name: text}
        found = tree(files, made_plan(configuration=configuration)).attribute(POLICY, "policy")
        assert found == "{}" if believed else isinstance(found, Unresolved)


@pytest.mark.parametrize(("type_", "believed"), [("local_command", False), ("aws_lambda_invoke", True)])
@pytest.mark.parametrize("deferred", [False, True])
def test_a_file_that_an_action_may_write_is_not_believed(
    tree: Tree, type_: str, believed: bool, deferred: bool
) -> None:
    """An action may come before the resource that reads it."""
    action = {"address": f"action.{type_}.w", "type": type_, "name": "w"}
    listed = (
        {"deferred_action_invocations": [{"action_invocation": action}]}
        if deferred
        else {"action_invocations": [action]}
    )
    found = tree({"main.tf": BLOCK % 'file("p.json")', "p.json": "{}"}, made_plan(**listed)).attribute(POLICY, "policy")
    assert found == "{}" if believed else isinstance(found, Unresolved)


@pytest.mark.parametrize(("type_", "believed"), [("archive_file", False), ("acme_file", True)])
def test_a_file_that_a_data_source_has_written_is_not_believed(tree: Tree, type_: str, believed: bool) -> None:
    """Where it was read already: what it writes is not in the checkout."""
    read = {
        "address": f"data.{type_}.w",
        "mode": "data",
        "type": type_,
        "name": "w",
        "values": {"output_path": "p.json"},
    }
    found = tree({"main.tf": BLOCK % 'file("p.json")', "p.json": "{}"}, made_plan(data=[read])).attribute(
        POLICY, "policy"
    )
    assert found == "{}" if believed else isinstance(found, Unresolved)


def test_a_script_among_others_may_write_a_file(tree: Tree) -> None:
    """It is said which of them."""
    plan = made_plan([created("aws_x", "x", {}, {}), created("shell_script", "w", {}, {})])
    found = tree({"main.tf": BLOCK % 'file("p.json")', "p.json": "{}"}, plan).attribute(POLICY, "policy")
    assert isinstance(found, Unresolved)
    assert found.reason == Reason(WhyUnknown.WRITTEN_BY_RESOURCE, "file('p.json')", "shell_script.w")


def test_it_is_said_what_may_write_a_file(tree: Tree) -> None:
    """By its address, that of a module before it."""
    plan = made_plan([created("terraform_data", "w", {}, {}, **IN_MODULE)], configuration=MODULE)
    source = tree({"main.tf": BLOCK % 'file("p.json")', "p.json": "{}"}, plan)
    found = source.attribute(POLICY, "policy")
    assert isinstance(found, Unresolved)
    assert found.reason == Reason(WhyUnknown.WRITTEN_BY_RESOURCE, "file('p.json')", "module.m.terraform_data.w")
    assert "p.json: may be written by module.m.terraform_data.w, not read" in source.problems[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("file()", Unresolved()),
        ('templatestring("x")', Unresolved()),
        ('file("p.json", "x")', Unresolved()),
        ("file(1)", Unresolved()),
        ("file(local.arn)", Unresolved(("aws_kms_key.k.arn",))),
        ('file("${local.arn}.json")', Unresolved(("aws_kms_key.k.arn",))),
        ('templatefile("p.json")', Unresolved()),
        ('templatefile("p.json", ["x"])', Unresolved()),
        ('templatefile("p.json", aws_kms_key.k)', Unresolved()),
        ('templatefile("p.json", { x = "y" })', "{y}"),
        ('templatestring("{$${x}}", { x = "y" })', "{y}"),
        ('templatestring("{$${local.value}}", {})', Template(("{", Unresolved(), "}"))),
    ],
)
def test_what_is_made_of_files(tree: Tree, expression: str, expected: Any) -> None:
    """Where all of it is known; a template sees its own names and no others."""
    local = 'locals {\n  arn = aws_kms_key.k.arn\n  value = "x"\n}\n'
    found = tree({"main.tf": BLOCK % expression + local, "p.json": "{${x}}"}).attribute(POLICY, "policy")
    if expected == Unresolved():
        assert isinstance(found, Unresolved)
    else:
        assert found == expected


@pytest.mark.parametrize("expression", ['file("p.json")', 'templatefile("p.json", {})'])
def test_a_file_is_paid_for(tree: Tree, expression: str) -> None:
    """By the letter, and once more where it is read as a template."""
    source = tree({"main.tf": BLOCK % expression, "p.json": "a" * 100_000})
    whole = source._work.left
    source.attribute(POLICY, "policy")
    assert whole - source._work.left > (2000 if expression.startswith("file") else 12_000)
