"""Who is who: one principal's name under two providers, whichever way the account is told or not told."""

from typing import Any

import pytest

from tests.helpers.plans import change, findings, plan, policy, statement

FULL = policy(statement("kms:*"))
DENY = policy(statement("kms:*", effect="Deny"))
READ = policy(statement(["kms:Decrypt", "kms:ReEncrypt*", "kms:Generate*", "kms:Encrypt", "kms:Describe*"]))
REST = policy(
    statement(
        ["kms:P*", "kms:C*", "kms:S*", "kms:Dis*", "kms:Del*", "kms:En*", "kms:I*", "kms:Rev*", "kms:Ret*", "kms:U*"]
    )
)
ONE, OTHER = "111111111111", "222222222222"
SAME, DIFFERENT, UNPROVEN = "same", "different", "unproven"


def role_arn(number: str) -> dict[str, Any]:
    return {"assume_role": [{"role_arn": {"constant_value": f"arn:aws:iam::{number}:role/deploy"}}]}


def refers(*references: str, argument: str = "assume_role") -> dict[str, Any]:
    inner = {"references": list(references)}
    return {argument: [{"role_arn": inner}] if argument == "assume_role" else inner}


def allowed(*numbers: str) -> dict[str, Any]:
    return {"allowed_account_ids": {"constant_value": list(numbers)}}


def endpoint(url: str, service: str = "sts") -> dict[str, Any]:
    return {"endpoints": [{service: {"constant_value": url}}]}


def file_of_the_cli(name: str) -> dict[str, Any]:
    return {"shared_config_files": {"constant_value": [name]}}


REGION = {"region": {"constant_value": "us-east-1"}}
PROFILE = {"profile": {"constant_value": "prod"}}

# what the blocks `aws.a` and `aws.b` say, and what that proves of their accounts
BLOCKS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "nothing": ({}, {}, SAME),
    "another region": ({}, REGION, SAME),
    "one profile": (PROFILE, {**PROFILE, **REGION}, SAME),
    "two profiles": (PROFILE, {"profile": {"constant_value": "dev"}}, UNPROVEN),
    "one number by two roles": (role_arn(ONE), {"assume_role": role_arn(ONE)["assume_role"], **PROFILE}, SAME),
    "two numbers": (role_arn(ONE), role_arn(OTHER), DIFFERENT),
    "the last role counts": (
        {"assume_role": [*role_arn(OTHER)["assume_role"], *role_arn(ONE)["assume_role"]]},
        role_arn(ONE),
        SAME,
    ),
    "a role and an allowed account": (role_arn(ONE), allowed(ONE), SAME),
    "a role and another allowed account": (role_arn(ONE), allowed(OTHER), DIFFERENT),
    "a role of another account than allowed": ({**role_arn(ONE), **allowed(OTHER)}, allowed(ONE), UNPROVEN),
    "two allowed accounts": (allowed(ONE, OTHER), role_arn(ONE), UNPROVEN),
    "one number is not known": (role_arn(ONE), refers("var.role"), UNPROVEN),
    "one block says nothing": (role_arn(ONE), {}, UNPROVEN),
    "one allows an account": ({}, allowed(ONE), UNPROVEN),
    "equal references": (refers("var.role"), refers("var.role"), UNPROVEN),
    "a lookup in one variable": (refers("var.roles"), refers("var.roles"), UNPROVEN),
    "a function of constants": ({"assume_role": [{"role_arn": {}}]}, {"assume_role": [{"role_arn": {}}]}, UNPROVEN),
    "a variable region": (refers("var.a", argument="region"), refers("var.b", argument="region"), SAME),
    "endpoints of AWS": (endpoint("https://sts.us-east-1.amazonaws.com"), endpoint("iam-fips.amazonaws.com"), SAME),
    "a dual-stack endpoint of AWS": (endpoint("https://iam.global.api.aws"), {}, SAME),
    "an endpoint that is not set": (endpoint(""), {}, SAME),
    "insecure is off": ({"insecure": {"constant_value": False}}, {}, SAME),
    "no bundle of certificates": ({"custom_ca_bundle": {"constant_value": ""}}, {}, SAME),
    "an endpoint in a VPC": (endpoint("https://vpce-0a1-b2.sts.us-gov-west-1.vpce.amazonaws.com"), {}, SAME),
    "a service of no account": (endpoint("http://localhost:4566", "s3"), {}, SAME),
    "one endpoint that is not AWS's": (endpoint("http://localhost:4566"), endpoint("http://localhost:4566"), SAME),
    "another endpoint": (endpoint("https://iam.amazonaws.com.example.org"), {}, UNPROVEN),
    "an endpoint that is not known": ({"endpoints": [{"sts": {"references": ["var.x"]}}]}, {}, UNPROVEN),
    "credentials from elsewhere": ({"ec2_metadata_service_endpoint": {"constant_value": "http://a"}}, {}, UNPROVEN),
    "an endpoint of CloudFormation": (endpoint("http://a", "cloudformation"), {}, UNPROVEN),
    "an endpoint of Cloud Control": (endpoint("http://a", "cloudcontrolapi"), {}, UNPROVEN),
    "an endpoint of Identity Center": (endpoint("http://a", "ssoadmin"), endpoint("http://b", "ssoadmin"), UNPROVEN),
    "awscc's endpoints": ({"endpoints": {"constant_value": {"iam": "http://a"}}}, {}, UNPROVEN),
    "awscc's endpoints are not known": ({"endpoints": {"references": ["var.x"]}}, {}, UNPROVEN),
    "awscc's endpoints of AWS": ({"endpoints": {"constant_value": {"iam": "https://iam.amazonaws.com"}}}, {}, SAME),
    "one stand-in, of which one block lists more": (
        {"endpoints": [{name: {"constant_value": "http://a"} for name in ("iam", "sts", "ssoadmin")}]},
        {"endpoints": [{name: {"constant_value": "http://a"} for name in ("iam", "sts")}]},
        SAME,
    ),
    "a file of the CLI says the number": ({**file_of_the_cli("x"), **allowed(ONE)}, allowed(ONE), UNPROVEN),
    "one file of the CLI": (file_of_the_cli("x"), file_of_the_cli("x"), SAME),
    "another endpoint says the number": ({**endpoint("http://a"), **allowed(ONE)}, allowed(ONE), UNPROVEN),
    "another endpoint says another number": ({**endpoint("http://a"), **allowed(ONE)}, allowed(OTHER), UNPROVEN),
    "two numbers at one endpoint": (
        {**endpoint("http://a"), **role_arn(ONE)},
        {**endpoint("http://a"), **role_arn(OTHER)},
        DIFFERENT,
    ),
    "awscc's object": (
        {"assume_role": {"constant_value": {"role_arn": f"arn:aws:iam::{ONE}:role/x"}}},
        role_arn(OTHER),
        DIFFERENT,
    ),
}


def providers(a: Any, b: Any) -> dict[str, Any]:
    return {
        "aws.a": {"name": "aws", "alias": "a", "expressions": a},
        "aws.b": {"name": "aws", "alias": "b", "expressions": b},
    }


def configured(resources: list[tuple[dict[str, Any], str]], provider_config: Any) -> dict[str, Any]:
    """The `configuration` of root resources, each with its provider's key."""
    blocks = [
        {
            "address": f"{c['type']}.{c['name']}", "mode": c["mode"], "type": c["type"], "name": c["name"],
            "provider_config_key": key, "expressions": {},
        }
        for c, key in resources
    ]  # fmt: skip
    return {"provider_config": provider_config, "root_module": {"resources": blocks}}


def unchanged(address: str, values: Any) -> dict[str, Any]:
    return change(address, values, values)


def inline(name: str, document: str, kind: str = "role", who: str = "app") -> dict[str, Any]:
    return {"name": name, kind: who, "policy": document}


def certainly_granted(a: str, b: str) -> list[tuple[dict[str, Any], str]]:
    """Only what account a's role had before tells whether b's is new."""
    had = unchanged("aws_iam_role_policy.had", inline("had", FULL))
    return [(had, a), (change("aws_iam_role_policy.new", None, inline("new", FULL)), b)]


def held_back(a: str, b: str) -> list[tuple[dict[str, Any], str]]:
    """Only a Deny of account a's role tells whether b's is held back."""
    guard = unchanged("aws_iam_role_policy.guard", inline("guard", DENY))
    return [(guard, a), (change("aws_iam_role_policy.new", None, inline("new", FULL)), b)]


def split(a: str, b: str) -> list[tuple[dict[str, Any], str]]:
    """Neither half is full; together they are."""
    half = unchanged("aws_iam_role_policy.read", inline("read", READ))
    return [(half, a), (change("aws_iam_role_policy.rest", None, inline("rest", REST)), b)]


def joined(a: str, b: str) -> list[tuple[dict[str, Any], str]]:
    """A user joins a group that is an administrator in account b."""
    group = unchanged("aws_iam_group_policy.all", inline("all", FULL, "group", "admins"))
    return [(group, b), (change("aws_iam_user_group_membership.u", None, {"user": "u", "groups": ["admins"]}), a)]


def guard_removed(a: str, b: str) -> list[tuple[dict[str, Any], str]]:
    """A Deny of account a's role goes, b's role may do everything."""
    grant = unchanged("aws_iam_role_policy.all", inline("all", FULL))
    return [(grant, b), (change("aws_iam_role_policy.guard", inline("guard", DENY), inline("guard", REST)), a)]


NEW, DOUBT, NOTHING = ["KMS001"], ["KMS009"], list[str]()
# what is found if the two are one account, if they are two, and if nobody knows
SCENES = {
    certainly_granted: {SAME: NOTHING, DIFFERENT: NEW, UNPROVEN: DOUBT},
    held_back: {SAME: NOTHING, DIFFERENT: NEW, UNPROVEN: DOUBT},
    split: {SAME: NEW, DIFFERENT: NOTHING, UNPROVEN: DOUBT},
    joined: {SAME: NEW, DIFFERENT: NOTHING, UNPROVEN: DOUBT},
    guard_removed: {SAME: NEW, DIFFERENT: NOTHING, UNPROVEN: DOUBT},
}


def rules(*resources: dict[str, Any], **more: Any) -> list[str]:
    return [finding.rule for finding in findings(plan(*resources, **more)) if finding.blocks]


@pytest.mark.slow
@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("blocks", BLOCKS)
def test_one_name_under_two_provider_blocks(scene: Any, blocks: str) -> None:
    """Proven equal, proven different or neither: what is new in every possible account is certain, the rest is not."""
    a, b, relation = BLOCKS[blocks]
    resources = scene("aws.a", "aws.b")
    configuration = configured(resources, providers(a, b))
    assert rules(*(c for c, _ in resources), configuration=configuration) == SCENES[scene][relation]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("registry.terraform.io/hashicorp/aws", "registry.terraform.io/hashicorp/awscc", SAME),
        ("registry.opentofu.org/hashicorp/aws", "registry.opentofu.org/hashicorp/aws", SAME),
        ("registry.terraform.io/hashicorp/aws", "registry.terraform.io/example/aws", UNPROVEN),
        ("registry.terraform.io/hashicorp/aws", "registry.example.org/hashicorp/aws", UNPROVEN),
        ("registry.example.org/mirror/aws", "registry.example.org/mirror/aws", SAME),
    ],
)
def test_a_provider_that_somebody_else_wrote_proves_nothing(scene: Any, one: str, other: str, relation: str) -> None:
    """It may do nothing at all of what its resources say."""
    resources = scene("aws.a", "aws.b")
    blocks = providers({}, {})
    configuration = configured(
        resources, {"aws.a": blocks["aws.a"] | {"full_name": one}, "aws.b": blocks["aws.b"] | {"full_name": other}}
    )
    assert rules(*(c for c, _ in resources), configuration=configuration) == SCENES[scene][relation]


def role(address: str, number: str, unique: str, name: str = "app") -> dict[str, Any]:
    values = {"name": name, "arn": f"arn:aws:iam::{number}:role/{name}", "unique_id": unique}
    return unchanged(address, {**values, "inline_policy": [], "managed_policy_arns": []})


def beside(scene: Any, more: list[tuple[dict[str, Any], str]], a: Any = None, b: Any = None, **rest: Any) -> list[str]:
    """The verdict with more resources, under two blocks that tell nothing unless they are given."""
    resources = [*scene("aws.a", "aws.b"), *more]
    configuration = configured(resources, providers(a or refers("var.a"), b or refers("var.b")))
    for block in rest.pop("data", []):
        configuration["root_module"]["resources"].append(block)
    return rules(*(c for c, _ in resources), configuration=configuration, **rest)


@pytest.mark.parametrize("scene", SCENES)
def test_what_exists_tells_the_account(scene: Any) -> None:
    """The own ARN of a managed role, and the unique id of what has one name."""
    kinds = SCENES[scene]
    first = (role("aws_iam_role.x", ONE, "AROA1", "x"), "aws.a")
    assert beside(scene, [first, (role("aws_iam_role.y", OTHER, "AROA2", "y"), "aws.b")]) == kinds[DIFFERENT]
    assert beside(scene, [first, (role("aws_iam_role.y", ONE, "AROA2", "y"), "aws.b")]) == kinds[SAME]
    assert beside(scene, [first]) == kinds[UNPROVEN]
    live = [(role("aws_iam_role.x", "", "AROA1"), "aws.a"), (role("aws_iam_role.y", "", "AROA1"), "aws.b")]
    assert beside(scene, live) == kinds[SAME]
    live = [(role("aws_iam_role.x", "", "AROA1"), "aws.a"), (role("aws_iam_role.y", "", "AROA2"), "aws.b")]
    assert beside(scene, live) == kinds[DIFFERENT]


@pytest.mark.parametrize("scene", SCENES)
def test_two_creates_of_another_name_tell_nothing(scene: Any) -> None:
    """One account would refuse the second, and do the rest."""
    created = {"name": "made", "inline_policy": [], "managed_policy_arns": []}
    more = [(change(f"aws_iam_role.{key}", None, created), f"aws.{key}") for key in "ab"]
    assert beside(scene, more) == SCENES[scene][UNPROVEN]


@pytest.mark.parametrize(("follow", "expected"), [("ab", NOTHING), ("a", DOUBT), ("b", DOUBT), ("", DOUBT)])
def test_two_creates_of_one_name_are_two_principals(follow: str, expected: list[str]) -> None:
    """What waits for the one that AWS refuses never comes; what names it literally is written to the other one."""
    created = {"name": "app", "inline_policy": [], "managed_policy_arns": []}
    resources = [
        *((change(f"aws_iam_role.{key}", None, created), f"aws.{key}") for key in "ab"),
        (change("aws_iam_role_policy.a", None, inline("read", READ)), "aws.a"),
        (change("aws_iam_role_policy.b", None, inline("rest", REST)), "aws.b"),
    ]
    configuration = configured(resources, providers(refers("var.a"), refers("var.b")))
    for block in configuration["root_module"]["resources"]:
        if block["type"] == "aws_iam_role_policy" and block["name"] in follow:
            block["expressions"] = {"role": {"references": [f"aws_iam_role.{block['name']}.name"]}}
    assert rules(*(c for c, _ in resources), configuration=configuration) == expected


@pytest.mark.parametrize("scene", SCENES)
def test_an_arn_that_a_resource_mentions_tells_nothing(scene: Any) -> None:
    """An attachment may name a policy of an account that it is not in."""
    arn = f"arn:aws:iam::{ONE}:policy/x"
    more = [(unchanged("aws_iam_role_policy_attachment.x", {"role": "z", "policy_arn": arn}), "aws.b")]
    assert beside(scene, more, a=role_arn(ONE)) == SCENES[scene][UNPROVEN]


def data(key: str, number: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The block of an aws_caller_identity, and its reading in the prior state."""
    name = key.rpartition(".")[2]
    shared = {
        "address": f"data.aws_caller_identity.{name}",
        "mode": "data",
        "type": "aws_caller_identity",
        "name": name,
    }
    return {**shared, "provider_config_key": key}, {**shared, "values": {"account_id": number}}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize(("one", "other", "relation"), [(ONE, ONE, SAME), (ONE, OTHER, DIFFERENT)])
def test_a_read_caller_identity_tells_the_account(scene: Any, one: str, other: str, relation: str) -> None:
    """It is read while planning and stands in the prior state only."""
    blocks, readings = zip(data("aws.a", one), data("aws.b", other), strict=True)
    prior = {"values": {"root_module": {"resources": list(readings)}}}
    assert beside(scene, [], data=blocks, prior_state=prior) == SCENES[scene][relation]


def test_sources_that_disagree_prove_nothing() -> None:
    """A provider whose role and whose resources tell of two accounts is of an unknown one."""
    more = [(role("aws_iam_role.x", OTHER, "AROA1", "x"), "aws.a")]
    assert beside(certainly_granted, more, a=role_arn(ONE), b=role_arn(ONE)) == DOUBT


@pytest.mark.parametrize("scene", SCENES)
def test_an_instance_of_a_block_with_for_each_may_be_of_any_account(scene: Any) -> None:
    """OpenTofu lists one key for all instances of a provider with for_each."""
    resources = scene("aws.each", "aws.each")
    block = {"aws.each": {"name": "aws", "alias": "each", "expressions": refers("each.value")}}
    found = rules(*(c for c, _ in resources), configuration=configured(resources, block))
    assert found == SCENES[scene][UNPROVEN]
    block["aws.each"]["expressions"] = {"region": {"references": ["each.key"]}}
    found = rules(*(c for c, _ in resources), configuration=configured(resources, block))
    assert found == SCENES[scene][SAME]


ARN_OF_A = f"arn:aws:iam::{ONE}:policy/d"


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ({}, REGION, NOTHING),
        (role_arn(ONE), role_arn(ONE), NOTHING),
        (role_arn(ONE), role_arn(OTHER), NEW),
        (PROFILE, refers("var.b"), DOUBT),
    ],
)
@pytest.mark.parametrize("replaced", [False, True])
def test_a_policy_of_one_account_denies_nothing_in_another(a: Any, b: Any, expected: list[str], replaced: bool) -> None:
    """AWS refuses to attach it there, and the policy beside it comes about; what was attached so was found."""
    there = {"name": "d", "path": "/", "policy": DENY}
    anew = {"actions": ["delete", "create"], "after_unknown": {"arn": True}} if replaced else {}
    own = change(
        "aws_iam_policy.d", there | {"arn": ARN_OF_A}, there if replaced else there | {"arn": ARN_OF_A}, change=anew
    )
    attached = {"role": "app", "policy_arn": ARN_OF_A}
    new = (change("aws_iam_role_policy.new", None, inline("new", FULL)), "aws.b")
    for before, said in ((None, expected), (attached, NOTHING)):
        attachment = (change("aws_iam_role_policy_attachment.d", before, attached), "aws.b")
        resources = [(own, "aws.a"), attachment, new]
        if replaced and before and expected != NOTHING:
            continue  # what is made anew is not the one that is attached there
        assert rules(*(c for c, _ in resources), configuration=configured(resources, providers(a, b))) == said


def test_what_was_attached_proves_no_number_where_there_are_several_accounts() -> None:
    """Of which of them it is the number, nobody knows."""
    attached = {"role": "app", "policy_arn": ARN_OF_A.replace("/d", "/other")}
    resources = [
        (change("aws_iam_policy.d", None, {"name": "d", "path": "/", "policy": DENY}), "aws.b"),
        (change("aws_iam_role_policy_attachment.d", None, {"role": "app", "policy_arn": ARN_OF_A}), "aws.b"),
        (unchanged("aws_iam_role_policy_attachment.other", attached), "aws.b"),
        (change("aws_iam_role_policy.new", None, inline("new", FULL)), "aws.b"),
    ]
    configuration = configured(resources, providers(PROFILE, refers("var.b")))
    assert rules(*(c for c, _ in resources), configuration=configuration) == NOTHING
    elsewhere = (unchanged("aws_iam_role_policy.read", inline("read", READ, who="x")), "aws.a")
    resources.append(elsewhere)
    configuration = configured(resources, providers(PROFILE, refers("var.b")))
    assert rules(*(c for c, _ in resources), configuration=configuration) == NEW


def in_modules(scene: Any, keys: tuple[str, str], provider_config: Any, modules: tuple[str, str]) -> list[str]:
    """What a scene has before and after, in two modules, or in two instances of one."""
    ordered = modules if scene in (certainly_granted, held_back, split) else modules[::-1]
    moved = []
    for (resource, _), module in zip(scene("a", "b"), ordered, strict=True):
        moved.append({**resource, "address": f"{module}.{resource['address']}", "module_address": module})
    calls = {}
    for key, module in zip(keys, modules, strict=True):
        own = [
            {
                "address": f"{c['type']}.{c['name']}", "mode": "managed", "type": c["type"], "name": c["name"],
                "provider_config_key": key, "expressions": {},
            }
            for c in moved
            if c["module_address"].partition("[")[0] == module.partition("[")[0]
        ]  # fmt: skip
        calls[module.removeprefix("module.").partition("[")[0]] = {"source": "./m", "module": {"resources": own}}
    return rules(*moved, configuration={"provider_config": provider_config, "root_module": {"module_calls": calls}})


MODULES = ("module.a", "module.b")
INSTANCES = ("module.m[0]", "module.m[1]")
LISTED = ("module.a:aws", "module.b:aws")  # as Terraform 1.0 and 1.1 list what a module was given, or its own block
SHORT = ("a:aws", "b:aws")  # the same, not listed at all
PROXY = {"module.a:aws": {"name": "aws", "module_address": "module.a"}}
ROOT = {"name": "aws", "expressions": refers("var.x")}


def own(module: str, expressions: Any) -> dict[str, Any]:
    """A provider block that stands in a module."""
    return {f"{module}:aws": {"name": "aws", "module_address": module, "expressions": expressions}}


# keys, provider blocks, modules, and what that proves
IN_MODULES: dict[str, tuple[Any, Any, Any, str]] = {
    "a block in a module that is called twice": (
        LISTED,
        {**own("module.a", refers("var.x")), **own("module.b", refers("var.x"))},
        MODULES,
        UNPROVEN,
    ),
    "a block in a module of two instances": (
        ("module.m:aws",) * 2,
        own("module.m", refers("var.x")),
        INSTANCES,
        UNPROVEN,
    ),
    "a block in a module that bears no account": (("module.m:aws",) * 2, own("module.m", REGION), INSTANCES, SAME),
    "newer Terraform names the root's": (
        ("aws.a", "aws.b"),
        providers(role_arn(ONE), role_arn(OTHER)),
        MODULES,
        DIFFERENT,
    ),
    "the provider without a block": (("aws", "aws"), {}, MODULES, SAME),
    "nothing is listed": (SHORT, {}, MODULES, SAME),
    "one is inherited": (SHORT, {"aws": ROOT}, MODULES, SAME),
    "one is inherited and listed": (LISTED, {"aws": ROOT, **PROXY}, MODULES, SAME),
    "one of several that are one account": (LISTED, {**providers({}, REGION), **PROXY}, MODULES, SAME),
    "one of two accounts": (LISTED, {**providers(role_arn(ONE), role_arn(OTHER)), **PROXY}, MODULES, UNPROVEN),
    "one of two, of which one tells nothing": (SHORT, providers(role_arn(ONE), {}), MODULES, UNPROVEN),
}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("case", IN_MODULES)
def test_providers_of_modules(scene: Any, case: str) -> None:
    """A module's key leads to its own block, to the root's, or to nobody's."""
    keys, provider_config, modules, relation = IN_MODULES[case]
    assert in_modules(scene, keys, provider_config, modules) == SCENES[scene][relation]


def test_a_finding_names_the_accounts() -> None:
    """Where a plan has several, people have to know which one is meant, and what settles a doubt."""
    resources = certainly_granted("aws.a", "aws.b")
    for a, b, who, told in (
        (role_arn(ONE), role_arn(OTHER), f"role app in account {OTHER}", "newly has full KMS access"),
        (
            role_arn(ONE),
            refers("var.x"),
            "role app of provider aws.b",
            f"unless account {ONE} and provider aws.b are one AWS account, role app of provider aws.b newly has",
        ),
    ):
        raw = plan(*(c for c, _ in resources), configuration=configured(resources, providers(a, b)))
        (found,) = findings(raw)
        assert found.principals == (who,)
        assert told in found.message
    assert found.remedy == (
        'write `allowed_account_ids = ["123456789012"]` into provider aws.b, with its number as a literal',
    )


def remedies(a: Any, b: Any, *more: dict[str, Any], **rest: Any) -> str:
    resources = certainly_granted("aws.a", "aws.b")
    raw = plan(*(c for c, _ in resources), *more, configuration=configured(resources, providers(a, b)), **rest)
    return "; ".join(line for found in findings(raw) for line in (found.message, *found.remedy) if found.blocks)


def test_what_settles_a_doubt_is_what_people_can_do() -> None:
    """A number in the blocks that have none; a correction where two sources disagree; a block that is kept."""
    told = remedies(refers("var.a"), refers("var.b"))
    assert "into provider aws.a" in told
    assert "into provider aws.b" in told
    assert "disagrees" in remedies({**role_arn(ONE), **allowed(OTHER)}, allowed(ONE))
    resources = [(change("aws_iam_role_policy.new", None, inline("new", FULL)), "aws.b")]
    left = change("aws_iam_role_policy.old", inline("old", FULL), None)
    lives = [(role("aws_iam_role.x", ONE, "AROA1"), "aws.a"), (role("aws_iam_role.y", OTHER, "AROA2"), "aws.b")]
    configuration = configured([*resources, *lives], providers(refers("var.a"), refers("var.b")))
    raw = plan(*(c for c, _ in [*resources, *lives]), left, configuration=configuration)
    (found,) = (each for each in findings(raw) if each.blocks)
    (line,) = found.remedy
    assert line.startswith("keep the block of aws_iam_role_policy.old with `count = 0`")
    assert "the account of aws_iam_role_policy.old" in found.message


@pytest.mark.slow
def test_more_accounts_than_can_be_looked_at_are_a_doubt() -> None:
    """Many providers without a number that all have the role: what opens is told, what does not is not."""
    keys = [f"aws.p{i}" for i in range(12)]
    config = {k: {"name": "aws", "alias": k[4:], "expressions": refers("var.x")} for k in keys}
    same = [(unchanged(f"aws_iam_role_policy.{k[4:]}", inline("p", READ)), k) for k in keys[1:]]

    def found(document: str, others: Any = same) -> list[str]:
        resources = [*others, (change("aws_iam_role_policy.new", None, inline("new", document)), keys[0])]
        return rules(*(c for c, _ in resources), configuration=configured(resources, config))

    assert found(policy(statement("s3:*"))) == NOTHING
    assert found(FULL) == DOUBT
    thirds = [(unchanged(f"aws_iam_role_policy.{k[4:]}", inline("p", READ)), k) for k in keys[1:]]
    assert found(REST, thirds) == DOUBT


def test_what_is_left_of_a_principal_follows_it() -> None:
    """A deleted policy has no provider: it belongs with the role that it depended on, or whose name it has."""

    def verdict(names: tuple[str, str], depends_on: list[str]) -> list[str]:
        a, b = (
            role(f"aws_iam_role.{key}", n, f"AROA{n}", name)
            for key, n, name in zip("ab", (ONE, OTHER), names, strict=True)
        )
        new = change("aws_iam_role_policy.new", None, inline("new", FULL))
        old = change("aws_iam_role_policy.old", inline("old", FULL), None)
        resources = [(a, "aws.a"), (b, "aws.b"), (new, "aws.b")]
        state = {"address": old["address"], "type": old["type"], "name": "old", "values": {}, "depends_on": depends_on}
        return rules(
            *(c for c, _ in resources), old,
            configuration=configured(resources, providers(refers("var.a"), refers("var.b"))),
            prior_state={"values": {"root_module": {"resources": [state]}}},
        )  # fmt: skip

    assert verdict(("app", "app"), ["aws_iam_role.b"]) == NOTHING
    assert verdict(("app", "app"), ["aws_iam_role.a"]) == NEW
    assert verdict(("app", "app"), []) == DOUBT
    assert verdict(("x", "app"), []) == NOTHING


def test_a_provider_under_another_name_is_the_same_provider() -> None:
    """`required_providers` may call hashicorp/aws anything; what its block says of the account counts."""
    resources = certainly_granted("amazon", "amazon.b")
    source = "registry.terraform.io/hashicorp/aws"
    for a, b, relation in (
        ({}, {}, SAME),
        (refers("var.a"), {}, UNPROVEN),
        (role_arn(ONE), role_arn(OTHER), DIFFERENT),
    ):
        blocks = {
            "amazon": {"name": "amazon", "full_name": source, "expressions": a},
            "amazon.b": {"name": "amazon", "full_name": source, "alias": "b", "expressions": b},
        }
        found = rules(*(c for c, _ in resources), configuration=configured(resources, blocks))
        assert found == SCENES[certainly_granted][relation]


def test_a_policy_that_is_made_in_two_accounts_and_attached_in_each() -> None:
    """The same module for two accounts that are not told: what the roles had before is not new in either."""
    had = (
        unchanged("aws_iam_role_policy.had_a", inline("had", FULL)),
        unchanged("aws_iam_role_policy.had_b", inline("had", FULL)),
    )
    made = [change(f"aws_iam_policy.{key}", None, {"name": "all", "path": "/", "policy": FULL}) for key in "ab"]
    unknown = {"after_unknown": {"policy_arn": True}}
    attached = [change(f"aws_iam_role_policy_attachment.{key}", None, {"role": "app"}, change=unknown) for key in "ab"]
    resources = [(c, f"aws.{key}") for pair in (had, made, attached) for c, key in zip(pair, "ab", strict=True)]
    configuration = configured(resources, providers(refers("var.a"), refers("var.b")))
    for own in configuration["root_module"]["resources"]:
        if own["type"] == "aws_iam_role_policy_attachment":
            policy_address = f"aws_iam_policy.{own['name']}"
            own["expressions"] = {"policy_arn": {"references": [f"{policy_address}.arn", policy_address]}}
    assert rules(*(c for c, _ in resources), configuration=configuration) == NOTHING


@pytest.mark.parametrize(("key", "expected"), [("aws.a", NOTHING), ("aws.b", NEW)])
def test_a_name_that_is_used_in_another_account_is_somebody_elses(key: str, expected: set[str]) -> None:
    """A role is made anew under a name that nobody knows yet, with full access, and another policy refers to it."""
    admin = {"managed_policy_arns": ["arn:aws:iam::aws:policy/AdministratorAccess"]}
    unknown = {"actions": ["delete", "create"], "after_unknown": {"name": True}}
    role = change("aws_iam_role.app", {"name": "app1", "name_prefix": "app", **admin}, admin, change=unknown)
    document = {"name": "full", "policy": FULL}
    given = change("aws_iam_role_policy.full", None, document, change={"after_unknown": {"role": True}})
    configuration = configured([(role, "aws.a"), (given, key)], providers(role_arn(ONE), role_arn(OTHER)))
    refers_to_role = {"references": ["aws_iam_role.app.name", "aws_iam_role.app"]}
    configuration["root_module"]["resources"][1]["expressions"] = {"role": refers_to_role}
    assert rules(role, given, configuration=configuration) == expected


def test_a_policy_out_of_sight_is_told_of_the_account_that_gets_it() -> None:
    """And not again of the one role that there is if the accounts are one."""
    unseen = [
        (
            change(
                f"aws_iam_role_policy_attachment.{key}",
                None,
                {"role": "app", "policy_arn": f"arn:aws:iam::{ONE}:policy/unseen_{key}"},
            ),
            f"aws.{key}",
        )
        for key in "ab"
    ]
    blocks = providers(refers("var.a"), refers("var.b"))
    found = findings(plan(*(c for c, _ in unseen), configuration=configured(unseen, blocks)))
    assert [(one.rule, one.principals) for one in found] == [
        ("KMS008", (f"role app of provider aws.{key}",)) for key in "ab"
    ]


def test_one_deny_for_two_accounts_is_no_rival_of_itself() -> None:
    """A Deny that is widened alike for every account stays, whichever of the accounts are one."""
    wider = policy(statement("kms:*", effect="Deny"), statement("s3:*", effect="Deny"))
    resources = [
        (each, key)
        for key in ("aws.a", "aws.b")
        for each in (
            unchanged(f"aws_iam_role_policy.all_{key[-1]}", inline("all", FULL)),
            change(f"aws_iam_role_policy.guard_{key[-1]}", inline("guard", DENY), inline("guard", wider)),
        )
    ]
    blocks = providers(refers("var.a"), refers("var.b"))
    assert findings(plan(*[each for each, _ in resources], configuration=configured(resources, blocks))) == ()


def named_app(name: str, number: str = "", **more: Any) -> dict[str, Any]:
    """A role that is created, or with the number of its account one that stays as it is."""
    values = {"name": "app", **more}
    known = {"arn": f"arn:aws:iam::{number}:role/app", "unique_id": f"AROA{number}"}
    if number:
        return unchanged(f"aws_iam_role.{name}", {**values, **known})
    return change(f"aws_iam_role.{name}", None, values, change={"after_unknown": dict.fromkeys(known, True)})


NEW_ACCOUNTS = {
    "a role that only reads beside one with a boundary": [
        (named_app("old", ONE, permissions_boundary="arn:aws:iam::aws:policy/ReadOnlyAccess"), "aws.a"),
        (unchanged("aws_iam_role_policy.old", inline("p", FULL)), "aws.a"),
        (named_app("new"), "aws.b"),
        (change("aws_iam_role_policy.new", None, inline("p", READ)), "aws.b"),
    ],
    "a policy by the name of a Deny": [
        (named_app("old", ONE), "aws.a"),
        (unchanged("aws_iam_role_policy.old", inline("p", FULL)), "aws.a"),
        (unchanged("aws_iam_role_policy.guard", inline("base", DENY)), "aws.a"),
        (named_app("new"), "aws.b"),
        (change("aws_iam_role_policy.new", None, inline("base", READ)), "aws.b"),
    ],
    "a half": [
        (named_app("old", ONE), "aws.a"),
        (unchanged("aws_iam_role_policy.old", inline("read", READ)), "aws.a"),
        (named_app("new"), "aws.b"),
        (change("aws_iam_role_policy.new", None, inline("rest", REST)), "aws.b"),
    ],
}


@pytest.mark.parametrize("name", NEW_ACCOUNTS)
def test_a_role_that_is_created_while_one_of_its_name_lives_is_of_another_account(name: str) -> None:
    """AWS refuses a second role of one name, so the account that is added to the configuration is another one: what its
    role has of a few actions is new, and nothing else is."""
    resources = NEW_ACCOUNTS[name]
    configuration = configured(resources, providers({}, refers("var.b")))
    for block in configuration["root_module"]["resources"]:
        if block["type"] == "aws_iam_role_policy":
            owner = "old" if block["provider_config_key"] == "aws.a" else "new"
            block["expressions"] = {"role": {"references": [f"aws_iam_role.{owner}.name", f"aws_iam_role.{owner}"]}}
    seen = findings(plan(*[each for each, _ in resources], configuration=configuration))
    assert seen
    assert not any(finding.blocks for finding in seen)
    assert not any("can't be told" in finding.message or finding.blocks for finding in seen)
