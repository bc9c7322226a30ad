"""What a resource is before and after the change."""

import json

import pytest

from gate.errors import GateError
from gate.plan.before_after import managed_resources
from gate.plan.model import read
from tests.helpers.plans import inline, plan


def test_a_change_without_an_address_is_refused() -> None:
    """Nobody could be told where it is, and nothing tells two of them apart."""
    document = json.loads(plan(inline(None, "")))
    del document["resource_changes"][0]["address"]
    (found,) = read(json.dumps(document).encode(), "p")
    with pytest.raises(GateError, match="a resource change of aws_iam_role_policy has no address"):
        managed_resources(found, ["aws_iam_role_policy"])
