"""The harnesses of the fuzzer and of the canaries can fail."""

from random import Random
from unittest.mock import patch

import pytest
from msgspec.structs import replace

from gate.check import Checked, check
from gate.plan.model import read
from scripts.proof import canaries
from scripts.proof.fuzz import plans
from scripts.proof.fuzz.target import Target, WrongAnswer, failure
from scripts.proof.fuzz.targets import TARGETS
from tests.helpers.plans import plan

pytestmark = pytest.mark.slow

BY_NAME = {target.name: target for target in TARGETS}


def told(target: Target, text: bytes) -> str:
    found = failure(target, text)
    return found.told if found else ""


def test_a_wrong_answer_an_error_and_a_long_time_are_failures() -> None:
    """Whatever a target does but return."""

    def run(text: bytes) -> None:
        if text == b"wrong":
            raise WrongAnswer("it is wrong")
        if text == b"bug":
            raise IndexError

    target = Target("t", "texts", run, lambda: [b""], BY_NAME["settings"].mutate)
    assert [told(target, text) for text in (b"wrong", b"fine")] == ["it is wrong", ""]
    assert told(target, b"bug").startswith("IndexError at test_inputs.py:")
    with patch("scripts.proof.fuzz.target.SECONDS", -1.0):
        assert "seconds" in told(target, b"fine")


def test_a_plan_that_passes_beside_a_grant_is_a_failure() -> None:
    """So is a text that is judged though it is no JSON."""
    assert told(BY_NAME["plans"], plan()) == ""
    with patch.object(plans, "check", lambda *given: replace(check(*given), findings=())):
        assert told(BY_NAME["plans"], plan()) == "a grant beside a plan passes"
    with patch.object(plans, "read", lambda _, path: read(plan(), path)):
        assert told(BY_NAME["plans"], b"no plan") == "a text that is no JSON is judged"


@pytest.mark.parametrize(
    ("name", "place", "broken", "expected"),
    [
        ("patterns", "patterns.cells", lambda *_: {}, "a combination that occurs is not told"),
        ("patterns", "patterns.matches", lambda *_: True, "a text is taken to match, or not to"),
        ("policies", "plans._judged", lambda *_: [], "a plain grant of kms:* passes"),
        ("source", "source.check", lambda *_: Checked((), (), ()), "a hidden policy is taken for harmless"),
        ("settings", "files.apply.apply", lambda *_: (), "a finding is lost"),
    ],
)
def test_the_oracles_see_a_broken_gate(name: str, place: str, broken: object, expected: str) -> None:
    """Each target has something that it knows without gate."""
    target = BY_NAME[name]
    texts = [*target.seeds(), b"locals {}", b""]
    assert not any(told(target, text) for text in texts[-2:])
    with patch(f"scripts.proof.fuzz.{place}", broken):
        assert any(told(target, text).startswith(expected) for text in texts)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_mutated_texts_are_other_texts_and_the_same_for_a_seed(target: Target) -> None:
    """Many different ones, and none that another run would not make."""
    seeds = target.seeds()
    made = [[target.mutate(seeds[0], seeds, rng) for _ in range(30)] for rng in (Random(3), Random(3))]
    assert made[0] == made[1]
    assert len(set(made[0])) > 15


@pytest.mark.slow
def test_canaries_see_what_comes_out() -> None:
    """Without what hides marked texts where documents are listed, they are found there."""
    path = next(path for path in canaries._plans() if path.parent.name == "inline-resource-becomes-block")
    with patch("gate.findings.secrets.text_without", lambda text, _: text):
        wrong = {what for seed in range(6) for what, told in canaries._case(path, seed) if told}
    assert {"json", "html", "junit"} <= wrong
