"""What the real applies say without Terraform: that they did not run, and where a plan is not the simulator's."""

import json
from pathlib import Path

import pytest

from scripts.proof import applies
from scripts.proof.accounts.compare import Compared
from scripts.proof.accounts.plans_differ import differences
from scripts.proof.part import SHORT


def test_without_a_stand_in_the_row_says_that_nothing_ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GATE_PROOF_LAB", str(tmp_path / "none.py"))
    result = applies.run(SHORT)
    assert [(row.what[:8], row.cases) for row in result.rows] == [("not run:", 0)]
    assert not result.wrong


def test_without_terraform_the_row_says_that_nothing_ran(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lab.py").write_text("raise RuntimeError\n")
    monkeypatch.setenv("GATE_PROOF_LAB", str(tmp_path / "lab.py"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert [row.what for row in applies.run(SHORT).rows] == ["not run: no terraform on PATH"]


def test_an_apply_that_was_refused_is_not_compared_and_a_miss_is_counted() -> None:
    missed = Compared(2, applies=True, principals=1, missed=("role a",))
    found = [applies.Applied(1, None, refused="no"), applies.Applied(2, missed, 3, account=("other",))]
    verdicts, _, accounts = applies.rows(found)
    assert (verdicts.cases, verdicts.missed, verdicts.not_compared) == (2, 1, 1)
    assert verdicts.examples == ("2: role a", "1: not compared: no")
    assert (accounts.alarms, accounts.not_compared) == (1, 1)


def _plan(**change: object) -> bytes:
    entry = {"actions": ["update"], "before": {}, "after": {}, "after_unknown": {}, **change}
    return json.dumps({"resource_changes": [{"address": "aws_iam_role.a", "change": entry}]}).encode()


@pytest.mark.parametrize(
    ("real", "told"),
    [
        ({"after": {"policy": '{"b":1,"a":2}'}}, ()),
        ({"after": {"policy": '{"b":1,"a":3}'}}, ("after policy is",)),
        ({"after": {"policy": '{"a":2,"b":1}'}, "actions": ["no-op"]}, ("['update'] here, ['no-op']",)),
        ({"after": {}, "after_unknown": {"policy": True}}, ("policy is unknown by Terraform",)),
    ],
)
def test_a_plan_differs_in_what_it_says_not_in_how_it_is_written(
    real: dict[str, object], told: tuple[str, ...]
) -> None:
    changes, found = differences(_plan(after={"policy": '{"a":2,"b":1}'}), _plan(**real))
    assert changes == 1
    assert len(found) == len(told)
    assert all(text.startswith(f"aws_iam_role.a: {part}") for text, part in zip(found, told, strict=True))
