"""Which changes give something a name, a path or a tag that IAM refuses."""

from typing import Any

import pytest

from gate.holdings.refused_names import is_refused
from gate.plan.before_after import managed_resources
from gate.plan.model import read
from tests.helpers.plans import change, plan, policy, statement
from tests.holdings.test_templates import DENY, resource, stack, text
from tests.iam.test_refused import blocking

FULL = policy(statement("kms:*"))
BAD_TAG = {"k": "<v>"}


def refused(kind: str, before: Any, after: Any, **more: Any) -> bool:
    (one,) = read(plan(change(f"{kind}.x", before, after, **more)), "plan.json")
    (found,) = managed_resources(one, [kind])
    return is_refused(found)


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        ("aws_iam_policy", {"name": "a b", "path": "/"}, True),
        ("aws_iam_policy", {"name": "a", "path": "/"}, False),
        ("aws_iam_group", {"name": "a b", "path": "/"}, True),
        ("aws_iam_user", {"name": "a", "path": "b"}, True),
        ("awscc_iam_managed_policy", {"managed_policy_name": "a b"}, True),
        ("aws_iam_role", {"name": "a", "inline_policy": [{"name": "b"}, {"name": "b c"}]}, True),
        ("aws_iam_role", {"name": "a", "inline_policy": [{"name": "b"}]}, False),
        ("awscc_iam_user", {"user_name": "a", "policies": [{"policy_name": "b c"}]}, True),
        ("awscc_iam_role_policy", {"policy_name": "a b"}, True),
        ("awscc_sso_permission_set", {"name": "a b"}, True),
        ("aws_iam_policy_attachment", {"name": "which IAM never sees"}, False),
        ("aws_iam_user_policy", {"name": "", "name_prefix": "p"}, False),
        ("aws_iam_user_policy", {"name": "~"}, True),
        ("aws_iam_user_policy", {"name": "(aws_iam_user_policy.x)"}, True),
    ],
)
def test_where_names_and_paths_stand(kind: str, values: dict[str, Any], expected: bool) -> None:
    assert refused(kind, None, values) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"tags": BAD_TAG}, True),
        ({"tags": BAD_TAG, "tags_all": {}}, True),
        ({"tags": {"k": "v"}, "tags_all": {"k": "v", **BAD_TAG}}, True),
        ({"tags": {"k" * 128: "v" * 256}}, False),
        ({"tags": [{"key": "k", "value": "v"}]}, False),
    ],
)
def test_where_tags_stand(values: dict[str, Any], expected: bool) -> None:
    assert refused("aws_iam_policy", None, values) == expected


def test_the_key_of_a_tag_whose_value_is_not_known() -> None:
    def with_tag(key: str) -> bool:
        values = {"name": "p", "tags": {}, "tags_all": {}}
        return refused("aws_iam_policy", None, values, change={"after_unknown": {"tags": {key: True}, "arn": True}})

    assert with_tag("k,")
    assert not with_tag("k")


def test_a_name_that_is_not_known() -> None:
    assert not refused("aws_iam_user_policy", None, {"user": "app"}, change={"after_unknown": {"name": True}})


@pytest.mark.parametrize(("attribute", "bad", "good"), [("name", "a b", "a"), ("tags", BAD_TAG, {"k": "v"})])
def test_what_aws_has_taken_it_takes_again(attribute: str, bad: Any, good: Any) -> None:
    """Only what the change gives is looked at; all of it, where a resource is made anew."""
    had, has = {attribute: bad, "policy": "a"}, {attribute: bad, "policy": "b"}
    assert not refused("aws_iam_policy", had, has)
    assert refused("aws_iam_policy", {attribute: good}, has)
    assert refused("aws_iam_policy", had, has, change={"actions": ["delete", "create"]})
    assert not refused("aws_iam_policy", had, None)
    left = {"actions": ["no-op"]}  # as where the account differs from the state that it is measured against
    assert not refused("aws_iam_policy", {attribute: good}, has, change=left)


def test_an_update_of_tags_alone_loses_nothing() -> None:
    """Where AWS refuses it, all else is as it was; what is made anew is gone then."""
    had, has = ({"name": "p", "tags": tags, "tags_all": tags} for tags in ({}, BAD_TAG))
    assert not refused("aws_iam_policy", had, has)
    assert refused("aws_iam_policy", had, has, change={"actions": ["delete", "create"]})


def test_a_name_that_cloudformation_makes_up() -> None:
    """It is always one that IAM takes; one that a template writes may not be."""

    def denied_by(**named: str) -> list[str]:
        denies = [{"PolicyName": "deny", "PolicyDocument": DENY}]
        member = resource("IAM::UserToGroupAddition", GroupName={"Ref": "G"}, Users=["app"])
        made = text({"G": resource("IAM::Group", Policies=denies, **named), "M": member})
        allowed = change("aws_iam_user_policy.p", None, {"name": "p", "user": "app", "policy": FULL})
        return blocking(allowed, stack(None, made))

    assert denied_by() == []
    assert denied_by(GroupName="team") == []
    assert denied_by(GroupName="the team") == ["KMS001"]
