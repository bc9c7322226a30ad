"""Source trees made to break the reader: a clear result, bounded work, no traceback, nothing read outside."""

import math
import multiprocessing
import os
import resource
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest

from gate.errors import GateError
from gate.source import Instance, Missing, Source, open_source
from gate.unknown import Unresolved
from tests.helpers.source_trees import POLICY, created, made_plan

pytestmark = pytest.mark.slow

Tree = Callable[..., Source]
BLOCK = 'resource "aws_iam_policy" "p" {\n  policy = %s\n}\n'


@pytest.mark.parametrize(
    "expression",
    [
        "[" * 100_000 + "]" * 100_000,
        "(" * 100_000 + "1" + ")" * 100_000,
        "{ a = " * 50_000 + "1" + " }" * 50_000,
        "f(" * 50_000 + ")" * 50_000,
        "true ? 1 : " * 8_000 + "2",
        "!" * 50_000 + "true",
        "1" + " + 1" * 50_000,
        "a" + "[0]" * 20_000,
        "a" + "[*]" * 20_000,
        '"' + "${" * 20_000 + "}" * 20_000 + '"',
        '"' + "%{ if true }" * 5_000 + "%{ endif }" * 5_000 + '"',
        "[for a in " * 20_000 + "[]" + ": a]" * 20_000,
    ],
    ids=lambda text: text[:8],
)
def test_nesting_without_end_is_unknown(tree: Tree, expression: str) -> None:
    """An expression nested deeper than any policy leaves its attribute unknown, or its block unread, and says so."""
    source = tree({"main.tf": BLOCK % expression})
    answer = source.attribute(POLICY, "policy")
    assert isinstance(answer, Unresolved) or (isinstance(answer, Missing) and not answer.proven)
    assert source.blocks(POLICY, "statement") is not None


def test_nested_blocks_without_end(tree: Tree) -> None:
    """Blocks nested deeper than any provider's make the outer block unreadable, not proven empty."""
    source = tree({"main.tf": 'resource "aws_iam_policy" "p" {\n' + "a {\n" * 5_000 + "}\n" * 5_001})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert not source.attribute(POLICY, "policy").proven


def test_text_that_takes_the_parser_too_long_is_given_up(tree: Tree) -> None:
    """A file on which error recovery would go on for long is left out and said."""
    source = tree({"junk.tf": bytes(range(1, 256)) * 7_000, "main.tf": BLOCK % '"x"'})
    assert source.attribute(POLICY, "policy") == "x"
    assert source.problems[0].startswith("junk.tf")


@pytest.mark.parametrize(
    "text",
    [
        'a = local.b\n  b = local.c\n  c = "${local.a}"',
        "a = [local.a]",
        "a = merge({ x = 1 }, try(local.a, {}))",
        "a = [for x in [1] : local.a]",
    ],
)
def test_cycle_of_locals_is_unknown(tree: Tree, text: str) -> None:
    """Locals that depend on themselves end, and nothing that is known comes of them alone."""
    source = tree({"main.tf": BLOCK % "jsonencode(local.a)" + f"locals {{\n  {text}\n}}\n"})
    assert "local." in str(source.attribute(POLICY, "policy"))


def test_module_that_calls_itself_is_unknown(tree: Tree) -> None:
    """A module whose output is its own child's output ends."""
    text = 'module "m" {\n  source = "./"\n}\noutput "o" {\n  value = module.m.o\n}\n'
    source = tree({"main.tf": BLOCK % "module.m.o" + text})
    assert isinstance(source.attribute(POLICY, "policy"), Unresolved)
    assert "some expressions are too intricate to evaluate" in source.problems


@pytest.mark.parametrize(
    "doubling",
    [
        "[local.a{0}, local.a{0}]",
        '"${{local.a{0}}}${{local.a{0}}}"',
        "{{ x = local.a{0}, y = local.a{0} }}",
        "concat(local.a{0}, local.a{0})",
        "[for x in [1, 2] : local.a{0}]",
        "jsonencode([local.a{0}, local.a{0}])",
    ],
)
def test_values_that_double_are_given_up(tree: Tree, doubling: str) -> None:
    """Sixty locals, each twice the one before, take neither the time nor the memory that they ask for."""
    first = '["x"]' if "concat" in doubling else '"x"'
    lines = "\n".join(f"  a{at + 1} = {doubling.format(at)}" for at in range(60))
    source = tree({"main.tf": BLOCK % "jsonencode(local.a60)" + f"locals {{\n  a0 = {first}\n{lines}\n}}\n"})
    tracemalloc.start()
    answer = source.attribute(POLICY, "policy")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "Unresolved" in str(answer)[:60]
    assert peak < 100_000_000


@pytest.mark.parametrize(
    "expression",
    [
        'format("%999999999d", 1)',
        "range(1000000000)",
        'replace("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "/(a|a)*b/", "x")',
        'regex("^(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")',
        'regex("a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")',
        "setproduct(range(1000), range(1000), range(1000))",
        "1e308 * 1e308",
        'jsondecode("' + "[" * 50_000 + "]" * 50_000 + '")',
        'indent(1000000, "a\\nb\\nc")',
        'lookup({}, "")',
        "element([], 0)",
        "1 / 0",
        "null + 1",
        "max(null, {}, [])",
        "substr({}, [], null)",
        "lower(null)",
    ],
)
def test_expensive_or_senseless_expressions_are_unknown(evaluated: Callable[..., Any], expression: str) -> None:
    """What would take long, or what Terraform would refuse, is unknown."""
    answer = evaluated(expression)
    assert isinstance(answer, (Unresolved, Missing))


def test_nothing_outside_the_tree_is_read(tree: Tree, tmp_path: Path) -> None:
    """Links, `..`, absolute paths and module folders that lead out of the tree are not followed, and this is said."""
    secret = tmp_path / "secret.tf"
    secret.write_text('locals {\n  secret = "outside"\n}\noutput "o" {\n  value = "outside"\n}\n')
    root = tmp_path / "root"
    root.mkdir()
    (root / "link.tf").symlink_to(secret)
    (root / "link.txt").symlink_to(secret)
    (root / "folder").symlink_to(tmp_path)
    (root / "loop.tf").symlink_to(root / "loop.tf")
    values = {
        "a": "local.secret",
        "b": 'file("link.txt")',
        "c": 'file("../secret.tf")',
        "d": f'file("{secret}")',
        "e": 'templatefile("folder/secret.tf", {})',
        "f": "module.up.o",
        "g": "module.linked.o",
        "h": "module.installed.o",
    }
    text = "".join(f'resource "aws_iam_policy" "{name}" {{\n  policy = {value}\n}}\n' for name, value in values.items())
    calls = "".join(
        f'module "{name}" {{\n  source = "{where}"\n}}\n'
        for name, where in {"up": "../", "linked": "./folder", "installed": "x/y/aws"}.items()
    )
    modules = '{"Modules": [{"Key": "installed", "Source": "x/y/aws", "Dir": "../"}]}'
    source = tree({"main.tf": text + calls, ".terraform/modules/modules.json": modules})
    for name in values:
        answer = source.attribute(Instance("managed", "aws_iam_policy", name), "policy")
        assert isinstance(answer, Unresolved), name
    assert not any("outside" in str(answer) for answer in values)
    assert sum("outside the source folder" in line or "symbolic link" in line for line in source.problems) >= 6


def test_special_and_large_files_are_left_out(tree: Tree, tmp_path: Path) -> None:
    """A pipe, a folder named like a file, a file of 10 MB: each is a line among the problems."""
    (tmp_path / "root" / "folder.tf").mkdir(parents=True)
    os.mkfifo(tmp_path / "root" / "pipe.tf")
    source = tree({"big.tf": b"# " + b"x" * 10_000_000, "main.tf": BLOCK % '"${file("big.tf")}"'})
    assert isinstance(source.attribute(POLICY, "policy"), Unresolved)
    assert source.problems == (
        "big.tf: larger than 2 MB, not read",
        "folder.tf: not a regular file, not read",
        "pipe.tf: not a regular file, not read",
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.tf", 'resource "aws_iam_policy" "p" {\n  policy = [\n}\n'),
        ("a.tf", 'resource "aws_iam_policy" "p" {\n  policy = "${"\n}\n'),
        ("a.tf", b"\xff\xfe\x00\x01"),
        ("a.tf", b'resource "aws_iam_policy" "p" {\n  policy = "\xff\xfe'),
        ("a.tf", "}}}}"),
        ("a.tf.json", '{"resource": {"aws_iam_policy": {"p": {"policy": '),
        ("a.tf.json", "[" * 100_000),
        ("a.tf.json", '"text"'),
        ("a.tf.json", b"\xff\xfe"),
    ],
)
def test_files_that_cannot_be_parsed_are_named(tree: Tree, name: str, text: str | bytes) -> None:
    """A file that is not HCL or JSON is one line among the problems, and proves nothing."""
    source = tree({name: text})
    answer = source.attribute(POLICY, "policy")
    assert isinstance(answer, Missing)
    assert not answer.proven
    assert len(source.problems) == 1
    assert source.problems[0].startswith(name)


@pytest.mark.parametrize(
    "document",
    [
        '{"resource": []}',
        '{"resource": {"aws_iam_policy": 1}}',
        '{"resource": {"aws_iam_policy": {"p": [1, null]}}}',
        '{"locals": "x", "module": {"m": []}, "variable": null}',
        '{"resource": {"aws_iam_policy": {"q": {"policy": "${"}}}}',
    ],
)
def test_json_of_another_shape_is_nothing(tree: Tree, document: str) -> None:
    """A JSON file whose blocks are not objects declares nothing."""
    source = tree({"a.tf.json": document})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    answer = source.attribute(Instance("managed", "aws_iam_policy", "q"), "policy")
    assert isinstance(answer, (Missing, Unresolved))


def test_broken_block_beside_whole_ones(tree: Tree) -> None:
    """What is wrong with one block is not held against the blocks before and after it."""
    broken = 'resource "aws_iam_policy" "q" {\n  policy = ]\n}\n'
    source = tree({"main.tf": BLOCK % '"x"' + broken + (BLOCK % '"y"').replace('"p"', '"r"')})
    assert source.attribute(POLICY, "policy") == "x"
    assert isinstance(source.attribute(Instance("managed", "aws_iam_policy", "q"), "policy"), Missing)
    assert source.problems == ("main.tf:5: cannot be parsed as HCL",)


def test_ten_thousand_files(tree: Tree) -> None:
    """A folder of ten thousand files is read whole."""
    files = {f"f{at}.tf": f"locals {{\n  l{at} = {at}\n}}\n" for at in range(9_999)}
    source = tree({**files, "main.tf": BLOCK % '"${local.l0}${local.l9998}"'})
    assert source.attribute(POLICY, "policy") == "09998"
    assert source.problems == ()


def test_many_large_files_end_somewhere(tree: Tree) -> None:
    """The files of one tree are read up to a total."""
    source = tree({f"f{at}.tf": b"#" * 1_900_000 for at in range(40)})
    assert isinstance(source.attribute(POLICY, "policy"), Missing)
    assert source.problems == ("more than 64 MB of source, the rest is not read",)


def test_budget_of_all_questions_together(tree: Tree) -> None:
    """Many expensive questions share one budget, after which everything is unknown."""
    many = "[" + ", ".join(f'"{at}"' for at in range(200)) + "]"
    block = 'resource "aws_iam_policy" "p%d" {\n  policy = [for a in local.l : [for b in local.l : b]][0][0]\n}\n'
    text = "".join(block % at for at in range(20)) + f"locals {{\n  l = {many}\n}}\n"
    source = tree({"main.tf": text})
    answers = [source.attribute(Instance("managed", "aws_iam_policy", f"p{at}"), "policy") for at in range(20)]
    assert answers[0] == "0"
    assert isinstance(answers[-1], Unresolved)
    assert "some expressions are too intricate to evaluate" in source.problems


MANY = "[" + ", ".join(f'"{at}"' for at in range(3_000)) + "]"
STEPS = 250_000  # a quarter of what all questions about one source have
COSTLY = {
    "toset of pairs": "toset([for a in local.many : [a, aws_kms_key.k.arn]])",
    "distinct of pairs": "distinct([for a in local.many : [a, aws_kms_key.k.arn]])",
    "a regular expression, a thousand times": '[for a in local.many : regex("a*a*b", local.long)]',
    "thousands of texts of a megabyte": '[for a in local.many : "${a}${local.long}"]',
    "thousands of texts of a megabyte, joined": 'join("", [for a in local.many : local.long])',
    "an unknown group": 'replace(local.long, "/(a)/", "$1$1$2")',
    "lists in lists": "[for a in local.many : [for b in local.many : [for c in local.many : c]]]",
    "a merge in every round": "merge([for a in local.many : { for b in local.many : b => a }]...)",
    "one type for all": "tolist([for a in local.many : { (a) = a }])",
    "every pair": "setproduct(local.many, local.many, local.many)",
    "a replacement that grows": 'replace(replace(local.long, "a", local.long), "a", local.long)',
    "either of two, often": "[for a in local.many : aws_kms_key.k.arn == a ? local.many : [a]]",
    "kept or not": "{ for a in local.many : a => a if a != aws_kms_key.k.arn }",
}
DEAR = {  # what only the end of the budget stops; the others are known to be unknown before
    "a regular expression, a thousand times",
    "thousands of texts of a megabyte",
    "lists in lists",
    "a merge in every round",
    "either of two, often",
}


@dataclass(frozen=True)
class Effort:
    """What an answer took, not by the clock: whether the budget ended it, and the memory of the process in MB."""

    exhausted: bool
    megabytes: float


def measured(source: Source, told: Connection) -> None:
    """Sends what one answer takes; a process that would go on for ever is killed, and sends nothing."""
    resource.setrlimit(resource.RLIMIT_CPU, (300, 300))
    source._work.until, source._work.left, source._work._looked = math.inf, STEPS, STEPS
    source.attribute(POLICY, "policy")
    told.send(Effort(source._work.left < 0, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000))


@pytest.mark.parametrize("name", COSTLY)
def test_what_would_take_minutes_ends_soon(tree: Tree, name: str) -> None:
    """Work is paid before it is done: the budget ends it at the latest, and less than 200 MB are taken."""
    text = BLOCK % f"jsonencode({COSTLY[name]})" + f'locals {{\n  many = {MANY}\n  long = file("long.txt")\n}}\n'
    source = tree({"main.tf": text, "long.txt": "a" * 1_000_000})
    forking = multiprocessing.get_context("fork")
    here, there = forking.Pipe()
    child = forking.Process(target=measured, args=(source, there))
    child.start()
    there.close()
    effort = here.recv()
    child.join()
    assert not effort.exhausted or name in DEAR
    assert effort.megabytes < 200 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def test_the_clock_is_the_last_stop(tree: Tree) -> None:
    """A machine so slow that the budget takes minutes ends in an error: no verdict depends on the clock."""
    source = tree({"main.tf": BLOCK % "local.many" + f"locals {{\n  many = [for a in {MANY} : a]\n}}\n"})
    source._work.until = 0.0
    with pytest.raises(GateError, match="took longer than"):
        source.attribute(POLICY, "policy")


def test_what_is_not_a_directory_is_an_error(tmp_path: Path) -> None:
    """A source that is not a directory is refused at once."""
    with pytest.raises(GateError, match="not a directory"):
        open_source(tmp_path / "nothing", made_plan())


@pytest.mark.parametrize("name", ["x" * 5_000, "/".join("x" * 3_000), "\\ud800", "a\\u0000b", "~root/x", "", "."])
def test_names_that_are_no_files(tree: Tree, name: str) -> None:
    """A path that the system refuses, or that is no text, is unknown content and an unread module."""
    text = (
        '{"module": {"m": {"source": "./%s"}}, "resource": {"aws_iam_policy": {"p":'
        ' {"policy": "${file(\\"%s\\")}", "path": "${module.m.o}"}}}}'
    )
    source = tree({"main.tf.json": text % (name, name.replace("\\", "\\\\"))})
    assert isinstance(source.attribute(POLICY, "policy"), Unresolved)
    assert isinstance(source.attribute(POLICY, "path"), Unresolved)


POLICY_WITH_HOLE = BLOCK % 'jsondecode("{\\"Resource\\": \\"${aws_iam_role.r.arn}\\"}")'


@pytest.mark.parametrize(("path", "is_text"), [("/", True), ("/team/", True), ('/","Action":"kms:*","a":"/', False)])
def test_a_path_in_an_arn_that_ends_the_text(tree: Tree, path: str, is_text: bool) -> None:
    """A path of IAM may hold quotation marks, and stands in the ARN."""
    plan = made_plan([created("aws_iam_role", "r", {"name": "r", "path": path}, {"arn": True})])
    found = tree({"main.tf": POLICY_WITH_HOLE}, plan).attribute(POLICY, "policy")
    assert isinstance(found, dict) is is_text


def test_a_path_that_is_unknown_may_end_the_text(tree: Tree) -> None:
    """As one that holds quotation marks."""
    plan = made_plan([created("aws_iam_role", "r", {"name": "r"}, {"arn": True, "path": True})])
    assert isinstance(tree({"main.tf": POLICY_WITH_HOLE}, plan).attribute(POLICY, "policy"), Unresolved)
