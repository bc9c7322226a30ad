"""`fileset`: the files that are certainly there, in a tree that another run of Terraform may have had more of."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from gate.plan.model import Plan
from gate.source import Instance, Rest
from gate.source.file_functions import _MOST_FILES, _MOST_FOLDERS
from gate.unknown import Unresolved
from tests.helpers.source_trees import KEY, created, made_plan

MORE = Rest(Unresolved(("fileset('p')",)))
FILES = ["p/a.json", "p/b.json", "p/c.yaml", "p/d/a.json", "p/d/e/f.json", "p/.hidden.json", "p/é.json", "top.json"]


@pytest.fixture
def listed(tree: Callable[..., Any]) -> Callable[..., Any]:
    """What `fileset` gives in a tree with these files."""

    def listing(call: str, plan: Plan | None = None) -> Any:
        text = f'resource "aws_iam_policy" "p" {{\n  policy = {call}\n}}\n'
        source = tree({"main.tf": text, **dict.fromkeys(FILES, "{}")}, plan)
        return source.attribute(Instance("managed", "aws_iam_policy", "p"), "policy")

    return listing


@pytest.mark.parametrize(
    ("call", "files"),
    [
        ('"${path.module}/p", "*.json"', ["a.json", "b.json"]),
        ('"p", "*.json"', ["a.json", "b.json"]),
        ('"p", "*"', ["a.json", "b.json", "c.yaml"]),
        ('"p", "c.yaml"', ["c.yaml"]),
        ('"p", "*.j*n"', ["a.json", "b.json"]),
        ('"p", "a*json"', ["a.json"]),
        ('"p", "d/*.json"', ["d/a.json"]),
        ('"p", "*/*.json"', ["d/a.json"]),
        ('"p", "**/*.json"', ["a.json", "b.json", "d/a.json", "d/e/f.json"]),
        ('"p", "d/**"', ["d/a.json", "d/e/f.json"]),
        ('"p", "**"', ["a.json", "b.json", "c.yaml", "d/a.json", "d/e/f.json"]),
        ('".", "p/*.yaml"', ["p/c.yaml"]),
        ('"p", "a.json/*"', []),
        ('"q", "*"', []),
    ],
)
def test_the_files_of_a_pattern(listed: Callable[..., Any], call: str, files: list[str]) -> None:
    """None that begins with a dot or has other letters than ASCII; and there may be more."""
    found = listed(f"fileset({call})")
    assert isinstance(found, list)
    assert [one for one in found if not isinstance(one, Rest)] == files
    folder = call.split(", ")[0].strip('"').replace("${path.module}", ".")
    assert [one for one in found if isinstance(one, Rest)] == [Rest(Unresolved((f"fileset({folder!r})",)))]


@pytest.mark.parametrize(
    "call",
    [
        '"p", "[ab].json"',
        '"p", "?.json"',
        '"p", "../*"',
        '"../x", "*"',
        '"p", "**/d/**"',
        '"p", "a**"',
        '"p", 1',
        '"p"',
    ],
)
def test_patterns_that_are_not_read(listed: Callable[..., Any], call: str) -> None:
    """Those with more than asterisks in them, those that lead out of the folder, and what is no call of it."""
    assert listed(f"fileset({call})") == Unresolved()


def test_what_a_resource_may_write_and_a_link_are_left_out(listed: Callable[..., Any], tmp_path: Path) -> None:
    """Either may have been another file, or none, for Terraform."""
    written = created("local_file", "f", {"filename": "p/a.json"}, {})
    assert listed('fileset("p", "*.json")', made_plan([KEY, written])) == ["b.json", MORE]
    (tmp_path / "root" / "p" / "g.json").symlink_to("b.json")
    assert listed('fileset("p", "*.json")') == ["a.json", "b.json", MORE]
    (tmp_path / "root" / "q").symlink_to("p")
    for call in ('fileset("q", "*.json")', 'fileset(".", "q/*.json")'):
        (rest,) = listed(call)
        assert isinstance(rest, Rest)


def test_no_more_files_than_are_of_use(listed: Callable[..., Any], tmp_path: Path) -> None:
    """Of very many the first, by name; the others may be there."""
    folder = tmp_path / "root" / "many"
    folder.mkdir(parents=True)
    for at in range(_MOST_FILES + 1):
        (folder / f"{at:04}").touch()
    assert len(listed('[for one in fileset("many", "*") : 1]')) == _MOST_FILES + 1
    for at in range(_MOST_FOLDERS):
        (tmp_path / "root" / "deep" / f"{at:04}").mkdir(parents=True)
    (tmp_path / "root" / "deep" / "0001" / "a").touch()
    (tmp_path / "root" / "deep" / f"{_MOST_FOLDERS - 1:04}" / "a").touch()
    assert listed('fileset("deep", "*/a")')[:-1] == ["0001/a"]


def test_each_file_of_a_folder_is_what_it_says(tree: Callable[..., Any]) -> None:
    """A policy for each of them, by `for_each` over the set or over an object that is made of it."""
    text = """
      locals {
        roles = { for f in fileset("p", "*.json") : trimsuffix(f, ".json") => jsondecode(file("p/${f}")) }
      }
      resource "aws_iam_policy" "set" {
        for_each = fileset("p", "*.json")
        policy   = file("p/${each.value}")
      }
      resource "aws_iam_policy" "object" {
        for_each = local.roles
        policy   = each.value.key
      }
    """
    source = tree({"main.tf": text, "p/a.json": '{"key":"of a"}', "p/b.json": '{"key":"of b"}'})
    assert source.attribute(Instance("managed", "aws_iam_policy", "set", index="a.json"), "policy") == '{"key":"of a"}'
    assert source.attribute(Instance("managed", "aws_iam_policy", "object", index="b"), "policy") == "of b"
    assert source.attribute(Instance("managed", "aws_iam_policy", "object", index="c"), "policy") == Unresolved()
