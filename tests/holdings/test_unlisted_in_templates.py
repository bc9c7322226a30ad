"""IAM types of templates that nobody knows."""

from typing import Any

import pytest

from gate.holdings.source_answers import SourceAnswers
from gate.holdings.templates import in_templates, unlisted_in_templates
from gate.plan.model import read
from gate.plan.references import References
from tests.helpers.plans import plan
from tests.holdings.test_templates import resource, role, stack, text


def found(before: Any, after: Any) -> list[tuple[str, str, bool]]:
    """The address, the attribute and the mark of each document; nobody sees any."""
    document = read(plan(stack(before, after)), "plan.json")[0]
    templates = in_templates(document, References(document), SourceAnswers(document), "refreshed")
    documents = [*unlisted_in_templates(templates)]
    assert all(one.content is None for one in documents)
    return [(one.place.address, one.place.attribute, one.sensitive) for one in documents]


A, B = (text({"N": resource("IAM::New", Policy=name)}) for name in ("a", "b"))
WHERE = ("aws_cloudformation_stack.app.template_body.Resources.N", "", True)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, A, [WHERE]),
        (A, B, [WHERE]),
        (A, A, []),
        (A, text({}), []),
        (A, None, []),
        (None, text({"N": role({}, RoleName="x")}), []),
    ],
)
def test_what_is_new_or_changed(before: Any, after: Any, expected: list[Any]) -> None:
    """Is a document that nobody sees."""
    assert found(before, after) == expected
