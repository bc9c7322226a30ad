"""Whether what names a renamed role or user by ARN names the same principal before and after the change."""

from typing import Any

import pytest

from gate.holdings.keys import keys
from tests.helpers.key_plans import ARN, ID, OTHER, OWN, ROOT, allow, told
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import read_iam
from tests.holdings.test_keys import DOCUMENT, block, configured, deferred, document, references

ROLE, USER = "aws_iam_role.x", "aws_iam_user.x"
NEW_ROLE, NEW_USER = ["KMS005 warns role b"], ["KMS005 warns user b"]
WIDENED = (("team", "kms:Decrypt"), ("platform", "kms:*"))
REPLACED = {"actions": ["delete", "create"], "after_unknown": {"arn": True}}


def arn(name: str, kind: str = "role", account: str = OWN) -> str:
    return f"arn:aws:iam::{account}:{kind}/{name}"


def role(before: str | None, after: str | None, address: str = ROLE, **given: Any) -> dict[str, Any]:
    """A role under one name and then under another."""
    was = before and {"name": before, "arn": arn(before), "path": "/", **given.pop("was", {})}
    will = after and {"name": after, "path": "/", **given.pop("will", {})}
    body = REPLACED if before and after else {}
    return change(address, was, will, change={**body, **given.pop("body", {})}, **given)


def key(before: list[Any], after: list[Any], address: str = "aws_kms_key.k") -> dict[str, Any]:
    values = ({"arn": ARN, "key_id": ID, "id": ID, "policy": policy(ROOT, *each)} for each in (before, after))
    return change(address, *values)


def configuration(references: list[str], *more: dict[str, Any]) -> dict[str, Any]:
    """Blocks of the roles and users, and of a key whose policy refers to something."""
    blocks = [
        {"address": f"{kind}.{name}", "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws"}
        for kind in ("aws_iam_role", "aws_iam_user")
        for name in ("x", "y")
    ]
    own = {"address": "aws_kms_key.k", "mode": "managed", "type": "aws_kms_key", "name": "k"}
    own |= {"provider_config_key": "aws", "expressions": {"policy": {"references": references}}}
    provider = {"aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"}}
    return {"provider_config": provider, "root_module": {"resources": [*blocks, own, *more]}}


def said(*changes: dict[str, Any], references: tuple[str, ...] = (f"{ROLE}.name", ROLE)) -> list[str]:
    """What gate says of the keys of a plan."""
    found = findings(plan(*changes, configuration=configuration([*references])))
    return told(*(each for each in found if each.rule != "KMS011"))


def full(name: str, kind: str = "role", **more: Any) -> dict[str, Any]:
    return allow({"AWS": arn(name, kind)}, "kms:*", **more)


FOLLOWS = key([full("a")], [full("b")])


def test_a_renamed_role_is_the_same() -> None:
    """What the key policy gave it under the old name it had."""
    assert said(role("a", "b"), FOLLOWS) == []
    assert said(role("a", "b", body={"actions": ["create", "delete"]}), FOLLOWS) == []
    assert said(role("a", "b", deposed=False), FOLLOWS) == []
    assert said(role("a", "b"), key([full("a")], [full("a"), full("b")])) == []
    assert said(role("a", "b", was={"arn": arn("p/a"), "path": "/p/"}), key([full("p/a")], [full("b")])) == []


def test_a_role_is_the_same_under_a_name_that_aws_completes() -> None:
    """The name is known only after apply (`name_prefix`), so that a document can only refer to the role."""
    anew = role("a", "b", will={"name": None, "name_prefix": "b-"}, body={"after_unknown": {"arn": True, "name": True}})
    hidden = {"change": {"after_unknown": {"policy": True}}}

    def said_with(what: str, had: dict[str, Any]) -> list[str]:
        before, after = ({"arn": ARN, "key_id": ID, "policy": text} for text in (policy(ROOT, had), None))
        names = document(f"{ROLE}.arn", ROLE), block("aws_kms_key.k", policy=references(f"{DOCUMENT}.json", DOCUMENT))
        changes = anew, change("aws_kms_key.k", before, after, **hidden), deferred([None], [True], [what])
        found = findings(plan(*changes, **configured(*names, block(ROLE))))
        return told(*(each for each in found if each.rule not in ("KMS007", "KMS011")))

    assert said_with("kms:*", full("a")) == []
    assert said_with("kms:*", allow({"AWS": arn("a")})) == [f"KMS005 warns role ({ROLE})"]
    assert said_with("kms:*", full("c")) == [f"KMS005 warns role ({ROLE})"]


def test_the_path_tells_nothing_of_a_principal() -> None:
    """An account has no second role of the name; AWS takes only the right path."""
    moved = role("a", "b", was={"arn": arn("p/a"), "path": "/p/"}, will={"path": "/q/"})
    assert said(moved, key([full("a")], [full("b")])) == []
    assert said(moved, key([full("q/a")], [full("q/b")])) == []


def test_a_path_may_have_colons_in_it() -> None:
    """IAM allows every character from `!` on."""
    moved = role("a", "b", was={"arn": arn("x:y/a"), "path": "/x:y/"}, will={"path": "/x:y/"})
    assert said(moved, key([full("x:y/a")], [full("x:y/b")])) == []


def test_who_is_denied_is_denied_under_the_new_name() -> None:
    """Nobody has the old name after the change, so that nobody is missed who was denied by it."""
    everyone = allow({"AWS": "*"}, "kms:*")
    was, will = (allow({"AWS": arn(name)}, "kms:*", "Deny") for name in "ab")
    assert said(role("a", "b"), key([everyone, was], [everyone, will])) == []


def test_in_a_condition_it_has_its_new_path() -> None:
    """The ARN as AWS will have it."""

    def asking(name: str) -> dict[str, Any]:
        return allow({"AWS": "*"}, "kms:*", Condition={"ArnEquals": {"aws:PrincipalArn": arn(name)}})

    moved = role("a", "b", was={"arn": arn("p/a"), "path": "/p/"}, will={"path": "/q/"})
    assert said(moved, key([asking("p/a")], [asking("q/b")])) == []
    assert said(moved, key([asking("p/a")], [asking("b")])) == NEW_ROLE


def test_a_service_beside_it_stays() -> None:
    """A Principal with other kinds, or none of AWS."""
    logs = allow({"Service": "logs.amazonaws.com"}, "kms:*")
    assert said(role("a", "b"), key([logs, full("a")], [logs, full("b")])) == []


def test_more_than_it_had_is_new() -> None:
    """A wider statement under the new name is told."""
    assert said(role("a", "b"), key([allow({"AWS": arn("a")})], [full("b")])) == NEW_ROLE
    assert said(role("a", "b"), key([], [full("b")])) == NEW_ROLE
    assert said(role("a", "b"), key([full("c")], [full("b")])) == NEW_ROLE
    denied = allow({"AWS": arn("a")}, "kms:*", "Deny")
    assert said(role("a", "b"), key([full("a"), denied], [full("b"), denied])) == NEW_ROLE


@pytest.mark.parametrize(
    "changes",
    [
        [role("a", "b"), role(None, "a", "aws_iam_role.y")],
        [role("a", "b"), role(None, "A", "aws_iam_role.y")],
        [role("a", "b"), role("c", "a", "aws_iam_role.y")],
        [role("a", "b"), role("b", None, "aws_iam_role.y")],
        [role("a", "b"), role("b", "c", "aws_iam_role.y")],
        [role("a", "b"), role("a", None, "aws_iam_role.y", body={"actions": ["forget"]})],
        [role("a", None), role(None, "b", "aws_iam_role.y")],
        [role("a", "b", was={"arn": arn("c")})],
        [role("a", "b", was={"arn": arn("a", account=OTHER)}), role("y", "y", "aws_iam_role.y", body={})],
        [role("a", "b", was={"arn": arn("a", "user")})],
        [role("a", "b", was={"arn": "a"})],
        [role("a", "b", was={"arn": None})],
        [role("a", "b", body={"actions": ["update"]})],
        [role("a", "b", body={"actions": ["no-op"]})],
        [role("a", "b", body={"actions": ["frobnicate"]})],
        [role("a", "b", deposed="d0")],
        [role("a", "b", will={"path": "refused"})],
        [role("a", "b", will={"path": None}, body={"after_unknown": {"arn": True, "path": True}})],
    ],
)
def test_who_may_be_somebody_else_is_new(changes: list[dict[str, Any]]) -> None:
    """Another one takes the old name or had the new one, another resource, another account, another name."""
    assert NEW_ROLE[0] in said(*changes, FOLLOWS)


@pytest.mark.parametrize(
    "references", [(), ("var.name",), ("aws_iam_role.y.name", "aws_iam_role.y"), (f"{USER}.arn", USER)]
)
def test_a_new_name_without_a_reference_may_be_somebodys(references: tuple[str, ...]) -> None:
    """If AWS refuses the rename, the key policy comes about and lets in whoever has the name."""
    assert said(role("a", "b"), FOLLOWS, references=references) == NEW_ROLE


def test_what_would_prove_it_is_told() -> None:
    """A reference in place of the name; not where another one takes the old name."""
    told = "if it is aws_iam_role.x under its new name, refer to `aws_iam_role.x.arn` in place of the name"
    for others, expected in (((), True), ((role(None, "a", "aws_iam_role.y"),), False)):
        found = findings(plan(role("a", "b"), *others, FOLLOWS, configuration=configuration([])))
        assert [told in each.remedy for each in found if each.rule == "KMS005"] == [expected]


def test_every_document_of_a_key_refers_to_it() -> None:
    """One that does not may come about without the rename, where it names the role."""
    for name, expected in (("b", NEW_ROLE), ("c", [])):
        grant = {"key_id": ID, "operations": ["Decrypt"], "constraints": [], "grantee_principal": arn(name)}
        assert said(role("a", "b"), FOLLOWS, change("aws_kms_grant.g", None, grant)) == expected


def granted(name: str) -> dict[str, Any]:
    return {"key_id": ID, "operations": ["Decrypt"], "constraints": [], "grantee_principal": arn(name)}


REFERRING = {
    "address": "aws_kms_grant.g", "mode": "managed", "type": "aws_kms_grant", "name": "g", "provider_config_key": "aws",
    "expressions": {"grantee_principal": {"references": [f"{ROLE}.arn", ROLE]}},
}  # fmt: skip


def test_a_grant_refers_to_it_by_its_grantee() -> None:
    changes = role("a", "b"), FOLLOWS, change("aws_kms_grant.g", None, granted("b"))
    found = findings(plan(*changes, configuration=configuration([f"{ROLE}.name", ROLE], REFERRING)))
    assert told(*(each for each in found if each.rule != "KMS011")) == []


@pytest.mark.parametrize("text", [None, policy(ROOT, full("a"))])
def test_every_document_of_a_key_stays_what_it_is(text: str | None) -> None:
    """Also where the key has the default policy: a rename is of whom they name."""
    values = {"arn": ARN, "key_id": ID, "id": ID, "policy": text}
    other = change("aws_kms_grant.g", granted("a"), granted("b"))

    def places(changed: dict[str, Any]) -> list[Any]:
        raw = plan(changed, change("aws_kms_key.k", values, values), other, configuration=configuration([], REFERRING))
        [one] = keys(read_iam(raw))
        by_kind = ([one.before], one.after, one.grants_before, one.grants_after)
        return [[each and each.place.address for each in kind] for kind in by_kind]

    policies = [None if text is None else "aws_kms_key.k"]
    assert places(role("a", "b")) == [policies, policies, ["aws_kms_grant.g"], ["aws_kms_grant.g"]]


def test_a_grant_that_keeps_the_old_name_is_not_new() -> None:
    """It is of the role that goes, and of nobody after the change."""
    grant = {"key_id": ID, "operations": ["Decrypt"], "constraints": [], "grantee_principal": arn("a")}
    assert said(role("a", "b"), FOLLOWS, change("aws_kms_grant.g", grant, grant)) == []


def test_a_reference_leads_to_the_very_instance() -> None:
    """Another instance of the block may come about where this one is refused."""
    renamed = role("a", "b", f'{ROLE}["1"]', index="1")
    other = role("c", "c", f'{ROLE}["2"]', index="2", body={"actions": ["no-op"], "after_unknown": {}})
    for instance, expected in (('["1"]', []), ('["2"]', NEW_ROLE), ("", [])):
        assert said(renamed, other, FOLLOWS, references=(f"{ROLE}{instance}.name", ROLE + instance)) == expected


@pytest.mark.parametrize(
    ("former", "expected"),
    [(arn("a"), []), (arn("p/a"), ["KMS005 warns role b"]), (arn("a*"), ["KMS005 warns role b"])],
)
def test_a_condition_names_it_as_a_text(former: str, expected: list[str]) -> None:
    """In a condition the path counts, and a pattern is not a name."""

    def asking(name: str) -> dict[str, Any]:
        return allow({"AWS": "*"}, "kms:*", Condition={"ArnEquals": {"AWS:PrincipalArn": name}})

    assert said(role("a", "b"), key([asking(former)], [asking(arn("b"))])) == expected


def test_a_deny_of_all_others_leaves_it_out() -> None:
    """By NotPrincipal and by a negated condition."""

    def only(name: str) -> list[Any]:
        others = {"ArnNotEquals": {"aws:PrincipalArn": arn(name)}}
        apart = allow("*", "kms:*", "Deny", Condition=others)
        rest = {"Effect": "Deny", "NotPrincipal": {"AWS": [arn(name), OWN]}, "Action": "kms:*", "Resource": "*"}
        return [full(name), apart, rest]

    assert said(role("a", "b"), key(only("a"), only("b"))) == []
    assert NEW_ROLE[0] in said(role("a", "b"), key(only("c"), only("b")))


def test_a_user_keeps_its_name_in_old_arns() -> None:
    """AWS renames it: what names it by the old ARN, as the plan shows it, is about it after the change, too."""
    renamed = change(USER, {"name": "a", "arn": arn("a", "user")}, {"name": "b", "arn": arn("a", "user")})
    refers = (f"{USER}.name", USER)
    denied = allow({"AWS": arn("a", "user")}, ["kms:Decrypt"], "Deny")
    before, after = [full("a", "user"), denied], [full("b", "user"), denied]
    assert said(renamed, key(before, after), references=refers) == []
    assert said(renamed, key(before, after)) == NEW_USER
    taken = change("aws_iam_user.y", None, {"name": "a"})
    assert said(renamed, taken, key(before, after), references=refers) == NEW_USER
    assert said(renamed, key([], [full("a", "user"), full("b", "user")]), references=refers) == NEW_USER


@pytest.mark.parametrize("actions", [["no-op"], ["forget", "create"], ["delete"], ["frobnicate"]])
def test_a_user_that_the_apply_does_not_rename(actions: list[str]) -> None:
    """It leaves it, lets it go, deletes it, or does what nobody knows."""
    values = ({"name": name, "arn": arn("a", "user")} for name in "ab")
    renamed = change(USER, *values, change={"actions": actions})
    follows = key([full("a", "user")], [full("b", "user")])
    assert NEW_USER[0] in said(renamed, follows, references=(f"{USER}.name", USER))


def test_a_group_is_nobody_that_a_key_policy_names() -> None:
    """Its members are not it, under no name."""
    address = "aws_iam_group.g"
    block = {"address": address, "mode": "managed", "type": "aws_iam_group", "name": "g", "provider_config_key": "aws"}
    renamed = change(address, *({"name": name, "arn": arn("a", "group")} for name in "ab"))
    own = key([full("a", "group")], [full("b", "group")])
    found = findings(plan(renamed, own, configuration=configuration([f"{address}.name", address], block)))
    assert told(*found) == [f"KMS005 warns {arn('b', 'group')}"]


def test_a_trust_policy_follows_too() -> None:
    """Whom the trust policy of a role with full access names, unless another one takes the old name."""
    trust = [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": arn(name)}} for name in "ab"]
    before, after = ({"name": "admin", "arn": arn("admin"), "assume_role_policy": policy(each)} for each in trust)
    rights = {"name": "p", "role": "admin", "policy": policy(statement("kms:*"))}
    admin = change("aws_iam_role.admin", before, after), change("aws_iam_role_policy.p", rights, rights)
    own = {"address": "aws_iam_role.admin", "mode": "managed", "type": "aws_iam_role", "name": "admin"}
    own |= {"provider_config_key": "aws", "expressions": {"assume_role_policy": {"references": [f"{ROLE}.name", ROLE]}}}

    def newly(*changes: dict[str, Any], more: tuple[dict[str, Any], ...] = (own,)) -> list[str]:
        found = findings(plan(*changes, *admin, configuration=configuration([], *more)))
        return [each.rule for each in found if each.rule != "KMS011"]

    assert newly(role("a", "b")) == []
    assert newly(role("a", "b"), more=()) == ["KMS006"]
    assert newly(role("a", "b"), role(None, "a", "aws_iam_role.y")) == ["KMS006"]
    created = change("aws_iam_role.new", None, {"name": "new", "assume_role_policy": policy(trust[1])})
    assert newly(role("a", "b"), created, more=(own, {**own, "address": "aws_iam_role.new", "name": "new"})) == []


def test_a_renamed_principal_is_called_by_both_names() -> None:
    """People look for the new one, and know the old one."""
    group = change("aws_iam_group.g", {"name": "team"}, {"name": "platform"})
    values = ({"name": "p", "group": name, "policy": policy(statement(what))} for name, what in WIDENED)
    found = findings(plan(group, change("aws_iam_group_policy.p", *values)))
    assert [each.principals for each in found] == [("group platform (before: team)",)]
    assert found[0].message.startswith("group platform (before: team) newly has full KMS access")


def provider(alias: str, **expressions: Any) -> dict[str, Any]:
    """A second provider block."""
    block = {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws", "alias": alias}
    return {f"aws.{alias}": {**block, "expressions": expressions}}


@pytest.mark.parametrize(
    ("block", "account"),
    [
        ({}, OTHER),
        ({"allowed_account_ids": {"constant_value": [OWN]}}, OTHER),
        ({"endpoints": [{"iam": {"constant_value": "https://example.com"}}]}, OWN),
        ({"endpoints": [{"iam": {"constant_value": "https://example.com"}}]}, OTHER),
        (
            {
                "endpoints": [{"iam": {"constant_value": "https://example.com"}}],
                "allowed_account_ids": {"constant_value": [OWN]},
            },
            OWN,
        ),
    ],
)
def test_an_account_is_proven_by_more_than_what_a_provider_was_told(block: dict[str, Any], account: str) -> None:
    """A role that goes to another account, or is of a provider that says what it likes, is not the one of an ARN."""
    found = configuration([f"{ROLE}.name", ROLE])
    found["provider_config"] |= provider("other", **block)
    for each in found["root_module"]["resources"]:
        if each["address"] == ROLE:
            each["provider_config_key"] = "aws.other"
    there = role("z", "z", "aws_iam_role.y", was={"arn": arn("z")}, will={"arn": arn("z")}, body={"actions": ["no-op"]})
    one, other = (allow({"AWS": arn(name, account=account)}, "kms:*") for name in "ab")
    renamed = role("a", "b", was={"arn": arn("a", account=account)})
    rest = [there] if account == OWN or "endpoints" in block else []
    says = told(*findings(plan(renamed, *rest, key([one], [other]), configuration=found)))
    proven = account == OTHER and not block
    assert [each for each in says if "KMS005" in each] == ([] if proven else [says[0]])
    assert any("KMS005" in each for each in says) != proven


@pytest.mark.parametrize(
    ("own", "key_in", "expected"),
    [
        ("module.m", "module.m", []),
        ('module.m["a"]', 'module.m["a"]', []),
        ('module.m["a"]', 'module.m["b"]', NEW_ROLE),
    ],
)
def test_a_reference_within_a_module_is_to_the_role_of_its_instance(own: str, key_in: str, expected: list[str]) -> None:
    """The other instance of the module has a role of its own, which may come about where this one is refused."""
    renamed = {**role("a", "b"), "address": f"{own}.{ROLE}", "module_address": own}
    written = {**FOLLOWS, "address": f"{key_in}.aws_kms_key.k", "module_address": key_in}
    inside = configuration([f"{ROLE}.name", ROLE])
    calls = {"m": {"source": "./m", "module": inside["root_module"]}}
    outside = {"provider_config": inside["provider_config"], "root_module": {"module_calls": calls}}
    found = findings(plan(renamed, written, configuration=outside))
    assert told(*(each for each in found if each.rule != "KMS011")) == expected


@pytest.mark.parametrize(("own", "expected"), [("module.m", []), ('module.m["a"]', NEW_ROLE)])
def test_an_output_of_a_module_leads_to_the_role_in_it(own: str, expected: list[str]) -> None:
    """Of which instance it is, a reference through an output does not tell."""
    renamed = {**role("a", "b"), "address": f"{own}.{ROLE}", "module_address": own}
    inside = configuration([])
    [written] = [each for each in inside["root_module"]["resources"] if each["type"] == "aws_kms_key"]
    inside["root_module"]["resources"].remove(written)
    outputs = {"name": {"expression": {"references": [f"{ROLE}.name", ROLE]}}}
    calls = {"m": {"source": "./m", "module": {**inside["root_module"], "outputs": outputs}}}
    written["expressions"]["policy"]["references"] = ["module.m.name", "module.m"]
    outside = {
        "provider_config": inside["provider_config"],
        "root_module": {"module_calls": calls, "resources": [written]},
    }
    found = findings(plan(renamed, FOLLOWS, configuration=outside))
    assert told(*(each for each in found if each.rule != "KMS011")) == expected


def test_two_principals_are_renamed_at_once() -> None:
    """What holds of one says nothing of the other."""
    both = role("a", "b"), role("c", "d", "aws_iam_role.y")
    written = key([full("a"), full("c")], [full("b"), full("d")])
    refers = (f"{ROLE}.name", ROLE, "aws_iam_role.y.name", "aws_iam_role.y")
    assert said(*both, written, references=refers) == []
    assert said(*both, written, references=refers[:2]) == ["KMS005 warns role d"]
    assert said(*both, written, references=refers[2:]) == NEW_ROLE


def test_the_old_name_stays_where_it_is_named() -> None:
    """Whoever is named by it is compared as before: nobody gets a Deny off."""
    denied = allow({"AWS": arn("a")}, "kms:*", "Deny")
    after = [full("a"), full("b"), allow({"AWS": arn("b")}, "kms:*", "Deny")]
    assert said(role("a", "b"), key([full("a"), denied], after)) == ["KMS005 warns role a"]
