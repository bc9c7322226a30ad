"""What of a value is a text that runs, and which provisioner runs it."""

from typing import Any

import pytest

from gate.hcl.values import Encoded, Rest
from gate.holdings.call_places import MadeBy
from gate.holdings.unseen_calls import _called, _scripts, _texts, unseen_calls
from gate.plan.model import read
from gate.plan.references import References
from gate.text.sensitive import Sensitive
from gate.unknown import Unresolved
from tests.helpers.plans import plan
from tests.helpers.told import Told
from tests.holdings.test_unseen_calls import GRANT, NEW, configured

CREATE = "aws iam create-role"
PROVISIONER = (MadeBy.PROVISIONER, "aws iam put-role-policy")


def test_the_texts_of_a_value() -> None:
    """What has a name is told with it, on a line of its own; an element stands for any number of its kind."""
    named = {"Service": "iam", "Api": "PutRolePolicy"}
    lines = ["iam", "PutRolePolicy", "Service: iam\nApi: PutRolePolicy"]
    assert list(_scripts(named)) == list(_texts(named)) == lines
    assert list(_texts({key: Sensitive(text) for key, text in named.items()})) == lines
    assert list(_texts([Rest("a"), Encoded("b"), Unresolved(), 1])) == ["a", "b"]


def test_a_command_is_told_once() -> None:
    """With its arguments: of which one is sensitive, the call has no name."""
    assert list(_called({"command": CREATE, "arguments": [Sensitive("--role-name app")]})) == [""]


def test_what_stands_beside_a_command_that_is_hidden() -> None:
    """It is told by its call alone, not a second time as a command that nobody sees."""
    hidden, environment = {"references": ["var.x"]}, {"constant_value": {"RUN": CREATE}}
    document = read(plan(NEW, **configured(command=hidden, environment=environment)), "plan.json")[0]
    found = unseen_calls(document, References(document), Told(document))
    assert [(one.made_by, one.call) for one in found] == [(MadeBy.PROVISIONER, CREATE)]


class _Provisioners(Told):
    """Answers that tell these provisioners, each with whether it runs at the end."""

    def __init__(self, document: Any, blocks: list[Any] | None) -> None:
        super().__init__(document)
        self._blocks = blocks

    def provisioners(self, resource: Any) -> Any:
        return self._blocks


@pytest.mark.parametrize(
    ("plans", "tells", "expected"),
    [
        (2, [({}, True), ({}, False)], [PROVISIONER]),
        (2, [({}, True), ({}, True)], []),
        (2, [({}, True)], [PROVISIONER, PROVISIONER]),
        (1, [({}, True), ({}, True)], [PROVISIONER]),
        (1, [], [PROVISIONER]),
        (1, None, [PROVISIONER]),
    ],
)
def test_a_source_with_other_provisioners_tells_nothing(plans: int, tells: Any, expected: Any) -> None:
    """Only of as many as the plan has it says when each runs; each is asked for itself."""
    more = configured(command=GRANT)
    more["configuration"]["root_module"]["resources"][0]["provisioners"] *= plans
    document = read(plan(NEW, **more), "plan.json")[0]
    found = unseen_calls(document, References(document), _Provisioners(document, tells))
    assert [(one.made_by, one.call) for one in found] == expected
