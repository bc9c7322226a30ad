"""Which provider instance a resource uses, and what its block says of the account."""

from typing import Any

import msgspec
import pytest

from gate.plan.configuration import ProviderConfiguration
from gate.plan.provider_instances import BlockFacts, ProviderInstance, ProviderInstances

HASHICORPS, MIRROR = "registry.terraform.io/hashicorp/aws", "example.com/mirror/aws"
EACH = {"references": ["each.value"]}


def constants(**arguments: Any) -> dict[str, Any]:
    return {name: {"constant_value": value} for name, value in arguments.items()}


HIDDEN = ("assume_role", "endpoints")


def instances(
    blocks: dict[str, Any],
    *,
    hiding: dict[str, tuple[str, ...]] | None = None,
    sources: dict[str, str] | None = None,
    repeating: str = "",
) -> ProviderInstances:
    """The instances of provider blocks, each by its key and its arguments; those in `hiding` may have dynamic blocks of
    these types, `repeating` has `for_each`; `sources` are the providers of those that are not HashiCorp's aws."""
    providers = {}
    for key, arguments in blocks.items():
        source = (sources or {}).get(key, HASHICORPS)
        alias = key.rpartition(":")[2].partition(".")[2]
        block = {"name": source.rpartition("/")[2], "full_name": source, "alias": alias, "expressions": arguments}
        providers[key] = msgspec.json.decode(msgspec.json.encode(block), type=ProviderConfiguration)
    if hiding is None:
        return ProviderInstances(providers)
    return ProviderInstances(
        providers, lambda key, names: any(name in hiding.get(key, ()) for name in names), lambda key: key == repeating
    )


ROOT, PROFILE, OTHER = ProviderInstance("aws"), constants(profile="a"), constants(profile="b")
OPEN = {"profile": {"references": ["var.p"]}}
UNSAID = ProviderInstance("module.m:aws", "module.m", entry=False)
OWN = ProviderInstance("module.m:aws", "module.m")


@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        ({}, ProviderInstance("aws", entry=False)),
        ({"aws": {}}, ROOT),
        ({"aws": PROFILE}, ROOT),
        ({"aws": OPEN}, ROOT),
        ({"aws": {}, "aws.b": {}}, ROOT),
        ({"aws": PROFILE, "aws.b": PROFILE}, ROOT),
        ({"aws": {}, "aws.b": constants(region="eu-west-1")}, ROOT),
        ({"aws": {}, "aws.b": PROFILE}, UNSAID),
        ({"aws": PROFILE, "aws.b": OTHER}, UNSAID),
        ({"aws": OPEN, "aws.b": OPEN}, UNSAID),
        ({"aws.b": {}}, ProviderInstance("aws", entry=False)),
        ({"aws.b": PROFILE}, UNSAID),  # what has no block is there as well
        ({"aws": {}, "module.m:aws": {}}, ROOT),
        ({"aws": PROFILE, "module.m:aws": {}}, ROOT),
        ({"aws.b": PROFILE, "module.n:aws": PROFILE}, UNSAID),
        ({"aws": {}, "aws.b": PROFILE, "module.m:aws": {}}, UNSAID),
        ({"aws": {}, "module.m:aws": PROFILE}, OWN),
        ({"aws": {}, "module.n:aws": PROFILE}, UNSAID),
        ({"aws": PROFILE, "module.n:aws": PROFILE}, ROOT),
        ({"module.n:aws": PROFILE}, ProviderInstance("aws", entry=False)),
        ({"aws": {"assume_role": EACH}, "aws.b": {"assume_role": EACH}}, UNSAID),
    ],
)
def test_whom_a_module_was_given(blocks: dict[str, Any], expected: ProviderInstance) -> None:
    """The provider that is the only one, or whose account all others are of; else nobody knows."""
    assert instances(blocks).used_by("module.m:aws", "module.m", "module.m.aws_x.y") == expected


def test_an_alias_without_a_block() -> None:
    """Is the provider under its own name."""
    expected = ProviderInstance("aws", entry=False)
    assert instances({"aws.b": {}}).used_by("module.m:aws.b", "module.m", "") == expected


def test_a_block_that_has_for_each_only_in_the_source() -> None:
    """It is several instances where something of the account may be hidden, and only under an alias."""
    each = ProviderInstance("aws.b", "aws_x.y")
    for key, hidden, repeating, expected in (
        ("aws.b", HIDDEN, "aws.b", each),
        ("aws.b", ("assume_role",), "aws.b", each),
        ("aws.b", ("endpoints",), "aws.b", each),
        ("aws.b", (), "aws.b", ProviderInstance("aws.b")),
        ("aws.b", HIDDEN, "", ProviderInstance("aws.b")),
        ("aws", HIDDEN, "aws", ROOT),
    ):
        found = instances({"aws": {}, "aws.b": {}}, hiding={key: hidden}, repeating=repeating)
        assert found.used_by(key, "", "aws_x.y") == expected
    block = ProviderConfiguration(name="aws", alias="b")
    assert ProviderInstances({"aws.b": block}, lambda *_: True).used_by("aws.b", "", "aws_x.y") == ProviderInstance(
        "aws.b"
    )
    said = {"aws.e": {"assume_role": [constants(role_arn=ROLE)], "profile": EACH}}
    assert instances(said, hiding={"aws.e": HIDDEN}).facts(ProviderInstance("aws.e")).numbers == frozenset()


def test_a_module_within_one_that_has_a_provider_of_its_own() -> None:
    """It is given that one, the nearest, where nothing says otherwise."""
    inner, outer = "module.n.module.o:aws", "module.n:aws"
    expected = ProviderInstance(outer, "module.n[0]")
    assert instances({outer: PROFILE}).used_by("module.n.module.m:aws", "module.n[0].module.m", "") == expected
    both = instances({"aws": PROFILE, outer: PROFILE, inner: PROFILE})
    assert both.used_by("module.n.module.m:aws", "module.n[0].module.m", "") == expected
    within = both.used_by("module.n.module.o.module.m:aws", "module.n[0].module.o.module.m", "")
    assert within == ProviderInstance(inner, "module.n[0].module.o")
    assert both.used_by("module.nn:aws", "module.nn", "") == ROOT
    assert (
        instances({"aws": {}, outer: PROFILE}).used_by("module.n.module.m:aws", "module.n.module.m", "").is_unresolved
    )
    aliased = instances({"aws": PROFILE, f"{outer}.b": PROFILE})
    assert aliased.used_by("module.n.module.m:aws", "module.n.module.m", "") == ROOT


def test_other_providers_are_no_accounts() -> None:
    """One for something else is not one of AWS, and one for AWS of somebody else is another one."""
    blocks: dict[str, Any] = {"aws": {}, "x": constants(profile="a")}
    found = instances(blocks, sources={"x": "registry.terraform.io/hashicorp/null"})
    assert found.used_by("module.m:aws", "module.m", "") == ROOT
    assert [one.key for one in found.listed()] == ["aws"]
    found = instances(blocks, sources={"x": "example.com/acme/awscc"})
    assert found.used_by("module.m:aws", "module.m", "") == UNSAID
    given: dict[str, Any] = {"aws": {}, "module.m:aws": {}}
    for of_root, of_module, expected in (
        (MIRROR, MIRROR, ROOT),
        (MIRROR, HASHICORPS, UNSAID),
        (HASHICORPS, MIRROR, UNSAID),
        (HASHICORPS, f"{HASHICORPS}cc", ROOT),
    ):
        found = instances(given, sources={"aws": of_root, "module.m:aws": of_module})
        assert found.used_by("module.m:aws", "module.m", "") == expected, (of_root, of_module)


@pytest.mark.parametrize(
    ("key", "address", "within"),
    [
        ("module.m:aws", "module.m", "module.m"),
        ("module.m:aws", "module.m[0].module.n", "module.m[0]"),
        ("module.m.module.n:aws", 'module.m[0].module.n["a.b"].module.o[1]', 'module.m[0].module.n["a.b"]'),
        ("m:aws", "module.m.module.n", "module.m"),  # as Terraform 0.12 has it
        ("m.n:aws", "module.m.module.n.module.o", "module.m.module.n"),
    ],
)
def test_the_instances_of_a_block_in_a_module(key: str, address: str, within: str) -> None:
    """One for each instance of the module that it stands in."""
    assert instances({"aws": {}, key: PROFILE}).used_by(key, address, "") == ProviderInstance(key, within)


def test_a_block_with_an_instance_for_each() -> None:
    """Nobody knows which resource uses which: each is one of its own. Only one with an alias is taken apart."""
    found = instances({"aws": {}, "aws.e": {"assume_role": [{"role_arn": EACH}]}, "aws.b": {}})
    assert found.used_by("aws.e", "", "aws_x.y") == ProviderInstance("aws.e", "aws_x.y")
    assert found.facts(ProviderInstance("aws.e", "aws_x.y")).account_arguments is None
    assert found.used_by("aws.b", "", "aws_x.y") == ProviderInstance("aws.b")
    assert (found.take_apart("aws"), found.take_apart("gone"), found.take_apart("aws.b")) == (False, False, True)
    assert found.used_by("aws.b", "", "aws_x.y") == ProviderInstance("aws.b", "aws_x.y")


@pytest.mark.parametrize(
    ("instance", "unresolved", "several", "label"),
    [
        (ROOT, False, False, "provider aws"),
        (ProviderInstance("aws", entry=False), False, False, "provider aws"),
        (OWN, False, False, "provider aws in module.m"),
        (UNSAID, True, False, "the provider of module.m"),
        (ProviderInstance("module.m:aws", entry=False), True, False, "the provider of a module"),
        (ProviderInstance("aws.e", "aws_x.y"), False, True, "provider aws.e (an instance of its for_each) of aws_x.y"),
    ],
)
def test_what_an_instance_is(instance: ProviderInstance, unresolved: bool, several: bool, label: str) -> None:
    """And what people call it."""
    assert (instance.is_unresolved, instance.is_one_of_several) == (unresolved, several)
    assert str(instance.label) == label


NOTHING = BlockFacts(frozenset(), None, "{}")
ROLE = "arn:aws-cn:iam::111122223333:role/x"


def test_what_a_block_that_says_nothing_says() -> None:
    """No block at all is what one without arguments is, but where the name is none of the provider's own."""
    found = instances({"aws": {}, "module.m:aws": {}, "module.n:aws": {}}, sources={"module.n:aws": MIRROR})
    assert found.facts(ROOT) == found.facts(ProviderInstance("awscc", entry=False)) == NOTHING
    assert found.facts(ProviderInstance("aws.b", entry=False)) == NOTHING
    assert found.facts(ProviderInstance("", entry=False)) == NOTHING
    assert found.facts(ProviderInstance("mine", entry=False)) == BlockFacts(frozenset(), None, None, None)
    assert found.facts(OWN) == BlockFacts(frozenset(), None, None, "")
    assert found.facts(ProviderInstance("module.n:aws")).system not in ("", None)
    assert instances({"mine": {}}).facts(ProviderInstance("mine")) == NOTHING
    assert instances({"module.m:aws": PROFILE}).facts(OWN).account_arguments not in ("{}", None)


@pytest.mark.parametrize(
    ("arguments", "numbers", "partition"),
    [
        (constants(allowed_account_ids=["111122223333"]), {"111122223333"}, None),
        (constants(allowed_account_ids=["111122223333", "222233334444"]), set(), None),
        (constants(allowed_account_ids=["1"]), set(), None),
        (constants(allowed_account_ids=[1]), set(), None),
        ({"assume_role": [constants(role_arn=ROLE)]}, {"111122223333"}, "aws-cn"),
        ({"assume_role": [constants(role_arn="x"), constants(role_arn=ROLE)]}, {"111122223333"}, "aws-cn"),
        ({"assume_role": {"constant_value": [{"role_arn": ROLE}]}}, {"111122223333"}, "aws-cn"),
        ({"assume_role_with_web_identity": [constants(role_arn=ROLE)]}, {"111122223333"}, "aws-cn"),
        (
            {
                "assume_role": [{"role_arn": {"references": ["var.r"]}}],
                "assume_role_with_web_identity": [constants(role_arn=ROLE)],
            },
            set(),
            None,
        ),
        ({"assume_role": [{}]}, set(), None),
    ],
)
def test_which_account_a_block_proves(arguments: Any, numbers: set[str], partition: str | None) -> None:
    """That of the last role that is assumed, and the only one that is allowed; none where a role may be hidden."""
    found = instances({"aws": arguments}).facts(ROOT)
    assert (found.numbers, found.partition) == (frozenset(numbers), partition)
    assert instances({"aws": arguments}, hiding={"aws": HIDDEN}).facts(ROOT) == found  # there is no other
    hidden = instances({"aws": arguments, "aws.b": {}}, hiding={"aws": HIDDEN}).facts(ROOT)
    assert hidden.partition is None
    assert hidden.numbers == frozenset(numbers if "allowed_account_ids" in arguments else ())
    assert (hidden.account_arguments, hidden.system) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "is_constant"),
    [
        (PROFILE, True),
        ({}, True),
        (OPEN, False),
        ({"assume_role": [constants(role_arn="x")]}, True),
        ({"assume_role": [constants(role_arn="x"), OPEN]}, False),
        ({"assume_role": [{"role_arn": {}}]}, False),
        ({"assume_role": [{**constants(role_arn="x"), **OPEN}]}, False),
        ({"assume_role": [{"role_arn": "x"}]}, True),
        ({"assume_role": {"constant_value": {"role_arn": "x", "tags": {}}}}, True),
        ({"endpoints": [OPEN], **PROFILE}, True),
        ({"endpoints": [{"iam": OPEN["profile"]}], **PROFILE}, False),
    ],
)
def test_whether_all_that_decides_the_account_is_known(arguments: Any, is_constant: bool) -> None:
    """A text of it can be compared then."""
    assert (instances({"aws": arguments}).facts(ROOT).account_arguments is not None) is is_constant
    for hidden in HIDDEN:
        found = instances({"aws": arguments, "aws.b": {}}, hiding={"aws": (hidden,)}).facts(ROOT)
        assert found.account_arguments is None
        assert (found.system is None) is (hidden == "endpoints" or "iam" in str(arguments))


def test_the_order_of_arguments_is_nothing() -> None:
    """Equal texts are one account, others are not."""
    one, other = ({"assume_role": [constants(**x)]} for x in ({"a": 1, "b": 2}, {"b": 2, "a": 1}))
    found = instances({"aws": one, "aws.b": other, "aws.c": PROFILE})
    told = [found.facts(ProviderInstance(key)).account_arguments for key in ("aws", "aws.b", "aws.c")]
    assert told[0] == told[1] != told[2]


@pytest.mark.parametrize(
    ("blocks", "sources", "expected"),
    [
        ({"aws": {}}, {}, False),
        ({"aws": {}, "aws.b": {}}, {}, True),
        ({"aws": {}, "module.m:aws": PROFILE}, {}, True),
        ({"aws.b": {}}, {}, True),
        ({}, {}, False),
        ({"aws": {}, "awscc": {}}, {"awscc": f"{HASHICORPS}cc"}, False),
        ({"aws": {}, "awscc.b": {}}, {"awscc.b": f"{HASHICORPS}cc"}, False),
    ],
)
def test_whether_there_may_be_several_regions(blocks: Any, sources: dict[str, str], expected: bool) -> None:
    """Where the aws provider is configured more than once, or under an alias, beside which there is one without."""
    assert instances(blocks, sources=sources).may_be_of_several_regions is expected


def test_which_instances_there_are() -> None:
    """Of the root module; without any block there is the implicit one."""
    assert [*instances({"aws": {}, "module.m:aws": PROFILE, "aws.b": {}}).listed()] == [ROOT, ProviderInstance("aws.b")]
    assert [*instances({"module.m:aws": PROFILE}).listed()] == [ProviderInstance("aws", entry=False)]


def test_the_region_of_an_instance() -> None:
    """Instances of one block are in one each where it says so."""
    region = {"region": {"references": ["each.value", "var.x"]}}
    found = instances({"aws": constants(region="eu-west-1"), "aws.b": region, "aws.c": {"region": OPEN["profile"]}})
    assert found.region(ROOT) == {"constant_value": "eu-west-1"}
    assert found.region(ProviderInstance("aws.d", entry=False)) is None
    several = [found.is_of_several_regions(ProviderInstance(key)) for key in ("aws", "aws.b", "aws.c", "aws.d")]
    assert several == [False, True, False, False]


@pytest.mark.parametrize(
    ("arguments", "hidden", "expected"),
    [
        ({}, (), True),
        ({"endpoints": [constants(s3="https://example.com")]}, (), True),
        ({"endpoints": [constants(kms="https://example.com")]}, (), False),
        ({"endpoints": [constants(kms="https://example.com", iam="https://example.com")]}, (), True),
        ({"endpoints": [constants(kms="https://kms.eu-west-1.amazonaws.com")]}, (), True),
        ({}, ("endpoints",), False),
        ({}, ("assume_role",), True),
    ],
)
def test_whom_an_instance_asks_of_keys(arguments: Any, hidden: tuple[str, ...], expected: bool) -> None:
    """AWS, or whom it asks of principals; what has no block asks AWS."""
    found = instances({"aws": arguments}, hiding={"aws": hidden})
    assert found.asks_of_keys(ROOT) is expected
    assert found.asks_of_keys(ProviderInstance("aws.b", entry=False))
