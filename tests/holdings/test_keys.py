"""Which policy of a key is in force before and after a change, and whose the names in it are."""

from typing import Any

import pytest

from gate.holdings.keys import keys
from tests.helpers.key_plans import APP, ARN, ID, OTHER, OWN, ROOT, allow, key, told
from tests.helpers.plans import change, findings, plan, policy
from tests.helpers.rooms import read_iam

SHARED = policy(ROOT, allow({"AWS": OTHER}))
WARNS = [f"KMS005 warns account {OTHER}"]
OPEN = ["KMS009 blocks everyone"]
PROVIDER = {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}}


def block(address: str, provider: str = "aws", **expressions: Any) -> dict[str, Any]:
    """A resource or data source of the configuration."""
    mode = "data" if address.startswith("data.") else "managed"
    kind, _, name = address.removeprefix("data.").partition(".")
    return {
        "address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": provider,
        "expressions": expressions,
    }  # fmt: skip


def configured(*blocks: dict[str, Any], **more: Any) -> dict[str, Any]:
    """The configuration of these blocks under one provider, or several."""
    return {"configuration": {"provider_config": more.get("providers", PROVIDER), "root_module": {"resources": blocks}}}


def references(*names: str) -> dict[str, Any]:
    """An expression of which only the references are told."""
    return {"references": [*names]}


def put(before: str | None, after: str | None, **more: Any) -> dict[str, Any]:
    """An aws_kms_key_policy of the key before and after."""

    def values(text: str | None) -> Any:
        return None if text is None else {"key_id": ID, "policy": text, **more}

    return change("aws_kms_key_policy.p", values(before), values(after))


def says(*changes: dict[str, Any], **more: Any) -> list[str]:
    """What gate finds, in short."""
    return told(*findings(plan(*changes, **more)))


def created_key(**more: Any) -> dict[str, Any]:
    """A key that is created with a policy that the plan does not show."""
    unknown = {"policy": True, "arn": True, "key_id": True, "id": True}
    return change("aws_kms_key.k", None, {"description": "d"}, change={"after_unknown": unknown}, **more)


def test_a_policy_that_nobody_configured_is_the_default_one() -> None:
    """Proven by the configuration; where there is none, it may be anything."""
    assert says(created_key(), **configured(block("aws_kms_key.k"))) == []
    assert says(created_key(), **configured(block("aws_kms_key.k", policy=references("local.policy")))) == OPEN
    assert says(created_key()) == OPEN


def test_a_policy_that_is_set_to_null_is_the_default_one() -> None:
    """Of one that refers to variables alone which are nothing, that is taken at face value."""
    assert says(created_key(), **configured(block("aws_kms_key.k", policy={"constant_value": None}))) == []
    refers = configured(block("aws_kms_key.k", policy=references("var.policy")))
    assert says(created_key(), **refers, variables={"policy": {"value": "x"}}) == OPEN
    assert says(created_key(), **refers, variables={"policy": {"value": None}}) == ["KMS007 warns key aws_kms_key.k"]


def test_true_is_not_1() -> None:
    """A condition that asks for `1` is another one than that which asks for `true`: the policy is written anew."""

    def tagged(value: Any) -> str:
        return policy(ROOT, allow({"AWS": OTHER}, Condition={"StringEquals": {"aws:PrincipalTag/x": value}}))

    assert says(key(tagged(True), tagged(1))) == says(key(tagged("true"), tagged("1"))) == WARNS
    assert says(key(tagged(True), tagged("true"))) == []


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        pytest.param([key(SHARED, SHARED), put(None, SHARED)], [], id="from the attribute to the resource"),
        pytest.param([key(SHARED, SHARED), put(SHARED, None)], [], id="and destroyed: the default policy is put"),
        pytest.param([key(SHARED, SHARED), put(SHARED, SHARED)], [], id="in both, unchanged"),
        pytest.param([key(policy(ROOT), policy(ROOT)), put(policy(ROOT), SHARED)], WARNS, id="opened by the resource"),
        pytest.param([key(policy(ROOT), SHARED), put(policy(ROOT), policy(ROOT))], WARNS, id="opened by the attribute"),
        pytest.param([key(policy(ROOT), SHARED), put(None, policy(ROOT))], WARNS, id="both write"),
        pytest.param([key(SHARED, None), put(SHARED, None)], [], id="the key goes"),
        pytest.param([put(None, SHARED)], WARNS, id="a key outside the plan"),
        pytest.param([put(SHARED, SHARED, name="n")], [], id="one outside the plan, unchanged"),
    ],
)  # fmt: skip
def test_which_policy_is_in_force(changes: list[dict[str, Any]], expected: list[str]) -> None:
    """The one that was written last; where two are written, either may be."""
    assert says(*changes) == expected


def test_a_forgotten_key_policy_stays() -> None:
    """Terraform lets go of it, AWS does not; nothing is new."""
    forgotten = put(SHARED, None)
    forgotten["change"]["actions"] = ["forget"]
    assert says(key(SHARED, SHARED), forgotten) == []


def test_a_key_in_its_own_account_by_its_arn() -> None:
    """The ARN of a key that a policy names tells its account."""
    values = {"key_id": ARN, "policy": policy(ROOT)}
    assert says(change("aws_kms_key_policy.p", None, values)) == []


ROLE = change(
    "aws_iam_role.app", None, {"name": "app", "path": "/"}, change={"after_unknown": {"arn": True, "id": True}}
)
DOCUMENT = "data.aws_iam_policy_document.d"


def deferred(identifiers: list[Any], unknown: list[bool], actions: list[str]) -> dict[str, Any]:
    """A policy document that is read during the apply, with one statement of one principals block."""
    statement = {
        "actions": actions, "resources": ["*"], "effect": None,
        "principals": [{"type": "AWS", "identifiers": identifiers}],
    }  # fmt: skip
    marks = {"json": True, "statement": [{"principals": [{"identifiers": unknown}]}]}
    body = {"actions": ["read"], "before": None, "after": {"statement": [statement]}, "after_unknown": marks}
    return {
        "address": DOCUMENT, "mode": "data", "type": "aws_iam_policy_document", "name": "d",
        "provider_name": "registry.terraform.io/hashicorp/aws", "change": body,
    }  # fmt: skip


def document(*names: str) -> dict[str, Any]:
    """Its block, whose identifiers refer to some names."""
    principals = [{"type": {"constant_value": "AWS"}, "identifiers": references(*names)}]
    return block(DOCUMENT, statement=[{"actions": {"constant_value": []}, "principals": principals}])


def said_of(read: dict[str, Any], block_of_it: dict[str, Any], *others: dict[str, Any], **more: Any) -> list[str]:
    """What gate finds for a new key with a deferred document."""
    blocks = (block("aws_kms_key.k", policy=references(f"{DOCUMENT}.json", DOCUMENT)), block_of_it, *others)
    found = findings(plan(ROLE, created_key(), read, **configured(*blocks, **more)))
    return told(*(each for each in found if each.rule not in ("KMS007", "KMS011")))


def test_an_unknown_principal_that_is_a_role_of_the_plan() -> None:
    """It is that role; full access for it warns, less does not."""
    role = block("aws_iam_role.app")
    names = document("aws_iam_role.app.arn", "aws_iam_role.app")
    assert said_of(deferred([None], [True], ["kms:Decrypt"]), names, role) == []
    assert said_of(deferred([None], [True], ["kms:*"]), names, role) == ["KMS005 warns role app"]


def test_an_unknown_principal_that_is_nothing_known() -> None:
    """It may be everyone."""
    names = document("local.principal")
    assert said_of(deferred([None], [True], ["kms:Decrypt"]), names, block("aws_iam_role.app")) == OPEN


def test_a_role_under_another_provider_is_not_proven_to_be_of_the_account() -> None:
    """Two providers of which nothing says whether they are one account."""
    bearing = {"assume_role": [{"role_arn": references("var.role")}]}
    providers = PROVIDER | {"aws.b": {"name": "aws", "alias": "b", "expressions": bearing}}
    names = document("aws_iam_role.app.arn", "aws_iam_role.app")
    found = said_of(deferred([None], [True], ["kms:Decrypt"]), names, block("aws_iam_role.app", "aws.b"),
                    providers=providers)  # fmt: skip
    assert found == ["KMS005 warns role app of the account of provider aws.b"]


def test_a_deferred_caller_identity_is_the_own_account() -> None:
    """`depends_on` on a module defers it although the account does not change."""
    identity = "data.aws_caller_identity.current"
    names = document(f"{identity}.account_id", identity)
    read = deferred([None], [True], ["kms:*"])
    assert said_of(read, names, block("aws_iam_role.app"), block(identity)) == []


def test_a_grantee_that_is_a_role_of_the_plan() -> None:
    """The same for a grant."""
    values = {"key_id": ID, "operations": ["Decrypt"]}
    given = change("aws_kms_grant.g", None, values, change={"after_unknown": {"grantee_principal": True}})
    made = "terraform_data.who.output", "terraform_data.who"
    for names, expected in ((("aws_iam_role.app.arn", "aws_iam_role.app"), []), (("local.who",), OPEN), (made, OPEN)):
        blocks = (
            block("aws_kms_key.k"), block("aws_iam_role.app"), block(made[1]),
            block("aws_kms_grant.g", grantee_principal=references(*names)),
        )  # fmt: skip
        found = findings(plan(ROLE, key(policy(ROOT), policy(ROOT)), given, **configured(*blocks)))
        assert told(*(each for each in found if each.rule != "KMS011")) == expected


def test_a_grantee_that_is_read_by_its_name_is_somebody() -> None:
    """Read during the apply: it may be who has that name by then, and only the source proves that it was there."""
    role = "data.aws_iam_role.app"
    values = {"key_id": ID, "operations": ["Decrypt"]}
    given = change("aws_kms_grant.g", None, values, change={"after_unknown": {"grantee_principal": True}})
    blocks = (
        block("aws_kms_key.k"), block(role, name={"constant_value": "app"}),
        block("aws_kms_grant.g", grantee_principal=references(f"{role}.arn", role)),
    )  # fmt: skip
    body = {"actions": ["read"], "before": None, "after": {"name": "app"}, "after_unknown": {"arn": True}}
    read = change("aws_iam_role.app", None, None) | {"address": role, "mode": "data", "change": body}
    [one] = keys(read_iam(plan(key(policy(ROOT), policy(ROOT)), read, given, **configured(*blocks))))
    assert [f"role/({role})" in str(document.content) for document in one.grants_after] == [True]


def test_a_literal_arn_that_becomes_a_reference() -> None:
    """The same role, whose account is proven: nothing is new."""
    arn = {"arn": APP, "name": "app", "path": "/"}
    role = change("aws_iam_role.app", arn, arn)
    before = {"arn": ARN, "key_id": ID, "policy": policy(ROOT, allow({"AWS": APP}, "kms:*"))}
    unknown = {"actions": ["update"], "after_unknown": {"policy": True}}
    updated = change("aws_kms_key.k", before, {"arn": ARN, "key_id": ID}, change=unknown)
    root = deferred([f"arn:aws:iam::{OWN}:root", None], [False, True], ["kms:*"])
    blocks = (
        block("aws_kms_key.k", policy=references(f"{DOCUMENT}.json", DOCUMENT)),
        document("aws_iam_role.app.arn", "aws_iam_role.app"), block("aws_iam_role.app"),
    )  # fmt: skip
    found = findings(plan(role, updated, root, **configured(*blocks)))
    assert told(*(each for each in found if each.rule != "KMS007")) == []


def test_a_service_linked_role_is_one_of_the_own_account() -> None:
    """As auto scaling asks for: AWS makes the role in the account of the provider, and it may decrypt."""
    kind = "aws_iam_service_linked_role"
    role = change(f"{kind}.asg", None, {"aws_service_name": "autoscaling.amazonaws.com"},
                  change={"after_unknown": {"arn": True}})  # fmt: skip
    given = {"key_id": ID, "operations": ["Decrypt"], "constraints": []}
    made = change("aws_kms_grant.g", None, given, change={"after_unknown": {"grantee_principal": True}})
    grantee = references(f"{kind}.asg.arn", f"{kind}.asg")
    blocks = (block("aws_kms_grant.g", grantee_principal=grantee), block("aws_kms_key.k"), block(f"{kind}.asg"))
    unchanged = change("aws_kms_key.k", *[{"arn": ARN, "key_id": ID, "id": ID, "policy": policy(ROOT)}] * 2)
    found = findings(plan(role, made, unchanged, **configured(*blocks)))
    assert told(*(each for each in found if each.rule != "KMS007")) == []


def test_an_arn_that_is_too_short_tells_no_account() -> None:
    """A plan may have any text as the name of a key: AWS would refuse it, and gate still judges the policy."""
    shared = policy(ROOT, allow({"AWS": "*"}))
    for named in ("arn:aws", f"arn:aws:kms:eu-west-1:{OWN}"):
        put = change("aws_kms_key_policy.p", None, {"key_id": named, "policy": shared})
        assert says(put) == ["KMS005 blocks everyone"]
        [one] = keys(read_iam(plan(put)))
        assert (one.own, one.proven) == (frozenset(), False)


def test_a_document_that_is_read_is_not_told_to_become_one() -> None:
    """What its principals depend on is all that can be written otherwise."""
    blocks = block("aws_kms_key.k", policy=references(f"{DOCUMENT}.json", DOCUMENT)), document("local.principal")
    found = findings(plan(created_key(), deferred([None], [True], ["kms:*"]), **configured(*blocks)))
    (told_of,) = (each for each in found if each.rule == "KMS009")
    assert not any("aws_iam_policy_document" in each for each in told_of.remedy)
    assert any("name the principal" in each for each in told_of.remedy)


def test_the_arn_by_which_the_policy_of_a_key_names_it() -> None:
    """It is the one that the key has, in a policy of its own resource as well; of the account it holds nobody back."""
    mine = [{**one, "Resource": ARN} for one in (ROOT, allow({"AWS": OTHER}))]
    before, after = policy(*mine), SHARED
    assert says(key(before, after)) == []
    assert says(key(before, before), put(before, after)) == []
    elsewhere = policy(ROOT, {**mine[1], "Resource": f"{ARN}0"})
    assert says(key(elsewhere, after)) == WARNS
