"""Part 3: real plans in which a grant is inserted, which must block, or which are refactored, which must not."""

import json
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from os import cpu_count
from pathlib import Path
from random import Random

from gate.check import Options, check
from gate.errors import GateError
from gate.plan.model import read
from scripts.proof.grants import ATTACHMENTS, DOCUMENT_PLACES, SPELLINGS, Plan, harmless
from scripts.proof.part import Budget, Part, Result, Row
from scripts.proof.refactorings import REFACTORINGS

ROOT = Path(__file__).parents[2]
FOLDERS = ("examples/plans", "tests/plans", "tests/source/plans")
CORPUS = ROOT.parent / "shared" / "corpus"
SHOWN = 3
LEAST = 4  # plans of a short run
MOST = 2  # of one plan in one place and spelling


@dataclass(frozen=True)
class Case:
    """A mutated plan: where the grant stands and how it is spelled, or which refactoring it is; what gate did."""

    plan: str
    place: str
    spelling: str
    grants: bool
    blocked: bool
    settled: bool

    @property
    def wrong(self) -> bool:
        """Whether a grant passed, or a refactoring was blocked."""
        return self.settled and self.grants != self.blocked


def run(budget: Budget) -> Result:
    """A row for each place, each spelling and each refactoring."""
    paths = plans()
    chosen = Random(budget.seed).sample(paths, min(len(paths), max(LEAST, budget.of(len(paths)))))
    with ProcessPoolExecutor(cpu_count()) as pool:
        cases = [case for found in pool.map(_cases, sorted(chosen)) for case in found]
    granting = [case for case in cases if case.grants]
    return Result(
        [
            *_rows("grant in", granting, "place"),
            *_rows("grant spelled", granting, "spelling"),
            *_rows("refactored", [case for case in cases if not case.grants], "place"),
        ]
    )


def plans() -> list[Path]:
    """The plans of the project, and other people's where they are at hand."""
    own = [path for folder in FOLDERS for path in (ROOT / folder).glob("*/plan.json")]
    return sorted([*own, *(CORPUS.rglob("*.json") if CORPUS.is_dir() else ())])


def _rows(title: str, cases: list[Case], name: str) -> Iterator[Row]:
    by_name: dict[str, list[Case]] = {}
    for case in cases:
        by_name.setdefault(getattr(case, name), []).append(case)
    for what, own in by_name.items():
        wrong = [case for case in own if case.wrong]
        counted = Counter(case.grants for case in wrong)
        examples = tuple(f"{case.plan}: {case.place}, {case.spelling}" for case in wrong[:SHOWN])
        unsettled = sum(not case.settled for case in own)
        yield Row(f"{title} {what}", len(own), counted[True], counted[False], not_compared=unsettled, examples=examples)


def _cases(path: Path) -> list[Case]:
    return list(_mutated(path))


def _mutated(path: Path) -> Iterator[Case]:
    from tests.helpers.still import still

    try:
        document = json.loads(path.read_bytes())
        plan = json.loads(still(document, "after"))
        if _blocks(plan) or _has_a_policy_twice(plan):
            return
    except (GateError, ValueError, TypeError, AttributeError, KeyError):
        return  # no plan, or one that gate refuses
    name = str(path.relative_to(ROOT if path.is_relative_to(ROOT) else CORPUS))
    _without_made_up_blocks(plan)
    bare = harmless(plan)
    settled = not any(map(_is_bounded, bare["resource_changes"]))
    for place, insert in DOCUMENT_PLACES.items():
        for spelling, statements in SPELLINGS.items():
            for mutated in islice(insert(bare, statements), MOST):
                yield Case(name, place, spelling, True, _blocks(mutated), settled)
    for place, insert in ATTACHMENTS.items():
        for mutated in islice(insert(bare, []), MOST):
            yield Case(name, place, "AdministratorAccess", True, _blocks(mutated), settled)
    for refactoring, mutate in REFACTORINGS.items():
        for mutated in islice(mutate(plan), MOST):
            yield Case(name, refactoring, "", False, _blocks(mutated), True)


def _blocks(plan: Plan) -> bool:
    found = check(read(json.dumps(plan).encode(), "plan.json"), Options(no_source=True)).findings
    return any(finding.blocks for finding in found)


def _has_a_policy_twice(plan: Plan) -> bool:
    """Whether the ARNs that stand for unknown ones made one policy of two: no account has that."""
    after = [one["change"]["after"] or {} for one in plan["resource_changes"] if one["type"] == "aws_iam_policy"]
    arns = [values.get("arn") for values in after]
    return len(set(arns)) < len(arns)


def _without_made_up_blocks(plan: Plan) -> None:
    """Takes away the text that stands for blocks that the plan did not know."""
    for one in plan["resource_changes"]:
        for values in (one["change"]["before"], one["change"]["after"]):
            if one["type"] == "aws_iam_role" and isinstance((values or {}).get("inline_policy"), str):
                values["inline_policy"] = []


def _is_bounded(change: Plan) -> bool:
    """Whether a boundary may keep somebody from what is granted: no judge is asked then."""
    return bool((change["change"]["after"] or {}).get("permissions_boundary")) or "boundary" in change["type"]


PART = Part("mutations", "real plans with a grant inserted, which must block, and refactored, which must not", run)
