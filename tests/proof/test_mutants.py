"""The runner of mutants: it notices what a test notices, and no more."""

import ast
from pathlib import Path
from types import SimpleNamespace

import pytest

from gate.iam import patterns
from scripts.proof.mutants import explained, swap
from scripts.proof.mutants.operators import mutants
from scripts.proof.mutants.outcome import State
from scripts.proof.mutants.packages import PACKAGES
from scripts.proof.mutants.part import SMALL, run_once
from scripts.proof.mutants.runner import ROOT, Order, Runner


@pytest.mark.slow
def test_an_error_is_noticed_by_the_tests_that_run_it(tmp_path: Path) -> None:
    """An error in what a test reads is found by this test; one that changes nothing survives, and nothing else does."""
    found = run_once(SMALL, tmp_path / "out.tsv")
    state = {(one.function, one.before, one.after): one.state for one in found}
    assert state["Needs.of", "yield (action, row.needs)", "pass"] is State.KILLED
    assert {one.key for one in found if one.state is not State.KILLED} <= explained.keys()
    assert all(one.test.startswith("tests/iam/test_needs.py::") for one in found if one.state is State.KILLED)


def test_a_modules_own_tests_come_first(tmp_path: Path) -> None:
    """Of tests that run a line, before others that are not much cheaper; and no more of them than there is time for."""
    items = [SimpleNamespace(path=Path(f"tests/iam/test_{name}.py")) for name in ("access", "needs", "needs")]
    runner = Runner(Order(["gate/iam/needs.py"], tmp_path / "out.tsv", enough=1), items)  # type: ignore[arg-type]
    runner.seconds = {0: 0.1, 1: 0.5, 2: 0.6}
    mutant = next(mutants("def f(a, b):\n    return a < b\n"))
    by_line = {line: ["0", "1", "2"] for line in mutant.lines}
    assert runner._chosen("gate/iam/needs.py", mutant, by_line) == [1]
    assert runner._chosen("gate/iam/boxes.py", mutant, by_line) == [0, 1]


def test_every_mutant_is_another_module() -> None:
    """One place is changed at a time, and put back before the next."""
    source = "def f(a, b):\n    if a < 1 and not b:\n        return a | b\n    return 'x'\n"
    seen = [(one.before, one.after) for one in mutants(source)]
    assert ("a < 1", "a <= 1") in seen
    assert ("a < 1 and (not b)", "a < 1 or not b") in seen
    assert ("not b", "b") in seen
    assert ("a | b", "a & b") in seen
    assert ("'x'", "'x~'") in seen
    assert len(set(seen)) == len(seen)


def test_what_code_without_an_error_remembered_is_forgotten() -> None:
    """What was explored while the tests ran without any mutant must not answer for one."""
    tables = swap.tables(str(ROOT / "gate"))
    asked = (patterns.glob("remembered*"),)
    patterns.cells(patterns.MANY, asked, patterns.Budget(10**6))
    assert (patterns.MANY, asked) in patterns._known
    tables.forget()
    assert (patterns.MANY, asked) not in patterns._known


def test_what_is_explained_is_still_there() -> None:
    """An explanation of a mutant that the code has no more is taken out."""
    modules = {row[0] for row in explained.rows()}
    there = {(module, *map(str, one.key)) for module in modules for one in mutants((ROOT / module).read_text())}
    assert explained.keys() <= there
    assert all(len(row) == len(explained.HEAD) and row[-1] for row in explained.rows())


def test_every_package_has_modules_and_tests() -> None:
    """A pattern that names nothing would leave a package out without a word."""
    for package in PACKAGES:
        assert package.modules()
        assert all((ROOT / test).exists() for test in (*package.tests, *package.further))


def test_a_tree_is_put_back_as_it_was() -> None:
    """With the location of every node: code that differs in these alone would not be found again."""
    source = "kept = [a for a in b\n if a and (\n c - d)]\ndef f(x):\n return not x or (\n  x + [1])\n"
    trees = [mutant.tree for mutant in mutants(source)]
    assert len(trees) > 5
    assert ast.dump(trees[-1], include_attributes=True) == ast.dump(ast.parse(source), include_attributes=True)
