"""What a program whose run is put off until the apply calls, or may call."""

from typing import Any

import pytest

from gate.holdings.call_places import MadeBy
from gate.holdings.unseen_calls import unseen_calls
from gate.plan.model import read
from gate.plan.references import References
from gate.unknown import Template, Unresolved
from tests.helpers.plans import plan
from tests.helpers.told import Told
from tests.holdings.test_unseen_calls import NEW, deferred, invoked

CREATE = ["iam", "create-role"]
LATER = {"after_unknown": {"stdin": True}}
COMMAND = "data.local_command.x"
HIDDEN = (MadeBy.HIDDEN_PROGRAM, "")


def called(values: dict[str, Any], told: Any = None, **more: Any) -> list[tuple[MadeBy, str]]:
    """What the program calls; `told` is what the source says, by attribute."""
    document = read(plan(deferred("local_command", values, **more)), "plan.json")[0]
    answers = Told(document, {f"{COMMAND}.{attribute}": value for attribute, value in (told or {}).items()})
    return [(one.made_by, one.call) for one in unseen_calls(document, References(document), answers)]


@pytest.mark.parametrize(
    ("values", "more", "expected"),
    [
        ({"command": "aws", "arguments": CREATE}, {}, [(MadeBy.PROGRAM, "aws iam create-role")]),
        ({"command": "aws", "arguments": CREATE}, LATER, [(MadeBy.PROGRAM, "aws iam create-role")]),
        ({"command": "bash"}, LATER, [HIDDEN]),
        ({"command": "bash"}, {**LATER, "told": {"stdin": Unresolved()}}, [HIDDEN]),
        ({"command": "bash"}, {**LATER, "told": {"stdin": "echo"}}, []),
        ({"command": "bash"}, {**LATER, "told": {"stdin": "iam create-role"}}, [(MadeBy.PROGRAM, "iam create-role")]),
        (
            {"command": "bash"},
            {**LATER, "told": {"stdin": Template(("iam ", Unresolved(), " create-role"))}},
            [(MadeBy.PROGRAM, "iam \u2026 create-role")],
        ),
        ({"command": "bash", "stdin": "echo"}, {"told": {"stdin": "iam create-role"}}, []),  # the plan knows
    ],
)
def test_what_a_program_calls(values: Any, more: Any, expected: Any) -> None:
    """A call, or that nobody knows, never both."""
    assert called(values, **more) == expected


def test_an_action_that_calls_and_hides() -> None:
    """Is told by its call alone."""
    action = invoked({"command": "aws", "arguments": CREATE}, config_unknown={"stdin": True})
    document = read(plan(NEW, action_invocations=[action]), "plan.json")[0]
    found = [(one.made_by, one.call) for one in unseen_calls(document, References(document), Told(document))]
    assert found == [(MadeBy.ACTION, "aws iam create-role")]
