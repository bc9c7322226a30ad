"""A key and its replica have one id, and each a policy and grants of its own."""

from typing import Any

import pytest

from tests.helpers.key_plans import OTHER, OWN, ROOT, allow, told
from tests.helpers.plans import change, findings, plan, policy
from tests.holdings.test_keys import block, configured

ID = "mrk-1234abcd12ab34cd56ef1234567890ab"
HERE, THERE = (f"arn:aws:kms:{region}:{OWN}:key/{ID}" for region in ("eu-west-1", "us-east-1"))
CLOSED, SHARED = policy(ROOT), policy(ROOT, allow({"AWS": OTHER}))
WARNS = [f"KMS005 warns account {OTHER}"]
PROVIDERS = {
    key: {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", **({"alias": "us"} if "us" in key else {})}
    for key in ("aws", "aws.us")
}


def key(address: str, arn: str, text: str, **more: Any) -> dict[str, Any]:
    """A key that stays as it is."""
    values = {"arn": arn, "key_id": ID, "id": ID, "policy": text, **more}
    return change(address, values, values)


def given(kind: str, key_id: str, **more: Any) -> dict[str, Any]:
    """What newly lets another account use a key: a policy of the key, or a grant."""
    values = {"key_id": key_id, **more}
    if kind == "aws_kms_grant":
        values |= {"grantee_principal": f"arn:aws:iam::{OTHER}:root", "operations": ["Decrypt"], "constraints": []}
    else:
        values |= {"policy": SHARED}
    return change(f"{kind}.x", None, values)


def says(*changes: dict[str, Any], **more: Any) -> list[str]:
    return told(*findings(plan(*changes, **more)))


@pytest.mark.parametrize("kind", ["aws_kms_key_policy", "aws_kms_grant"])
def test_whom_the_key_lets_in_its_replica_may_not(kind: str) -> None:
    """By the ARN, by the region that a resource says, or by its provider."""
    shared, closed = key("aws_kms_key.k", HERE, SHARED), key("aws_kms_replica_key.r", THERE, CLOSED)
    assert says(shared, closed, given(kind, THERE)) == WARNS
    assert says(shared, given(kind, THERE)) == WARNS
    assert says(shared, closed, given(kind, HERE)) == []
    assert says(shared, given(kind, ID)) == []
    both = key("aws_kms_key.k", HERE, SHARED, region="eu-west-1"), given(kind, ID, region="us-east-1")
    assert says(*both) == WARNS
    assert says(*both, key("aws_kms_replica_key.r", THERE, CLOSED, region="us-east-1")) == WARNS
    assert says(both[0], given(kind, ID, region="eu-west-1")) == []
    for provider, expected in (("aws.us", WARNS), ("aws", [])):
        blocks = block("aws_kms_key.k"), block(f"{kind}.x", provider)
        assert says(shared, given(kind, ID), **configured(*blocks, providers=PROVIDERS)) == expected
    assert says(shared, given(kind, ID), **configured(block("aws_kms_key.k"))) == []


@pytest.mark.parametrize("address", ["aws_kms_key_policy.x", "aws_kms_grant.x"])
def test_what_goes_to_another_region_is_new_there(address: str) -> None:
    """It is made anew at its address, for the key of the same id."""
    values = given(address.partition(".")[0], ID)["change"]["after"]
    was, will = ({**values, "region": region} for region in ("eu-west-1", "us-east-1"))
    anew = change(address, was, will, change={"actions": ["delete", "create"]})
    assert says(anew) == WARNS
    keys = (key("aws_kms_key.k", HERE, SHARED), key("aws_kms_replica_key.r", THERE, CLOSED, region="us-east-1"))
    assert says(*keys, anew) == WARNS
    assert (
        says(change(address, values, {**values, "region": "eu-west-1"}, change={"actions": ["delete", "create"]})) == []
    )


def test_a_policy_of_the_replica_is_not_what_the_key_had() -> None:
    """Of the key that is opened, what another one had hides nothing."""
    text = policy(ROOT, allow("*"))
    replica = {"key_id": THERE, "policy": text}
    stays = change("aws_kms_key_policy.replica", replica, replica)
    opened = change("aws_kms_key_policy.a", {"key_id": HERE, "policy": CLOSED}, {"key_id": HERE, "policy": text})
    assert says(key("aws_kms_key.k", HERE, CLOSED), opened, stays) == ["KMS005 blocks everyone"]


OF_EACH = {"aws.each": {"name": "aws", "alias": "each", "expressions": {"region": {"references": ["each.key"]}}}}
OPENED = policy(ROOT, allow("*"))
EVERYONE = "KMS005 blocks everyone"


def put(name: str, before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    """A key policy by the id of a key that the plan does not manage."""
    was, will = (None if text is None else {"key_id": ID, "policy": text, **more} for text in (before, after))
    return change(f"aws_kms_key_policy.{name}", was, will)


@pytest.mark.parametrize("names", ["ab", "ba"])
@pytest.mark.parametrize("before", [CLOSED, None])
def test_two_providers_are_two_keys_of_one_id(names: str, before: str | None) -> None:
    """Of a key that nobody sees: what is open in the one region hides nothing in the other, whichever stands first."""
    here, there = names
    changes = put(here, OPENED, OPENED), put(there, before, OPENED)
    blocks = block(f"aws_kms_key_policy.{here}"), block(f"aws_kms_key_policy.{there}", "aws.us")
    assert says(*changes, **configured(*blocks, providers=PROVIDERS)) == [EVERYONE]
    regions = {key: {**one, "expressions": {"region": {"constant_value": key}}} for key, one in PROVIDERS.items()}
    assert says(*changes, **configured(*blocks, providers=regions)) == [EVERYONE]
    blocks = tuple(block(f"aws_kms_key_policy.{name}", "aws.each") for name in names)
    assert says(*changes, **configured(*blocks, providers=OF_EACH)) == [EVERYONE]


def test_a_policy_that_goes_to_another_address_is_of_the_same_key_where_there_is_one_provider() -> None:
    """Where there are several, nothing tells of which it was."""
    changes = put("a", OPENED, None), put("b", None, OPENED)
    one = {"aws": PROVIDERS["aws"]}
    assert EVERYONE not in says(*changes, **configured(block("aws_kms_key_policy.b"), providers=one))
    assert EVERYONE in says(*changes, **configured(block("aws_kms_key_policy.b"), providers=PROVIDERS))


def test_a_region_that_is_known_after_apply_is_none_that_a_key_is_in() -> None:
    """It may be any."""
    had, made = put("a", OPENED, OPENED, region="eu-west-1"), put("b", None, OPENED, region="eu-west-1")
    assert says(had, made) == []
    made["change"]["after_unknown"] = {"region": True}
    assert says(had, made) == [EVERYONE]
