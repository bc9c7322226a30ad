"""What a provider knows: account, partition and region that a deferred data source hides, before and after."""

from typing import Any

import pytest

from gate.holdings.accounts import Accounts
from gate.holdings.provider_values import ProviderValues, arn_text
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.plan.before_after import managed_resources
from gate.plan.model import Plan, read
from gate.plan.references import References
from gate.unknown import Template, Unresolved
from tests.helpers.plans import change, findings, plan, policy, statement

NUMBER = "111122223333"
ROLE = {"name": "r", "arn": f"arn:aws-cn:iam::{NUMBER}:role/r", "unique_id": "AROA1"}
REGION = {"constant_value": "eu-west-1"}


def block(kind: str, name: str = "x", key: str = "aws", mode: str = "data", **expressions: Any) -> dict[str, Any]:
    address = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
    found = {"address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": key}
    return {**found, "expressions": expressions} if expressions else found


def facts(blocks: list[Any], providers: Any, changes: Any = (), **more: Any) -> ProviderValues:
    configuration = {"provider_config": providers, "root_module": {"resources": blocks}}
    raw = plan(*changes, configuration=configuration, **more)
    made: Plan = read(raw, "plan.json")[0]
    references = References(made)
    managed = managed_resources(made, RESOURCE_TYPES)
    accounts = Accounts(made, references, managed, SourceAnswers(made).provider_may_hide, lambda key: False)
    return ProviderValues(made, references, accounts)


def hole(reference: str, *, exact: bool = True) -> Unresolved:
    return Unresolved((reference,), exact)


IDENTITY, PARTITION, REGIONS = (block(f"aws_{kind}") for kind in ("caller_identity", "partition", "region"))
ACCOUNT_ID = hole("data.aws_caller_identity.x.account_id")
NAME = hole("data.aws_region.x.name")


def test_the_account_and_the_partition_that_are_proven() -> None:
    """From the own ARN of what the provider manages; the text around a hole joins it."""
    managed = [change("aws_iam_role.r", ROLE, ROLE)]
    known = facts([IDENTITY, PARTITION, block("aws_iam_role", "r", mode="managed")], {}, managed)
    assert known.filled(ACCOUNT_ID) == NUMBER
    partition = hole("data.aws_partition.x.partition")
    arn = Template(("arn:", partition, ":kms:*:", ACCOUNT_ID, ":key/*"))
    assert known.filled({"Resource": [arn]}) == {"Resource": [f"arn:aws-cn:kms:*:{NUMBER}:key/*"]}


@pytest.mark.parametrize(("kind", "expected"), [("caller_identity", NUMBER), ("partition", "aws-cn")])
def test_the_id_of_a_data_source(kind: str, expected: str) -> None:
    """Is the account, or the partition."""
    managed = [change("aws_iam_role.r", ROLE, ROLE)]
    known = facts([IDENTITY, PARTITION, block("aws_iam_role", "r", mode="managed")], {}, managed)
    assert known.filled(hole(f"data.aws_{kind}.x.id")) == expected


def stands(known: ProviderValues, reference: str) -> str:
    found = known.filled(hole(reference))
    return found.stands_for if isinstance(found, Unresolved) else ""


def test_each_instance_of_a_provider_stands_for_itself() -> None:
    """With for_each nobody knows which a data source uses."""
    identity = block("aws_caller_identity", key="aws.e")
    each = {"assume_role": [{"role_arn": {"references": ["each.value"]}}]}
    known = facts([identity], {"aws.e": {"name": "aws", "alias": "e", "expressions": each}})
    users = [f"data.aws_caller_identity.x{key}" for key in ("", '["a"]', "[0]")]
    assert [stands(known, f"{user}.account_id") for user in users] == [
        f"(account of provider aws.e _an instance of its for_each_ of {user})" for user in users
    ]


def test_what_is_not_proven_stands_for_one_text_a_provider() -> None:
    """Equal for every data source without arguments under one provider, different for another provider."""
    blocks = [IDENTITY, block("aws_caller_identity", "y"), block("aws_caller_identity", "z", "aws.b")]
    providers = {"aws.b": {"name": "aws", "alias": "b", "expressions": {"profile": {"constant_value": "b"}}}}
    known = facts(blocks, providers)
    x, y, z = (known.filled(hole(f"data.aws_caller_identity.{name}.account_id")) for name in "xyz")
    assert isinstance(x, Unresolved)
    assert x.stands_for == y.stands_for != z.stands_for
    assert all(each.stands_for and not set("*?:") & set(each.stands_for) for each in (x, y, z))


@pytest.mark.parametrize(
    "value",
    [
        hole("data.aws_caller_identity.x.account_id", exact=False),
        hole("data.aws_caller_identity.x.arn"),
        hole("data.aws_caller_identity.unlisted.account_id"),
        hole("aws_caller_identity.x.account_id"),
        hole("var.account"),
        Unresolved(),
    ],
)
def test_other_holes_stay_open(value: Unresolved) -> None:
    """Only what a data source reads of the provider itself is the same before and after."""
    managed = [change("aws_iam_role.r", ROLE, ROLE)]
    assert facts([IDENTITY, block("aws_iam_role", "r", mode="managed")], {}, managed).filled(value) == value


def test_a_data_source_with_arguments_is_none_of_the_providers() -> None:
    """`data "aws_region" "x" { name = "us-east-1" }` reads the region that it is given."""
    given = block("aws_region", name="x") | {"expressions": {"name": {"references": ["var.region"]}}}
    assert facts([given], {"aws": {"name": "aws", "expressions": {"region": REGION}}}).filled(NAME) == NAME


@pytest.mark.parametrize(
    ("region", "variables", "expected"),
    [
        (REGION, {}, "eu-west-1"),
        ({"references": ["var.region"]}, {"region": {"value": "eu-central-1"}}, "eu-central-1"),
        ({"references": ["var.region"]}, {"region": {"value": "eu"}}, None),  # part of it: "${var.region}-west-1"
        ({"references": ["var.region", "var.other"]}, {"region": {"value": "eu-west-1"}}, None),
        ({"references": ["local.region"]}, {}, None),
        ({}, {}, None),
    ],
)
def test_the_region_of_a_provider(region: Any, variables: Any, expected: str | None) -> None:
    """The block's constant or the planned variable that it names; where none is known it is a text of its own."""
    known = facts([REGIONS], {"aws": {"name": "aws", "expressions": {"region": region}}}, variables=variables)
    found = known.filled(NAME)
    assert found == expected if expected else isinstance(found, Unresolved) and found.stands_for


def test_a_region_that_was_read_while_planning() -> None:
    """Another data source of the same provider, which was not deferred."""
    blocks = [REGIONS, block("aws_region", "read"), block("aws_region", "b", "aws.b")]
    providers = {"aws.b": {"name": "aws", "alias": "b", "expressions": {"region": {"references": ["var.x"]}}}}
    reading = {"address": "data.aws_region.read", "mode": "data", "type": "aws_region", "name": "read"}
    prior = {"values": {"root_module": {"resources": [{**reading, "values": {"name": "eu-north-1"}}]}}}
    known = facts(blocks, providers, prior_state=prior)
    assert known.filled(NAME) == "eu-north-1"
    assert isinstance(known.filled(hole("data.aws_region.b.name")), Unresolved)


def regions_read(*values: str, kind: str = "aws_region") -> dict[str, Any]:
    """What `data.aws_region` of these instances, or of others, read while planning."""
    own = {"mode": "data", "type": kind, "name": "read"}
    found = [
        {**own, "address": f"data.{kind}.read[{place}]", "index": place, "values": {"name": value}}
        for place, value in enumerate(values)
    ]
    return {"values": {"root_module": {"resources": found}}}


@pytest.mark.parametrize(
    ("blocks", "prior", "expected"),
    [
        ([REGIONS, block("aws_region", "read")], regions_read("eu-north-1"), "eu-north-1"),
        ([REGIONS, block("aws_region", "read")], regions_read("eu-north-1", "eu-north-1"), "eu-north-1"),
        ([REGIONS, block("aws_region", "read")], regions_read("eu-north-1", "eu-west-1"), None),
        ([REGIONS, block("aws_region", "read", "aws.b")], regions_read("eu-north-1"), None),
        ([REGIONS, block("aws_region", "read", region=REGION)], regions_read("eu-north-1"), None),
        ([REGIONS], regions_read("eu-north-1"), None),
        ([REGIONS, block("aws_regions", "read")], regions_read("eu-north-1", kind="aws_regions"), None),
        ([REGIONS, block("aws_region", "read")], regions_read(""), None),
    ],
)
def test_which_regions_that_were_read_count(blocks: Any, prior: Any, expected: str | None) -> None:
    """Those of the same provider, without arguments, where all agree."""
    found = facts(blocks, {}, prior_state=prior).filled(NAME)
    assert found == expected if expected else isinstance(found, Unresolved) and found.stands_for


def test_a_region_under_the_newer_name() -> None:
    """An attribute that says nothing is passed over."""
    prior = regions_read("")
    prior["values"]["root_module"]["resources"][0]["values"]["region"] = "eu-north-1"
    assert facts([REGIONS, block("aws_region", "read")], {}, prior_state=prior).filled(NAME) == "eu-north-1"


def test_a_region_that_was_read_beside_an_expression() -> None:
    """One that cannot be followed says nothing; what was read does."""
    providers = {"aws": {"name": "aws", "expressions": {"region": {"references": ["local.region"]}}}}
    known = facts([REGIONS, block("aws_region", "read")], providers, prior_state=regions_read("eu-north-1"))
    assert known.filled(NAME) == "eu-north-1"


def test_the_region_of_a_provider_in_a_module() -> None:
    """Names variables of the module, which are none of the plan's; nor is the source asked for it."""
    key = "module.m:aws"
    provider = {"name": "aws", "module_address": "module.m", "expressions": {"region": {"references": ["var.region"]}}}
    module = {"source": "./m", "module": {"resources": [block("aws_region", key=key)]}}
    configuration = {"provider_config": {key: provider}, "root_module": {"module_calls": {"m": module}}}
    made = read(plan(configuration=configuration, variables={"region": {"value": "eu-central-1"}}), "plan.json")[0]
    references = References(made)
    accounts = Accounts(made, references, [], SourceAnswers(made).provider_may_hide, lambda key: False)
    values = ProviderValues(made, references, accounts, lambda key, name: "eu-south-1")
    found = values.filled(hole("module.m.data.aws_region.x.name"))
    assert isinstance(found, Unresolved)
    assert found.stands_for


WRITTEN = {"references": ["local.region"]}


@pytest.mark.parametrize(
    ("region", "written", "expected"),
    [
        (WRITTEN, "eu-south-1", "eu-south-1"),
        (WRITTEN, Unresolved(), None),
        (WRITTEN, None, None),
        (REGION, "eu-south-1", "eu-west-1"),
        (None, "eu-south-1", None),  # a provider of the environment
        ({"references": ["var.region"]}, Unresolved(), None),
        ({"references": ["var.region"]}, None, "eu-central-1"),
    ],
)
def test_what_the_source_makes_of_a_region(region: Any, written: Any, expected: str | None) -> None:
    """Counts where the block has no constant, and before the planned variable."""
    asked: list[tuple[str, str]] = []

    def source(key: str, name: str) -> Any:
        asked.append((key, name))
        return written

    provider = {"name": "aws", "expressions": {} if region is None else {"region": region}}
    configuration = {"provider_config": {"aws": provider}, "root_module": {"resources": [REGIONS]}}
    made = read(plan(configuration=configuration, variables={"region": {"value": "eu-central-1"}}), "plan.json")[0]
    references = References(made)
    accounts = Accounts(made, references, [], SourceAnswers(made).provider_may_hide, lambda key: False)
    found = ProviderValues(made, references, accounts, source).filled(NAME)
    assert found == expected if expected else isinstance(found, Unresolved) and found.stands_for
    assert asked == ([("aws", "region")] if isinstance(region, dict) and region is not REGION else [])


KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
ELSEWHERE = {"constant_value": "http://localhost:4566"}


def key_read(key_id: Any, kind: str = "aws_kms_key", **more: Any) -> dict[str, Any]:
    """A key that is read during apply."""
    planned = {"actions": ["read"], "after_unknown": {"arn": True}, "after_sensitive": more.pop("marks", {})}
    entry = change(f"{kind}.k", None, {"key_id": key_id}, change=planned)
    return {**entry, "mode": "data", "address": f"data.{kind}.k", **more}


@pytest.mark.parametrize("kind", ["aws_kms_key", "aws_kms_public_key"])
def test_a_key_that_is_read_by_its_arn_has_that_arn(kind: str) -> None:
    """A data source that is put off tells it before the apply."""
    known = facts([block(kind, "k")], {}, [key_read(KEY, kind)])
    assert known.filled({"Resource": [hole(f"data.{kind}.k.arn")]}) == {"Resource": [KEY]}


@pytest.mark.parametrize(
    "read",
    [
        key_read("1234abcd-12ab-34cd-56ef-1234567890ab"),
        key_read("alias/app"),
        key_read("arn:aws:kms:eu-west-1:111122223333:alias/app"),
        key_read("arn:aws:kms:eu-west-1:111122223333:key/*"),
        key_read(KEY + chr(10)),
        key_read(None),
        key_read(KEY, marks={"key_id": True}),
        key_read(KEY, marks=True),
        key_read(KEY, index="a"),
    ],
)
def test_a_key_that_is_read_otherwise_is_not_known(read: Any) -> None:
    """By its id in no account that is proven, an alias, what is no ARN, a secret, in another instance."""
    asked = hole("data.aws_kms_key.k.arn")
    assert facts([block("aws_kms_key", "k")], {}, [read]).filled(asked) == asked


UUID, SHARED = "1234abcd-12ab-34cd-56ef-1234567890ab", f"mrk-{'0a' * 16}"


@pytest.mark.parametrize(
    ("key_id", "more", "expected"),
    [
        (UUID, {}, f"arn:aws-cn:kms:eu-west-1:{NUMBER}:key/{UUID}"),
        (SHARED, {}, f"arn:aws-cn:kms:eu-west-1:{NUMBER}:key/{SHARED}"),
        ("alias/app", {}, None),
        (UUID[:-1], {}, None),
        (UUID, {"region": {"constant_value": "eu-west-2"}}, None),
    ],
)
def test_a_key_that_is_read_by_its_id(key_id: str, more: dict[str, Any], expected: str | None) -> None:
    """Is of the account and the region of the provider, where both are proven; an alias may be of any key."""
    blocks = [
        block("aws_kms_key", "k", key_id={"constant_value": key_id}, **more),
        block("aws_iam_role", "r", mode="managed"),
    ]
    changes = [change("aws_iam_role.r", ROLE, ROLE), key_read(key_id)]
    asked = hole("data.aws_kms_key.k.arn")
    in_region = {"aws": {"name": "aws", "expressions": {"region": REGION}}}
    assert facts(blocks, in_region, changes).filled(asked) == (expected or asked)
    assert facts(blocks, {}, changes).filled(asked) == asked
    assert facts(blocks[:1], in_region, changes[1:]).filled(asked) == asked


def test_a_key_that_is_called_like_one_that_is_read() -> None:
    """Is another one, with the provider of its own."""
    blocks = [block("aws_kms_key", "k"), block("aws_kms_key", "k", "aws.b", mode="managed")]
    blocks.append(block("aws_iam_role", "r", mode="managed"))
    own = {"key_id": UUID, "description": "a"}
    updated = change("aws_kms_key.k", own, {**own, "description": "b"}, change={"after_unknown": {"arn": True}})
    known = facts(
        blocks,
        {"aws": {"name": "aws", "expressions": {"region": REGION}}},
        [change("aws_iam_role.r", ROLE, ROLE), updated, key_read(SHARED)],
    )
    assert known.filled(hole("aws_kms_key.k.arn")) == hole("aws_kms_key.k.arn")
    assert known.filled(hole("data.aws_kms_key.k.arn")) == f"arn:aws-cn:kms:eu-west-1:{NUMBER}:key/{SHARED}"


@pytest.mark.parametrize(
    "asked",
    [
        hole("data.aws_kms_key.k.arn", exact=False),
        hole("data.aws_kms_key.k.id"),
        hole("aws_kms_key.k.arn"),
        Unresolved(("data.aws_kms_key.k.arn",), True, "(what the plan alone says)"),
    ],
)
def test_what_is_not_just_the_arn_that_was_read(asked: Unresolved) -> None:
    """Another attribute, a resource, or what the source has not told."""
    assert facts([block("aws_kms_key", "k")], {}, [key_read(KEY)]).filled(asked) == asked


@pytest.mark.parametrize(
    ("endpoints", "hides", "is_known"),
    [
        ({}, False, True),
        ({"kms": {"constant_value": "https://kms-fips.eu-west-1.amazonaws.com"}}, False, True),
        ({"kms": ELSEWHERE}, False, False),
        ({"kms": ELSEWHERE, "iam": {"constant_value": "http://localhost:4567"}}, False, False),
        ({"kms": ELSEWHERE, "iam": ELSEWHERE}, False, True),  # what stands for AWS in all of the plan
        ({"kms": {"references": ["var.kms"]}}, False, False),
        ({}, True, False),
    ],
)
def test_whom_a_provider_asks_about_keys(endpoints: Any, hides: bool, is_known: bool) -> None:
    """Whoever answers in AWS's place says what it likes."""
    arguments = {"endpoints": [endpoints]} if endpoints else {}
    configuration = {
        "provider_config": {"aws": {"name": "aws", "expressions": arguments}},
        "root_module": {"resources": [block("aws_kms_key", "k")]},
    }
    made = read(plan(key_read(KEY), configuration=configuration), "plan.json")[0]
    references = References(made)
    accounts = Accounts(made, references, [], lambda key, names: hides, lambda key: False)
    found = ProviderValues(made, references, accounts).filled(hole("data.aws_kms_key.k.arn"))
    assert (found == KEY) is is_known


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("arn:aws:iam::1:policy/p", "arn:aws:iam::1:policy/p"),
        (Template(("arn:", hole("data.aws_partition.x.partition"), ":iam::1:policy/p")), "arn:aws:iam::1:policy/p"),
        (Template(("arn:aws:iam::", ACCOUNT_ID, ":policy/p")), "arn:aws:iam::(own):policy/p"),
        (Template(("arn:aws:iam::", NAME, ":policy/p")), None),
        (Template(("arn:aws:iam::", hole("var.x"), ":policy/p")), None),
        (ACCOUNT_ID, None),
    ],
)
def test_the_arn_of_a_policy(value: Any, expected: str | None) -> None:
    """As far as it tells one policy from another."""
    assert arn_text(value) == expected


def deferred(*statements: Any, **unknown: Any) -> list[dict[str, Any]]:
    """A deferred policy document, whose listed resources are known only after apply, and the policy made of it."""
    read_ = change(
        "aws_iam_policy_document.d", None, {"statement": list(statements)}, mode="data",
        change={"actions": ["read"], "after_unknown": {"json": True, **unknown}},
    )  # fmt: skip
    read_["address"] = f"data.{read_['address']}"
    made = change(
        "aws_iam_role_policy.p", None, {"name": "p", "role": "app"}, change={"after_unknown": {"policy": True}}
    )
    return [read_, made]


def test_a_finding_that_rests_on_a_hole_is_never_certain() -> None:
    """All power over the keys of an account of which only the data source is known: undetermined, with its own text."""
    document = {"actions": ["kms:*"], "resources": [None]}
    changes = deferred(document, statement=[{"actions": [False], "resources": [True]}])
    references = {"references": ["data.aws_caller_identity.x.account_id", "data.aws_caller_identity.x"]}
    blocks = [
        IDENTITY,
        block("aws_iam_policy_document", "d", statement=[{"resources": references}]),
        block(
            "aws_iam_role_policy", "p", mode="managed",
            policy={"references": ["data.aws_iam_policy_document.d.json", "data.aws_iam_policy_document.d"]},
        ),
    ]  # fmt: skip
    found = findings(plan(*changes, configuration={"root_module": {"resources": blocks}}))
    assert [finding.rule for finding in found if finding.blocks] == ["KMS009"]


def test_a_policy_of_a_new_module_in_two_plans_of_one_run() -> None:
    """One plan creates a policy, another attaches it by its ARN: it is seen, and told where it is made as well."""
    from gate.check import Options, check

    full = policy(statement("kms:*"))
    arn = f"arn:aws:iam::{NUMBER}:policy/admin"

    def made(document: str, before: str | None = None, path: str = "/", number: str = "") -> bytes:
        values = {"name": "admin", "path": path, "policy": document}
        was = None if before is None else {**values, "policy": before, "arn": arn}
        after = values if before is None else {**values, "arn": arn}
        providers = {"aws": {"name": "aws", "expressions": {"allowed_account_ids": {"constant_value": [number]}}}}
        blocks = [block("aws_iam_policy", "a", mode="managed")]
        return plan(
            change("aws_iam_policy.a", was, after),
            configuration={"provider_config": providers if number else {}, "root_module": {"resources": blocks}},
        )

    def attached(before: bool = False) -> bytes:
        values = {"role": "app", "policy_arn": arn}
        return plan(change("aws_iam_role_policy_attachment.x", values if before else None, values))

    def told(*raws: bytes) -> list[tuple[str, str, str]]:
        plans = [each for i, raw in enumerate(raws) for each in read(raw, f"{i}.json")]
        return [(f.rule, f.plan, f.address) for f in check(plans, Options(no_source=True)).findings]

    policy_found, attachment_found = ("KMS001", "0.json", "aws_iam_policy.a"), "aws_iam_role_policy_attachment.x"
    assert told(attached()) == [("KMS008", "0.json", attachment_found)]
    assert told(made(full), attached()) == [policy_found, ("KMS001", "1.json", attachment_found)]
    assert told(attached(), made(full)) == [
        ("KMS001", "0.json", attachment_found),
        ("KMS001", "1.json", "aws_iam_policy.a"),
    ]
    harmless = policy(statement("s3:*"))
    assert told(made(harmless, before=harmless, number=NUMBER), attached()) == []
    assert told(made(harmless, number=NUMBER), attached()) == [
        ("KMS008", "1.json", attachment_found)
    ]  # or one is there
    assert told(made(harmless), attached()) == [("KMS008", "1.json", attachment_found)]  # of another account, perhaps
    assert told(made(full, number=NUMBER), attached())[1:] == [("KMS001", "1.json", attachment_found)]
    assert told(made(full, number="999988887777"), attached())[1:] == [("KMS008", "1.json", attachment_found)]
    assert told(made(full, path="/x/"), attached())[1:] == [("KMS008", "1.json", attachment_found)]
    changed = told(made(full, before=policy(statement("s3:*"))), attached(before=True))
    assert policy_found in changed
    assert ("KMS001", "1.json", arn) in changed
