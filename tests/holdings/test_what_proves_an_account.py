"""Accounts: what data sources, provider blocks and what is left of a principal prove, and whose word is believed."""

from typing import Any

import pytest

from gate.holdings.accounts import Accounts
from tests.helpers.inventories import inline_values, managed
from tests.helpers.plans import change, plan
from tests.helpers.rooms import read_iam

ONE, OTHER = "111122223333", "444455556666"
A, B = "aws_iam_role.a", "aws_iam_role.b"
TWO = {"profile": "p"}, {"profile": "q"}


def role(address: str, number: str = "", name: str = "app", unique: str = "") -> dict[str, Any]:
    """A role that stays as it is; its ARN names an account, its unique id is AWS's own."""
    own = f"arn:aws:iam::{number}:role/{name}" if number else None
    values = {"name": name, "arn": own, "unique_id": unique or None}
    return change(address, values, values)


def gone(one: dict[str, Any]) -> dict[str, Any]:
    """A resource that goes, and of which the configuration has no block."""
    return {**one, "change": {**one["change"], "actions": ["delete"], "after": None}}


def data(kind: str, name: str = "x", **values: Any) -> dict[str, Any]:
    """A data source as the state has it."""
    return {"address": f"data.{kind}.{name}", "mode": "data", "type": kind, "name": name, "values": values}


def block(one: dict[str, Any], key: str) -> dict[str, Any]:
    return {**{name: one[name] for name in ("address", "mode", "type", "name")}, "provider_config_key": key}


def written(value: Any) -> Any:
    """The expression of an argument: a constant, or one of which only the references are told."""
    return value if isinstance(value, dict) and "references" in value else {"constant_value": value}


def made(
    *placed: tuple[dict[str, Any], str], providers: tuple[dict[str, Any], ...] = TWO, **more: Any
) -> tuple[Accounts, list[str]]:
    """The accounts of a plan, and the id of each resource's account. Each resource and data source has the key of its
    provider, `a` and `b` in the order of `providers`, empty where the configuration has no block of it."""
    blocks = {
        f"aws.{alias}": {
            "name": "aws", "alias": alias, "full_name": arguments.pop("source", "registry.terraform.io/hashicorp/aws"),
            "expressions": {name: written(value) for name, value in arguments.items()},
        }
        for alias, arguments in zip("abc", map(dict, providers), strict=False)
    }  # fmt: skip
    resources = [one for one, _ in placed if one["mode"] == "managed"]
    read = [one for one, _ in placed if one["mode"] == "data"]
    configured = [block(one, f"aws.{key}") for one, key in placed if key]
    raw = plan(
        *resources,
        configuration={"provider_config": blocks, "root_module": {"resources": configured}},
        prior_state={"format_version": "1.0", "values": {"root_module": {"resources": read}}},
        **more,
    )
    iam = read_iam(raw)
    return iam.accounts, [iam.accounts.account_id(one) for one in iam.resources]


OF_B = (role("aws_iam_role.c", name="c"), "b")
IDENTITY, PARTITION, REGION = "aws_caller_identity", "aws_partition", "aws_region"


def test_what_data_sources_read_of_a_provider() -> None:
    """Number and partition; the region is neither, an empty text is none, and one without a block is nobody's."""
    accounts, [one, other] = made(
        (data(IDENTITY, "stray", account_id=OTHER), ""),
        (role(A, ONE), "a"),
        (role(B), "b"),
        (data(IDENTITY, "empty", account_id=""), "b"),
        (data(IDENTITY, account_id=OTHER), "b"),
        (data(PARTITION, partition="aws-cn"), "b"),
        (data(REGION, name="cn-north-1", region="cn-north-1"), "b"),
        (data("aws_other", account_id=ONE), "b"),
    )
    assert (one, other) == (ONE, OTHER)
    assert (accounts.all[OTHER].partition, accounts.all[OTHER].is_contradictory) == ("aws-cn", False)
    assert accounts.differ(one, other)


def test_a_role_that_a_provider_assumes_tells_account_and_partition() -> None:
    assumed = {"assume_role": [{"role_arn": f"arn:aws-cn:iam::{OTHER}:role/deploy"}]}
    accounts, [_, other] = made((role(A, ONE), "a"), (role(B, name="b"), "b"), providers=({}, assumed))
    assert (other, accounts.all[other].partition) == (OTHER, "aws-cn")


def test_one_number_joins_what_nothing_else_does() -> None:
    """Two profiles that lead into one account."""
    accounts, [one, other] = made((role(A, ONE), "a"), (role(B, ONE, "b"), "b"))
    assert one == other == ONE
    assert len(accounts.all[ONE].providers) == 2


def test_a_contradictory_provider_proves_nothing_of_a_unique_id_that_it_shares() -> None:
    """Neither that two are one account, nor that they are not."""
    accounts, [one, other] = made(
        (role(A, OTHER, unique="AROA1"), "a"),
        (role("aws_iam_role.c", unique="AROA1"), "b"),
        providers=({"allowed_account_ids": [ONE]}, {"profile": "q"}),
    )
    assert one != other
    assert accounts.all[one].is_contradictory
    assert not accounts.differ(one, other)


# What is left without a block


def test_what_is_left_of_a_principal_follows_it() -> None:
    """Also where it stands before it in the plan; its own ARN tells the account."""
    policy = gone(change("aws_iam_role_policy.p", inline_values(), inline_values()))
    _, ids = made(
        (policy, ""), (gone(role(A, OTHER)), ""), (role(B, ONE, "b"), "a"), (role("aws_iam_role.c", name="c"), "b")
    )
    assert ids[:2] == [OTHER, OTHER]


def test_what_names_a_principal_of_another_account_is_not_with_it() -> None:
    """The role that goes has an ARN of its own, which another provider's role of that name has not."""
    policy = change("aws_iam_role_policy.p", inline_values(), inline_values())
    _, ids = made(
        (policy, "a"), (role(B, ONE, "b"), "a"), (gone(role(A, OTHER)), ""), (role("aws_iam_role.c", name="c"), "b")
    )
    assert ids[:3] == [ONE, ONE, OTHER]
    _, ids = made(
        (policy, "a"), (role(B, ONE, "b"), "a"), (gone(role(A, ONE)), ""), (role("aws_iam_role.c", name="c"), "b")
    )
    assert ids[:3] == [ONE, ONE, ONE]


def test_what_is_left_of_a_principal_tells_whose_the_others_are() -> None:
    """Its own ARN names the account of what names it; where there is another one of the name, nobody knows."""
    policy = change("aws_iam_role_policy.p", inline_values(), inline_values())
    _, ids = made((policy, "b"), (role(B, ONE, "b"), "a"), (gone(role(A, OTHER)), ""))
    assert ids == [OTHER, ONE, OTHER]
    _, ids = made((gone(policy), ""), (gone(role(A, OTHER)), ""), (role(B, ONE), "a"), OF_B)
    assert ids[:3] == ["(aws_iam_role_policy.p)", OTHER, ONE]


def test_what_goes_from_another_account_than_a_provider_says_is_not_of_it() -> None:
    """All of two accounts is readdressed, so that only the blocks of the providers say which they are."""
    allowed = {"allowed_account_ids": [ONE]}, {"allowed_account_ids": [OTHER]}
    made_in_b = change("aws_iam_role.new", None, {"name": "app"})
    left = (gone(role(A, ONE)), ""), (gone(role("aws_iam_role.d", OTHER)), "")
    _, ids = made(*left, (made_in_b, "b"), (role(B, name="b"), "a"), providers=allowed)
    assert sorted(ids) == [ONE, ONE, OTHER, OTHER]


def test_a_unique_id_tells_whose_one_of_two_was() -> None:
    """The role that goes shows no ARN, and both accounts have one of its name."""
    left = (gone(role("aws_iam_role.d", unique="AROA1")), "")
    accounts, [of_left, one, other] = made(left, (role(A, unique="AROA1"), "a"), (role(B, unique="AROA2"), "b"))
    assert of_left == one
    assert accounts.differ(one, other)


def test_what_nobody_knows_is_an_account_of_its_own() -> None:
    """Called by what it names, or by its address."""
    values = {key: value for key, value in managed("p").items() if key != "arn"}
    left = [gone(change(f"aws_iam_policy.{name}", values, values)) for name in "xy"]
    lost = gone(change("aws_iam_role_policy.p", inline_values("lost"), inline_values("lost")))
    _, ids = made(*((one, "") for one in (*left, lost)), (role(A, name="a"), "a"), (role(B, name="b"), "b"))
    assert ids[:3] == ["(aws_iam_policy.x)", "(aws_iam_policy.y)", "(aws_iam_role_policy.p)"]
    assert len(set(ids)) == 5


# Whose word is believed


LOCAL, FOREIGN = {"endpoints": {"iam": "http://localhost"}}, {"source": "registry.example.org/somebody/aws"}
OPEN = {"endpoints": {"references": ["var.endpoint"]}}
SOMEWHERE, OWN_STS = {"region": "x.example/#", "skip_region_validation": True}, {"sts_region": "x.example/#"}
ANY_REGION = {"region": {"references": ["var.region"]}}
UNCHECKED = {**ANY_REGION, "skip_region_validation": True}


@pytest.mark.parametrize(
    ("providers", "ids"),
    [
        (({}, LOCAL), [ONE, "provider aws.b"]),
        (({}, FOREIGN), [ONE, "provider aws.b"]),
        ((LOCAL, LOCAL), [ONE, OTHER]),
        ((FOREIGN, FOREIGN), [ONE, OTHER]),
        (({}, OPEN), [ONE, "provider aws.b"]),
        ((OPEN, OPEN), ["provider aws.a", "provider aws.b"]),
        (({}, SOMEWHERE), [ONE, "provider aws.b"]),
        (({}, OWN_STS), [ONE, "provider aws.b"]),
        (({}, UNCHECKED), [ONE, "provider aws.b"]),
        (({}, ANY_REGION), [ONE, OTHER]),
        (
            ({}, {"region": "us-gov-west-1", "sts_region": "us-gov-east-1", "skip_region_validation": True}),
            [ONE, OTHER],
        ),
        (TWO, [ONE, OTHER]),
    ],
)
def test_whose_numbers_are_believed(providers: tuple[dict[str, Any], ...], ids: list[str]) -> None:
    """AWS's; those of a stand-in only where all providers call the same one; nobody's whose provider is unknown."""
    accounts, found = made((role(A, ONE), "a"), (role(B, OTHER), "b"), providers=providers)
    assert found == ids
    stand_ins = [each for each in found if not each.isdigit()]
    assert [accounts.told_apart(each) for each in found] == [each if each in stand_ins else "" for each in found]
    assert accounts.told_apart(" + ".join(found)) == (" + ".join(found) if stand_ins else "")


@pytest.mark.parametrize(
    ("other", "one_account"),
    [
        ({"region": "us-east-1"}, True),
        (ANY_REGION, True),
        (SOMEWHERE, False),
        (OWN_STS, False),
        (UNCHECKED, False),
    ],
)
def test_blocks_that_differ_in_what_they_call(other: dict[str, Any], one_account: bool) -> None:
    """Another region is the same account; one that is none of AWS's, or may be none, proves nothing."""
    _, [one, second] = made((role(A), "a"), (role(B, name="b"), "b"), providers=({"region": "eu-west-1"}, other))
    assert (one == second) is one_account


@pytest.mark.parametrize(
    ("key", "source", "one_account"),
    [
        ("module.m:aws", "registry.terraform.io/hashicorp/aws", True),
        ("module.m:amazon", "registry.terraform.io/hashicorp/aws", True),
        ("module.m:aws", "registry.opentofu.org/hashicorp/aws", True),
        ("module.m:aws", "", True),
        ("module.m:aws", "registry.example.org/somebody/aws", False),
        ("module.m:amazon", "registry.example.org/somebody/amazon", False),
        ("amazon", "registry.example.org/somebody/amazon", False),
        ("amazon", None, False),
    ],
)
def test_what_a_module_calls_aws(key: str, source: str | None, one_account: bool) -> None:
    """A provider without arguments is that of the root only where it is the same provider."""
    module = "module.m" if ":" in key else ""
    asked = {"name": key.rpartition(":")[2], "full_name": source, "module_address": module}
    own = {} if source is None else {key: asked}
    root = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "expressions": {"region": {}}}
    there = {**role(B, name="b"), "module_address": module, "address": f"{module}.{B}" if module else B}
    resources = {"resources": [{**block(role(B), key), "address": B}]}
    inside = {"module_calls": {"m": {"module": resources}}} if module else {}
    blocks = [block(role(A), "aws"), *([] if module else resources["resources"])]
    configured = {"provider_config": {"aws": root, **own}, "root_module": {"resources": blocks, **inside}}
    iam = read_iam(plan(role(A), there, configuration=configured))
    one, other = (iam.accounts.account_id(each) for each in iam.resources)
    assert (one == other) is one_account


def test_a_unique_id_that_a_stand_in_tells_joins_nothing() -> None:
    _, [one, other] = made((role(A, unique="AROA1"), "a"), (role(B, unique="AROA1"), "b"), providers=({}, LOCAL))
    assert one != other


@pytest.mark.parametrize(
    ("providers", "key", "believed"),
    [
        (({}, LOCAL), "a", True),
        (({}, LOCAL), "b", False),
        (({}, FOREIGN), "b", False),
        ((LOCAL, LOCAL), "b", True),
        ((FOREIGN, FOREIGN), "b", True),
        (({}, OPEN), "b", False),
        ((OPEN, OPEN), "b", False),
        (TWO, "", True),
        (({}, LOCAL), "", False),
    ],
)
def test_which_data_source_is_believed(providers: tuple[dict[str, Any], ...], key: str, believed: bool) -> None:
    """One that reads what all providers would have read; without a block it may be of any of them."""
    read = data("aws_iam_policy", arn="arn", policy="{}")
    left = gone(change("aws_iam_role_policy.p", inline_values("lost"), inline_values("lost")))
    accounts, _ = made((role(A), "a"), (role(B, name="b"), "b"), (read, key), (left, ""), providers=providers)
    assert accounts.is_believed("", read["address"]) is believed


@pytest.mark.parametrize(
    ("providers", "key", "reads"),
    [(({}, {}), "a", True), (({}, LOCAL), "a", True), (({}, LOCAL), "b", False), (({}, {}), "", False)],
)
def test_which_data_source_asks_aws_about_a_key(providers: tuple[dict[str, Any], ...], key: str, reads: bool) -> None:
    """None that asks a stand-in, or of which the configuration does not say whom it asks."""
    read = data("aws_kms_key", arn="arn")
    accounts, _ = made((role(A), "a"), (role(B, name="b"), "b"), (read, key), providers=providers)
    assert accounts.reads_keys("", read["address"]) is reads


def test_data_sources_that_read_two_accounts_were_read_by_two_instances() -> None:
    """Also where nothing else is of their provider."""
    first, second = data(IDENTITY, "first", account_id=ONE), data(IDENTITY, "second", account_id=OTHER)
    accounts, _ = made((role(A), "a"), (role(B, name="b"), "a"), (first, "b"), (second, "b"))
    assert [accounts.reading("aws.b", "", each["address"]).number for each in (first, second)] == [ONE, OTHER]
