"""What a resource is before and after the change."""

import json

import pytest

from gate.errors import GateError
from gate.plan.before_after import changed_resources, managed_resources
from gate.plan.model import read
from tests.helpers.plans import change, inline, plan


def test_a_change_without_an_address_is_refused() -> None:
    """Nobody could be told where it is, and nothing tells two of them apart."""
    document = json.loads(plan(inline(None, "")))
    del document["resource_changes"][0]["address"]
    (found,) = read(json.dumps(document).encode(), "p")
    with pytest.raises(GateError, match="a resource change of aws_iam_role_policy has no address"):
        managed_resources(found, ["aws_iam_role_policy"])


def test_what_changes_is_what_is_managed_and_does_not_stay_as_it_is() -> None:
    """A data source is read and an update may update nothing; what does nothing is not even looked at."""
    (found,) = read(
        plan(
            inline("", "", "stays"),
            inline("", "{}", "changes"),
            inline(None, "", "comes"),
            inline("", "", "is-touched") | {"change": {"actions": ["update"], "before": {}, "after": {}}},
            change("aws_iam_role_policy.read", None, {"policy": ""}, mode="data", change={"actions": ["read"]}),
            change("aws_iam_role.other", None, {"name": "other"}),
        ),
        "p",
    )
    assert [one.name for one in changed_resources(found, ["aws_iam_role_policy"])] == ["changes", "comes"]
    assert [one.name for one in found.acting] == ["changes", "comes", "is-touched", "read", "other"]
