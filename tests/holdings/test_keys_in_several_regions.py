"""A key and its replica have one id, and each a policy and grants of its own."""

from typing import Any

import pytest

from gate.holdings.keys import keys
from tests.helpers.key_plans import OTHER, OWN, ROOT, allow, told
from tests.helpers.plans import change, findings, plan, policy
from tests.helpers.rooms import read_iam
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

    def moved(**blocks: Any) -> list[str]:
        providers = {key.replace("_", "."): {**PROVIDERS["aws"], **one} for key, one in blocks.items()}
        return says(*changes, **configured(block("aws_kms_key_policy.b"), providers=providers))

    random = {"name": "random", "full_name": "registry.terraform.io/hashicorp/random"}
    abroad = {"expressions": {"region": {"constant_value": "us-east-1"}}}
    assert EVERYONE not in moved()
    assert EVERYONE not in moved(aws={})
    assert EVERYONE not in moved(aws={}, random=random, random_x={**random, "alias": "x"})
    assert EVERYONE not in moved(aws={}, **{"module.m:aws": {}})  # what a module gets
    assert EVERYONE in moved(aws={}, **{"module.m:aws": abroad})
    assert EVERYONE in moved(aws={}, aws_us={"alias": "us"})
    assert EVERYONE in moved(aws_us={"alias": "us"})
    called = {"name": "amazon", "expressions": {}}
    assert EVERYONE in moved(amazon=called, amazon_us={**called, "alias": "us"})


def test_a_region_that_is_known_after_apply_is_none_that_a_key_is_in() -> None:
    """It may be any."""
    had, made = put("a", OPENED, OPENED, region="eu-west-1"), put("b", None, OPENED, region="eu-west-1")
    assert says(had, made) == []
    made["change"]["after_unknown"] = {"region": True}
    assert says(had, made) == [EVERYONE]
    assert says(put("a", OPENED, OPENED), made) == [EVERYONE]
    moved = put("a", OPENED, OPENED, region="eu-west-1")
    moved["change"] |= {"actions": ["delete", "create"], "after_unknown": {"region": True}}
    assert EVERYONE in says(moved)


def test_two_providers_of_one_region_are_of_one_key() -> None:
    """As two accounts' may be: a key is of one, so that its id says which."""
    region = {"expressions": {"region": {"constant_value": "eu-west-1"}}}
    providers = {key: {**one, **region} for key, one in PROVIDERS.items()}
    blocks = block("aws_kms_key_policy.a"), block("aws_kms_key_policy.b", "aws.us")
    changes = put("a", OPENED, OPENED), put("b", None, OPENED)
    assert says(*changes, **configured(*blocks, providers=providers)) == []
    said = put("a", OPENED, OPENED, region="eu-west-1"), put("b", None, OPENED, region="eu-west-1")
    assert says(*said, **configured(*blocks, providers=PROVIDERS)) == []


def test_two_ids_are_two_keys_of_a_region() -> None:
    """Neither of which the plan manages."""
    [one] = keys(read_iam(plan(put("a", OPENED, OPENED))))
    assert one.address == ID
    other = change("aws_kms_key_policy.b", None, {"key_id": f"{ID[:-1]}2", "policy": OPENED})
    assert says(put("a", OPENED, OPENED), other) == [EVERYONE]


def test_an_arn_tells_the_region_of_a_key_that_the_plan_does_not_manage() -> None:
    """Another one is another key, and the same one the same, whether the ARN tells it or the resource."""
    there = {"key_id": THERE, "policy": OPENED}
    opened = change("aws_kms_key_policy.there", there, there)
    assert says(opened, change("aws_kms_key_policy.here", None, {**there, "key_id": HERE})) == [EVERYONE]
    assert says(opened, change("aws_kms_key_policy.x", None, {**there, "key_id": ID, "region": "us-east-1"})) == []


@pytest.mark.parametrize("region", ["eu-west-1", "us-east-1"])
def test_a_key_that_shows_no_arn_is_of_the_region_that_it_says(region: str) -> None:
    """Whatever names it by its ARN."""
    values = {"key_id": ID, "id": ID, "policy": SHARED, "region": "eu-west-1"}
    shown = change("aws_kms_key.k", values, values)
    arn = HERE.replace("eu-west-1", region)
    assert says(shown, given("aws_kms_grant", arn)) == ([] if region == "eu-west-1" else WARNS)


def test_a_key_that_nobody_configures_any_more_is_of_any_provider() -> None:
    """Nothing says that what names it means another one."""
    blocks = (block("aws_kms_grant.x"),)
    shared = key("aws_kms_key.k", HERE, SHARED)
    assert says(shared, given("aws_kms_grant", ID), **configured(*blocks)) == []


@pytest.mark.parametrize(
    ("provider", "more", "expected"),
    [
        pytest.param("aws.us", {}, [EVERYONE], id="of another provider"),
        pytest.param("aws", {"region": "us-east-1"}, [EVERYONE], id="in another region"),
        pytest.param("aws", {}, [], id="of the key"),
    ],
)
def test_a_reference_to_the_key_from_another_region_means_its_replica(
    provider: str, more: dict[str, Any], expected: list[str]
) -> None:
    """What is open of a key that is replaced hides nothing of the replica; one that has none is meant anyway."""
    ids = ("arn", "key_id", "id")
    refers = {"references": ["aws_kms_key.k.key_id", "aws_kms_key.k"]}
    put = change("aws_kms_key_policy.x", None, {"policy": OPENED, **more}, change={"after_unknown": {"key_id": True}})

    def found(
        written: dict[str, Any], after: dict[str, Any], unknown: tuple[str, ...] = ids, *, was_one: bool = False
    ) -> list[str]:
        was = {"arn": HERE, "key_id": ID, "id": ID, "policy": OPENED, "multi_region": bool(after) or was_one}
        body = {"actions": ["delete", "create"], "after_unknown": dict.fromkeys(unknown, True)}
        replaced = change("aws_kms_key.k", was, {"policy": OPENED, **after}, change=body)
        blocks = block("aws_kms_key.k", **written), block("aws_kms_key_policy.x", provider, key_id=refers)
        return says(replaced, put, **configured(*blocks, providers=PROVIDERS))

    several = {"constant_value": True}
    assert found({"multi_region": several}, {"multi_region": True}) == expected
    assert found({}, {}, (*ids, "multi_region")) == []
    assert found({}, {}, (*ids, "multi_region"), was_one=True) == expected
    assert found({"multi_region": {"references": ["local.several"]}}, {}, (*ids, "multi_region")) == expected
