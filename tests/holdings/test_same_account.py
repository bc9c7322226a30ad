"""Accounts: what proves that resources are of one account, what proves that they are not, and what proves nothing."""

from typing import Any

import pytest

from gate.holdings.accounts import Accounts
from gate.holdings.grouping import Grouping
from gate.holdings.principals import Principals
from gate.holdings.resolve import IamResource
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import read_iam

ONE, OTHER = "111122223333", "444455556666"
ROLE_ARN = "arn:aws:iam::{}:role/app"


def role(address: str, number: str = "", unique: str = "") -> dict[str, Any]:
    """A role that stays as it is; its ARN names an account, its unique id is AWS's own."""
    values = {"name": "app", "arn": ROLE_ARN.format(number) if number else None, "unique_id": unique or None}
    return change(address, values, values)


def accounts(providers: dict[str, Any], *roles: tuple[dict[str, Any], str]) -> tuple[Accounts, list[IamResource]]:
    """The accounts of roles, each under the provider of that key."""
    blocks = [
        {
            "address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"],
            "provider_config_key": key,
        }
        for one, key in roles
    ]  # fmt: skip
    configuration = {"provider_config": providers, "root_module": {"resources": blocks}}
    iam = read_iam(plan(*(one for one, _ in roles), configuration=configuration))
    return iam.accounts, iam.resources


def provider(alias: str = "", **arguments: Any) -> dict[str, Any]:
    """A provider block; arguments are constants."""
    expressions = {name: {"constant_value": value} for name, value in arguments.items()}
    return {"name": "aws", "expressions": expressions, **({"alias": alias} if alias else {})}


def ids(found: tuple[Accounts, list[IamResource]]) -> list[str]:
    """The account of each role, in their order."""
    return [found[0].account_id(resource) for resource in found[1]]


def test_one_provider_is_one_account() -> None:
    """Nothing else is needed, and the own ARN of a resource gives the number."""
    found = accounts({"aws": provider()}, (role("aws_iam_role.a"), "aws"), (role("aws_iam_role.b", ONE), "aws"))
    assert ids(found) == [ONE, ONE]
    assert found[0].all[ONE].label == f"account {ONE}"


def test_an_account_is_told_where_there_are_several() -> None:
    """By its number, or by its provider, which is no name; one that several may be is not told."""
    blocks = {"aws": provider(profile="p"), "aws.b": provider("b", profile="q")}
    found, resources = accounts(blocks, (role("aws_iam_role.a", ONE), "aws"), (role("aws_iam_role.b"), "aws.b"))
    one, other = (found.account_id(resource) for resource in resources)
    apart, together = Grouping(found), Grouping(found, frozenset({one, other}))
    assert [apart.label_suffix(each) for each in (one, other)] == [f" in account {ONE}", " of provider aws.b"]
    assert apart.label_suffix(other).alike == ""
    assert together.label_suffix(together.joined) == ""
    assert [apart.account_id(each) for each in resources] == [one, other]
    assert {together.account_id(each) for each in resources} == {together.joined}
    met = {Principals(resources, together).principal_at(each.address, after=True) for each in resources}
    assert [each and each.account for each in met] == [together.joined]
    alone = Grouping(found, frozenset({one}))
    assert [alone.account_id(each) for each in resources] == [alone.joined, other]


def test_two_numbers_are_two_accounts() -> None:
    """The ARNs say so, whatever the provider blocks look like."""
    blocks = {"aws": provider(), "aws.b": provider("b")}
    found = accounts(blocks, (role("aws_iam_role.a", ONE), "aws"), (role("aws_iam_role.b", OTHER), "aws.b"))
    assert ids(found) == [ONE, OTHER]
    assert found[0].differ(ONE, OTHER)


def test_one_number_under_two_providers_is_one_account() -> None:
    """Two aliases of one account, for two regions."""
    blocks = {"aws": provider(), "aws.b": provider("b", region="us-east-1")}
    found = accounts(blocks, (role("aws_iam_role.a", ONE), "aws"), (role("aws_iam_role.b", ONE), "aws.b"))
    assert ids(found) == [ONE, ONE]
    assert len(found[0].all[ONE].providers) == 2


def test_blocks_that_differ_in_the_region_only_are_one_account() -> None:
    """What a provider block says of the account is the same; the region is not about it."""
    blocks = {"aws": provider(profile="p", region="eu-west-1"), "aws.b": provider("b", profile="p", region="us-east-1")}
    found = accounts(blocks, (role("aws_iam_role.a"), "aws"), (role("aws_iam_role.b"), "aws.b"))
    assert len(set(ids(found))) == 1


def test_blocks_that_differ_prove_nothing() -> None:
    """Two profiles may lead into one account: neither equal nor different, and both are to be judged."""
    blocks = {"aws": provider(profile="p"), "aws.b": provider("b", profile="q")}
    found = accounts(blocks, (role("aws_iam_role.a"), "aws"), (role("aws_iam_role.b"), "aws.b"))
    one, other = ids(found)
    assert one != other
    assert not found[0].differ(one, other)


@pytest.mark.parametrize(("unique", "same", "differ"), [("AROA1", True, False), ("AROA2", False, True)])
def test_one_name_with_one_unique_id_is_one_role(unique: str, same: bool, differ: bool) -> None:
    """AWS's own id of a role is of one account; two ids of one name are two roles, and so two accounts."""
    blocks = {"aws": provider(profile="p"), "aws.b": provider("b", profile="q")}
    roles = (role("aws_iam_role.a", unique="AROA1"), "aws"), (role("aws_iam_role.b", unique=unique), "aws.b")
    found = accounts(blocks, *roles)
    one, other = ids(found)
    assert ((one == other), one != other and found[0].differ(one, other)) == (same, differ)


@pytest.mark.parametrize(
    ("more", "unique", "proven"),
    [
        ({"deposed": False}, "AROA1", "same"),
        ({"deposed": "0a1b2c3d"}, "AROA1", "nothing"),
        ({"deposed": "0a1b2c3d"}, "AROA2", "nothing"),
        ({}, "", "nothing"),
        ({}, 5, "nothing"),
    ],
)
def test_what_is_no_unique_id_of_a_role_that_lives_proves_nothing(more: Any, unique: Any, proven: str) -> None:
    """An object that a replacement left over may have been of another account."""
    blocks = {"aws": provider(profile="p"), "aws.b": provider("b", profile="q")}
    values = {"name": "app", "unique_id": "AROA1" if more else unique}, {"name": "app", "unique_id": unique}
    first = change("aws_iam_role.a", values[0], values[0])
    second = change("aws_iam_role.b", values[1], values[1], **more)
    found = accounts(blocks, (first, "aws"), (second, "aws.b"))
    one, other = ids(found)
    assert ("same" if one == other else "differ" if found[0].differ(one, other) else "nothing") == proven


def test_sources_that_disagree_prove_nothing() -> None:
    """One provider whose resources are of two accounts: no number is believed, and this is noted."""
    found = accounts({"aws": provider()}, (role("aws_iam_role.a", ONE), "aws"), (role("aws_iam_role.b", OTHER), "aws"))
    [account] = found[0].all.values()
    assert (account.number, account.is_contradictory, account.label) == (None, True, "provider aws")


def test_a_stand_in_that_only_data_sources_use_tells_no_number() -> None:
    """What it answers at the apply may be another one."""
    read = {
        "address": "module.m.data.aws_caller_identity.x",
        "mode": "data",
        "type": "aws_caller_identity",
        "name": "x",
    }
    block = {**read, "address": "data.aws_caller_identity.x", "provider_config_key": "module.m:aws"}

    def number(read_there: str = ONE, **arguments: Any) -> str | None:
        providers = {"aws": provider(), "module.m:aws": {**provider(**arguments), "module_address": "module.m"}}
        module = {"address": "module.m", "resources": [{**read, "values": {"account_id": read_there}}]}
        text = plan(
            role("aws_iam_role.a", ONE),
            configuration={
                "provider_config": providers,
                "root_module": {"module_calls": {"m": {"source": "./m", "module": {"resources": [block]}}}},
            },
            prior_state={"values": {"root_module": {"child_modules": [module]}}},
        )
        return read_iam(text).accounts.reading("module.m:aws", "module.m", read["address"]).number

    assert number(region="us-east-1") == ONE
    assert number("", allowed_account_ids=[OTHER]) == OTHER
    assert number(endpoints={"sts": "http://localhost"}, region="us-east-1") is None


def read_as(kind: str, number: str, key: str = "aws", **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block of a data source, and what it read of its provider."""
    shared = {"address": f"data.{kind}.x", "mode": "data", "type": kind, "name": "x"}
    return {**shared, "provider_config_key": key}, {**shared, "values": {"account_id": number, **more}}


def proven(providers: dict[str, Any], *roles: tuple[dict[str, Any], str], key: str = "aws") -> list[list[str]]:
    """The numbers that are proven of the account of each role, where a data source read one for the provider `key`."""
    block, seen = read_as("aws_caller_identity", ONE, key)
    blocks = [
        {**{name: one[name] for name in ("address", "mode", "type", "name")}, "provider_config_key": used}
        for one, used in roles
    ]
    configuration = {"provider_config": providers, "root_module": {"resources": [*blocks, block]}}
    state = {"values": {"root_module": {"resources": [seen]}}}
    iam = read_iam(plan(*(one for one, _ in roles), configuration=configuration, prior_state=state))
    return [sorted(iam.accounts.proven(iam.accounts.account_id(each))[0]) for each in iam.resources]


def test_what_was_read_proves_the_number_of_the_account_that_was_asked() -> None:
    """Of the only one; what resources say themselves counts for more; where they disagree, nothing is proven."""
    a, b = "aws_iam_role.a", "aws_iam_role.b"
    one = {"aws": provider()}
    assert proven(one, (role(a), "aws")) == [[ONE]]
    assert proven(one, (role(a, OTHER), "aws")) == [[OTHER]]
    assert proven(one, (role(a, ONE), "aws"), (role(b, OTHER), "aws")) == [[], []]
    two = {"aws": provider(profile="x"), "aws.b": provider("b", profile="y")}
    assert proven(two, (role(a), "aws"), (role(b), "aws.b")) == [[ONE], []]
    assert proven(two, (role(a), "aws"), (role(b), "aws.b"), key="aws.b") == [[], [ONE]]


def test_the_only_account_has_the_number_that_its_resources_say() -> None:
    """Whatever its provider calls: there is no other one to be told from."""
    unknown = {"name": "aws", "expressions": {"endpoints": [{"iam": {"references": ["var.x"]}}]}}
    found, [only] = accounts({"aws": unknown}, (role("aws_iam_role.a", ONE), "aws"))
    assert (found.all[ONE].number, found.told_apart(found.account_id(only))) == (ONE, "")


BLOCK = {"mode": "managed", "type": "aws_iam_role_policy"}


def inline(name: str, *statements: Any) -> dict[str, Any]:
    values = {"name": name, "role": "app", "policy": policy(*statements)}
    return change(f"aws_iam_role_policy.{name}", None, values)


@pytest.mark.parametrize(("key", "rules"), [("module.n.module.m:aws", {"KMS009"}), ("module.m:aws", set[str]())])
def test_a_deny_of_another_account_than_that_of_a_module_around(key: str, rules: set[str]) -> None:
    """Terraform 1.1 does not say which provider the inner module was given: that of the module around it."""
    at = key.rpartition(":")[0]
    deny, full = inline("deny", statement("kms:*", effect="Deny")), inline("full", statement("kms:*"))
    block = {**BLOCK, "address": "aws_iam_role_policy.full", "name": "full", "provider_config_key": key}
    called: dict[str, Any] = {"m": {"module": {"resources": [block]}}}
    if at != "module.m":
        called = {"n": {"module": {"module_calls": called}}}
    outer = {**BLOCK, "address": "aws_iam_role_policy.deny", "name": "deny", "provider_config_key": "aws"}
    root = {"resources": [outer], "module_calls": called}
    configuration = {"provider_config": {"module.n:aws": provider(profile="p")}, "root_module": root}
    inside = {**full, "address": f"{at}.aws_iam_role_policy.full", "module_address": at}
    assert {one.rule for one in findings(plan(deny, inside, configuration=configuration))} == rules
