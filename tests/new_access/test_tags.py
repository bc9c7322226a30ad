"""Who newly has full access by a tag that a plan changes, while the policies say the same."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.tags import About, TagChange, Tags
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.policies import PlanDocuments
from gate.new_access.tags import tagged
from gate.unknown import Unresolved
from tests.helpers.held import changed as holding
from tests.helpers.plans import change, findings, inline, plan, policy, statement

OWN = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{OWN}:key/11111111-2222-3333-4444-555555555555"
LIMIT = f"arn:aws:iam::{OWN}:policy/limit"
OTHER = KEY.replace("1111-", "9999-")
FULL = "role app newly has full KMS access by"


def under(key: str, value: str = "security", operator: str = "StringEquals", **more: Any) -> Any:
    """Everything, where a tag has a value."""
    return statement("kms:*", Condition={operator: {key: value}}, **more)


OF_PRINCIPAL, OF_KEY = under("aws:PrincipalTag/team"), under("aws:ResourceTag/team")
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
DENIED = under("aws:PrincipalTag/team", operator="StringNotEquals", effect="Deny")


def role(before: Any, after: Any, **more: Any) -> dict[str, Any]:
    """A role `app` whose tags change."""
    values = {"name": "app", "arn": f"arn:aws:iam::{OWN}:role/app", "assume_role_policy": policy()}
    both = ({**values, "tags": tags, "tags_all": tags} for tags in (before, after))
    return change("aws_iam_role.app", *both, **more)


def key(before: Any, after: Any) -> dict[str, Any]:
    """A key whose tags change."""
    return change("aws_kms_key.k", *({"arn": KEY, "policy": "", "tags": tags} for tags in (before, after)))


def told(changed: dict[str, Any], *statements: Any) -> list[str]:
    """What is said of a change of tags beside policies that stay."""
    text = policy(*statements)
    found = findings(plan(changed, inline(text, text)))
    assert all((one.rule, one.blocks) == ("KMS006", False) for one in found)
    return [one.message for one in found]


USER, ADMINS = f"arn:aws:iam::{OWN}:user", f"arn:aws:iam::{OWN}:role/admins/*"
BOB, BOSS = {"name": "bob"}, {"name": "boss"}
NO_PATH = {"path": None}


def user(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, Any]]:
    """A user in a group, who gets another name or path."""
    both = ({"path": "/", "arn": f"{USER}{x.get('path') or '/'}{x['name']}", **x} for x in (before, after))
    joined = ({"user": x["name"], "groups": ["g"]} for x in (before, after))
    return [change("aws_iam_user.u", *both), change("aws_iam_user_group_membership.m", *joined)]


@pytest.mark.parametrize(
    ("condition", "before", "after", "by"),
    [
        (under("aws:username", "boss"), BOB, BOSS, ["its name"]),
        (under("aws:username", "boss"), BOSS, BOB, []),
        (under("aws:username", "boss", resource=KEY), BOB, BOSS, ["its name"]),
        (under("aws:username", "b*", "StringLike"), BOB, BOSS, []),
        (under("aws:PrincipalArn", f"{USER}/boss"), BOB, BOSS, ["its name and path"]),
        (under("aws:PrincipalArn", f"{USER}/boss"), BOB | NO_PATH, BOSS | NO_PATH, ["its name and path"]),
        (under("aws:PrincipalArn", f"{USER}/bob"), *[{**BOB, **NO_PATH, "arn": f"{USER}/x/bob"}] * 2, []),
        (under("aws:PrincipalArn", f"{USER}/x/*", "ArnLike"), BOB, {**BOB, "path": "/x/"}, ["its name and path"]),
        (under("aws:PrincipalArn", f"{USER}/*", "ArnLike"), BOB, BOSS, []),
    ],
)  # fmt: skip
def test_a_name_that_a_condition_asks_for(
    condition: Any, before: dict[str, Any], after: dict[str, Any], by: list[str]
) -> None:
    """AWS renames the user, and the group's policy says the same."""
    groups = change("aws_iam_group.g", *[{"name": "g"}] * 2)
    held = change("aws_iam_group_policy.p", *[{"name": "p", "group": "g", "policy": policy(condition)}] * 2)
    found = findings(plan(*user(before, after), groups, held))
    assert [(one.rule, one.address, one.blocks) for one in found] == [("KMS006", "aws_iam_user.u", False)] * len(by)
    assert [one.message.partition(" by ")[2].partition(",")[0] for one in found] == by


def test_who_is_made_has_no_former_name() -> None:
    """What the membership gives it is told, once."""
    held = {"name": "p", "group": "g", "policy": policy(under("aws:username", "boss"))}
    made = (change(one["address"], None, one["change"]["after"]) for one in user(BOB, BOSS))
    found = findings(plan(*made, change("aws_iam_group_policy.p", held, held)))
    assert [(one.rule, one.address) for one in found] == [("KMS001", "aws_iam_user_group_membership.m")]


@pytest.mark.parametrize(("asked", "count"), [(f"{USER}/x/*", 1), (f"{USER}/*", 0)])
def test_a_path_that_is_not_known_may_be_the_one_that_a_condition_asks_for(asked: str, count: int) -> None:
    """Not where the former one was asked for as well."""
    member, joined = user(BOB, BOB)
    del member["change"]["after"]["path"]
    member["change"] |= {"actions": ["update"], "after_unknown": {"path": True, "arn": True}}
    held = {"name": "p", "group": "g", "policy": policy(under("aws:PrincipalArn", asked, "ArnLike"))}
    found = findings(plan(member, joined, change("aws_iam_group_policy.p", held, held)))
    assert [one.rule for one in found] == ["KMS006"] * count


def test_a_role_that_is_made_anew_at_the_path_that_a_condition_asks_for() -> None:
    """Its policy, which anybody who manages policies may attach, stays as it is."""
    arn = f"arn:aws:iam::{OWN}:policy/p"
    former = {"name": "app", "path": "/", "arn": f"arn:aws:iam::{OWN}:role/app", "assume_role_policy": policy()}
    moved = {"name": "app", "path": "/admins/", "assume_role_policy": policy()}
    body = {"actions": ["delete", "create"], "after_unknown": {"arn": True}}
    attached, held = {"role": "app", "policy_arn": arn}, {"name": "p", "arn": arn}
    held["policy"] = policy(under("aws:PrincipalArn", ADMINS, "ArnLike"))
    found = findings(
        plan(
            change("aws_iam_role.app", former, moved, change=body),
            change("aws_iam_role_policy_attachment.a", attached, attached, change={"actions": ["delete", "create"]}),
            change("aws_iam_policy.p", held, held),
        )
    )
    assert [(one.rule, one.address, one.attribute) for one in found] == [("KMS006", "aws_iam_role.app", "name")]


def test_a_role_that_takes_the_place_of_another_address() -> None:
    """It is asked by the path and the tags that the other one had."""
    had = {"name": "app", "path": "/", "arn": f"arn:aws:iam::{OWN}:role/app"}
    held = {"name": "p", "role": "app", "policy": policy(under("aws:PrincipalArn", ADMINS, "ArnLike"))}
    kept, gone = change("aws_iam_role_policy.p", held, held), change("aws_iam_role.old", had, None)
    for path, count in (("/admins/", 1), ("/", 0)):
        made = change("aws_iam_role.new", None, {"name": "app", "path": path})
        assert len([one for one in findings(plan(gone, made, kept)) if one.rule == "KMS006"]) == count


def test_a_tag_in_a_template() -> None:
    """There the name and the value of a tag are spelled as CloudFormation does."""

    def side(team: str, key: Any = "team") -> dict[str, Any]:
        documents = [{"PolicyName": "p", "PolicyDocument": json.loads(policy(OF_PRINCIPAL))}]
        properties = {"RoleName": "app", "Policies": documents, "Tags": [{"Key": key, "Value": team}]}
        template = json.dumps({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": properties}}})
        return {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"], "template_body": template}

    stack = change("aws_cloudformation_stack.s", side("web"), side("security"))
    (found,) = findings(plan(stack))
    assert (found.rule, found.attribute) == ("KMS006", "template_body.Resources.R.Tags")
    assert found.message.startswith(f"{FULL} its tag `team`")
    assert findings(plan(change("aws_cloudformation_stack.s", side("security"), side("web")))) == ()
    misspelled = change("aws_cloudformation_stack.s", side("web"), side("security", {"team": "x"}))
    assert [one.rule for one in findings(plan(misspelled))] == ["KMS006"]  # whatever CloudFormation makes of it


def test_a_tag_and_the_condition_that_asks_for_it_under_another_name() -> None:
    """Nobody gains by that: the policies before the change are asked with the tags before it."""
    was, will = (policy(under(f"aws:PrincipalTag/{name}")) for name in ("team", "squad"))
    found = findings(plan(role({"team": "security"}, {"squad": "security"}), inline(was, will)))
    assert [one.rule for one in found] == ["KMS001"]  # another condition, for all that the policies say


@pytest.mark.parametrize(
    ("statements", "before", "after", "is_new"),
    [
        ([OF_PRINCIPAL], {}, {"team": "security"}, True),
        ([OF_PRINCIPAL], {"team": "web"}, {"team": "security"}, True),
        ([OF_PRINCIPAL], {"team": "web"}, {"Team": "security"}, True),
        ([OF_PRINCIPAL], None, {"team": "security"}, True),
        ([OF_PRINCIPAL], {}, {"team": "web"}, False),
        ([OF_PRINCIPAL], {}, {"name": "security"}, False),
        ([OF_PRINCIPAL], {"team": "security"}, {}, False),
        ([OF_PRINCIPAL], {"team": "security"}, {"team": "security", "x": "y"}, False),
        ([OF_PRINCIPAL, statement("kms:*")], {}, {"team": "security"}, False),
        ([under("aws:PrincipalTag/team", operator="StringLike", value="sec*")], {}, {"team": "security"}, True),
        ([statement("kms:*"), DENIED], {"team": "web"}, {"team": "security"}, True),
        ([statement("kms:*"), DENIED], {"team": "security"}, {"team": "web"}, False),
        ([under("aws:PrincipalTag/team", "true", "Null")], {"team": "web"}, {}, True),
        ([statement("kms:Decrypt", Condition=OF_PRINCIPAL["Condition"])], {}, {"team": "security"}, False),
        ([OF_KEY], {}, {"team": "security"}, False),
        ([under("aws:PrincipalTag/team", resource=KEY)], {}, {"team": "security"}, True),
        ([statement("kms:*", Condition=MFA), OF_PRINCIPAL], {}, {"team": "security"}, True),
        ([under("aws:PrincipalTag/a/team")], {}, {"team": "security"}, False),
        ([{**OF_PRINCIPAL, "Condition": {**OF_PRINCIPAL["Condition"], **MFA}}], {}, {"team": "security"}, True),
    ],
)
def test_tags_of_a_principal(statements: list[Any], before: Any, after: Any, is_new: bool) -> None:
    """A condition on a tag of its own that comes true, or a Deny that no longer holds, is told."""
    expected = [f"{FULL} its tag `team`, which a condition of its policies asks for"] if is_new else []
    assert told(role(before, after), *statements) == expected


def test_which_tags_are_told() -> None:
    """Those of its conditions that change, as they are written there."""
    both = {"StringEquals": {"aws:PrincipalTag/Team/x": "security", "aws:PrincipalTag/env": "dev"}}
    asked = statement("kms:*", Condition={**both, **MFA})
    (message,) = told(role({"env": "dev"}, {"env": "dev", "team/x": "security"}), asked)
    assert message == f"{FULL} its tag `Team/x`, which a condition of its policies asks for"


BOTH_TAGS = {"StringEquals": {"aws:ResourceTag/team": "security", "aws:PrincipalTag/team": "security"}}


def not_resource(one: Any, *arns: str) -> Any:
    """The same statement, of every resource but these."""
    return {**{name: value for name, value in one.items() if name != "Resource"}, "NotResource": [*arns]}


@pytest.mark.parametrize(
    ("statements", "before", "after", "is_new"),
    [
        ([OF_KEY], {}, {"team": "security"}, True),
        ([under("aws:ResourceTag/team", resource=KEY)], {}, {"team": "security"}, True),
        ([under("aws:ResourceTag/team", resource=OTHER)], {}, {"team": "security"}, False),
        ([OF_KEY], {}, {"team": "web"}, False),
        ([OF_PRINCIPAL], {}, {"team": "security"}, False),
        ([under("aws:ResourceTag/team", resource=[OTHER, KEY])], {}, {"team": "security"}, True),
        ([under("aws:ResourceTag/team", resource=f"{KEY[:-1]}${{aws:username}}")], {}, {"team": "security"}, True),
        ([not_resource(OF_KEY, OTHER)], {}, {"team": "security"}, True),
        (
            [OF_KEY, under("aws:ResourceTag/team", effect="Deny", resource=OTHER)],
            {},
            {"team": "security"},
            True,
        ),
        ([{**OF_KEY, "Condition": BOTH_TAGS}], {}, {"team": "security"}, True),
        (
            [
                statement("kms:*", KEY),
                under("aws:ResourceTag/team", resource=[KEY, OTHER]),
                statement("kms:*", OTHER, "Deny"),
            ],
            {},
            {"team": "security"},
            False,
        ),
        ([OF_KEY, under("aws:ResourceTag/env", "prod")], {"team": "security"}, {"env": "prod"}, False),
        ([under("aws:ResourceTag/team", "false", "Null")], {}, {"team": "security"}, True),
        ([under("aws:ResourceTag/team", "web", "StringNotEquals")], {"team": "web"}, {"team": "security"}, True),
        ([under("aws:ResourceTag/team", "web", "StringNotEquals")], {}, {"team": "security"}, False),
        ([under("aws:ResourceTag/team", operator="StringEqualsIfExists")], {"team": "web"}, {"team": "security"}, True),
    ],
)
def test_tags_of_a_key(statements: list[Any], before: Any, after: Any, is_new: bool) -> None:
    """A key that was there and gets the tag that somebody's policies ask for; a new one hands out nothing old."""
    expected = f"{FULL} the tag `team` of aws_kms_key.k, which a condition of its policies asks for"
    assert told(key(before, after), *statements) == ([expected] if is_new else [])
    assert told(change("aws_kms_key.k", None, {"arn": KEY, "tags": after}), *statements) == []
    anew = {**key(before, after)["change"], "actions": ["delete", "create"]}
    assert told({**key(before, after), "change": anew}, *statements) == []


@pytest.mark.parametrize(
    ("condition", "changed", "by"),
    [
        ("aws:PrincipalTag/team", role({}, {"team": "security"}), "its tag `team`"),
        ("aws:PrincipalTag/env", role({}, {"team": "security"}), ""),
        ("aws:ResourceTag/team", key({}, {"team": "security"}), "the tag `team` of aws_kms_key.k"),
    ],
)  # fmt: skip
def test_a_condition_of_a_permissions_boundary(condition: str, changed: dict[str, Any], by: str) -> None:
    """It comes true as one of a policy does: the boundary was all that held back full access."""
    everything, limit = policy(statement("kms:*")), policy(under(condition), statement("s3:*"))
    values = {"name": "limit", "path": "/", "arn": LIMIT, "policy": limit}
    stays = {"name": "app", "arn": f"arn:aws:iam::{OWN}:role/app", "permissions_boundary": LIMIT}
    changes = [changed, change("aws_iam_policy.limit", values, values), inline(everything, everything)]
    if changed["type"] == "aws_iam_role":
        for side in ("before", "after"):
            changed["change"][side]["permissions_boundary"] = LIMIT
    else:
        changes.append(change("aws_iam_role.app", stays, stays))
    found = [one.message for one in findings(plan(*changes)) if one.rule == "KMS006"]
    assert found == ([f"{FULL} {by}, which a condition of its policies asks for"] if by else [])


OF_ALIAS = under("kms:ResourceAliases", "alias/app", "ForAnyValue:StringEquals")


BY_ALIAS = [statement("kms:*"), {**OF_ALIAS, "Effect": "Deny"}]


def alias(name: str, key_id: str | None) -> dict[str, Any]:
    """The values of an alias."""
    return {"name": name, "target_key_id": key_id}


@pytest.mark.parametrize(
    ("statements", "before", "after", "is_new"),
    [
        ([OF_ALIAS], None, alias("alias/app", KEY), True),
        ([OF_ALIAS], None, alias("alias/app", KEY.rpartition("/")[2]), True),
        ([OF_ALIAS], alias("alias/app", OTHER), alias("alias/app", KEY), True),
        ([OF_ALIAS], alias("alias/app", KEY), alias("alias/app", KEY), False),
        ([OF_ALIAS], alias("alias/app", KEY), None, False),
        ([OF_ALIAS], None, alias("alias/web", KEY), False),
        ([OF_ALIAS], None, alias("alias/app", None), False),
        ([under("kms:ResourceAliases", "alias/a*", "ForAnyValue:StringLike")], None, alias("alias/app", KEY), True),
        ([{**OF_ALIAS, "Resource": OTHER}], None, alias("alias/app", KEY), False),
        ([{**OF_ALIAS, "Resource": OTHER}], None, alias("alias/app", KEY.rpartition("/")[2]), False),
        ([{**OF_ALIAS, "Resource": KEY}], None, alias("alias/app", OTHER), False),
        ([{**OF_ALIAS, "Resource": KEY}], None, alias("alias/app", "12345678"), True),
        # where a Deny asks for it
        (BY_ALIAS, alias("alias/app", KEY), None, True),
        (BY_ALIAS, alias("alias/app", KEY), alias("alias/app", OTHER), True),
        (BY_ALIAS, alias("alias/app", KEY), alias("alias/web", KEY), True),
        (BY_ALIAS, alias("alias/app", KEY), alias("alias/app", KEY), False),
        (BY_ALIAS, alias("alias/web", KEY), None, False),
        (BY_ALIAS, None, alias("alias/app", KEY), False),
        ([*BY_ALIAS[1:], {**BY_ALIAS[0], "Resource": KEY}], alias("alias/app", OTHER), None, False),
    ],
)
def test_aliases_of_a_key(statements: list[Any], before: Any, after: Any, is_new: bool) -> None:
    """One that comes to a key which was there; one of a key that is made has an id that nobody knows yet."""
    text, stays = policy(*statements), {"arn": KEY, "key_id": KEY.rpartition("/")[2], "policy": ""}
    beside = {"id": stays["key_id"], "key_id": stays["key_id"], "policy": ""}
    found = findings(
        plan(
            change("aws_kms_key.k", stays, stays),
            change("aws_kms_key_policy.k", beside, beside),
            change("aws_kms_alias.a", before, after),
            inline(text, text),
        )
    )
    assert {one.attribute for one in found} == ({"target_key_id"} if is_new else set())
    told = [one.message for one in found if one.rule == "KMS006"]
    assert told == ([f"{FULL} aws_kms_alias.a, which a condition of its policies asks for"] if is_new else [])


MULTI = "mrk-1234abcd12ab34cd56ef1234567890ab"
HERE, THERE = (f"arn:aws:kms:{region}:111122223333" for region in ("eu-west-1", "us-east-1"))


@pytest.mark.parametrize(
    ("more", "is_new"),
    [({}, True), ({"region": "us-east-1"}, True), ({"region": "eu-west-1"}, False), ({"region": "eu-west-2"}, True)],
)
def test_an_alias_of_a_key_in_several_regions(more: Any, is_new: bool) -> None:
    """A key and its replica have one id, and each its own aliases; where nothing tells the region it may be either."""
    keys = [
        change(f"aws_kms_key.{name}", values, values)
        for name, arn in (("here", HERE), ("there", THERE))
        if (values := {"arn": f"{arn}:key/{MULTI}", "key_id": MULTI, "policy": ""})
    ]
    had = {**alias("alias/app", MULTI), "arn": f"{HERE}:alias/app"}
    stays = change("aws_kms_alias.had", had, had)
    made = change("aws_kms_alias.a", None, {**alias("alias/app", MULTI), **more})
    text = policy(OF_ALIAS)
    found = [one.address for one in findings(plan(*keys, stays, made, inline(text, text)))]
    assert found == (["aws_kms_alias.a"] if is_new else [])


@pytest.mark.parametrize(("region", "is_new"), [("us-east-1", False), ("eu-west-1", True)])
def test_an_alias_is_of_the_key_in_its_region(region: str, is_new: bool) -> None:
    """A condition on the other key, of the same id, asks for nothing of it."""
    keys = [
        change(f"aws_kms_key.{name}", values, values)
        for name, arn in (("here", HERE), ("there", THERE))
        if (values := {"arn": f"{arn}:key/{MULTI}", "key_id": MULTI, "policy": ""})
    ]
    made = change("aws_kms_alias.a", None, {**alias("alias/app", MULTI), "region": region})
    text = policy({**OF_ALIAS, "Resource": f"{HERE}:key/{MULTI}"})
    found = [one.address for one in findings(plan(*keys, made, inline(text, text)))]
    assert found == ["aws_kms_alias.a"] * is_new


def test_an_alias_of_awscc() -> None:
    """It calls its name otherwise."""
    named = change("awscc_kms_alias.a", None, {"alias_name": "alias/app", "target_key_id": KEY})
    assert len(told(named, OF_ALIAS)) == 1


def test_who_is_new_or_goes_has_no_change_of_tags() -> None:
    """And a key of which no ARN is known may be any."""
    values = {"name": "app", "tags": {"team": "security"}}
    assert told(change("aws_iam_role.app", None, values), OF_PRINCIPAL) == []
    gone = change("aws_iam_user.u", {"name": "u", "tags": {}}, None)
    text = policy(OF_PRINCIPAL)
    assert findings(plan(gone, inline(text, text))) == ()
    unnamed = change("aws_kms_key.k", {"policy": "", "tags": {}}, {"policy": "", "tags": {"team": "security"}})
    assert len(told(unnamed, under("aws:ResourceTag/team", resource=KEY))) == 1


def test_an_alias_whose_name_is_not_known_may_be_the_one() -> None:
    """As with `name_prefix`; not where one that the condition asks for was there before."""
    unknown = {"after_unknown": {"name": True}}
    for had, count in ((None, 1), (alias("alias/web", KEY), 1), (alias("alias/app", KEY), 0)):
        named = change("aws_kms_alias.a", had, {"target_key_id": KEY}, change=unknown)
        assert len(told(named, OF_ALIAS)) == count


def test_an_alias_that_goes_with_its_key_or_comes_to_another_address_opens_nothing() -> None:
    """Of a key that is deleted, or made anew, nobody gets anything; another address is no change."""
    text, own, at_key = policy(*BY_ALIAS), alias("alias/app", KEY), {"arn": KEY, "id": KEY, "policy": ""}
    gone = change("aws_kms_alias.a", own, None)
    anew = {"actions": ["delete", "create"]}
    for deleted in (change("aws_kms_key.k", at_key, None), change("aws_kms_key.k", at_key, at_key, change=anew)):
        assert [one for one in findings(plan(deleted, gone, inline(text, text))) if one.rule == "KMS006"] == []
    moved = change("aws_kms_alias.b", None, own)
    assert findings(plan(gone, moved, inline(text, text))) == ()
    assert [one.rule for one in findings(plan(gone, inline(text, text)))] == ["KMS006"]


def test_an_alias_at_another_address_is_the_same_one() -> None:
    """And one of a key that had another one that the condition asks for is nothing new."""
    text = policy(under("kms:ResourceAliases", "alias/a*", "ForAnyValue:StringLike"))
    own = alias("alias/app", KEY)
    rest = inline(text, text)
    moved = [change("aws_kms_alias.a", own, None), change("aws_kms_alias.b", None, own)]
    beside = [change("aws_kms_alias.a", own, own), change("aws_kms_alias.b", None, alias("alias/archive", KEY))]
    other = alias("alias/archive", KEY)
    had = under("kms:ResourceAliases", "alias/app", "ForAnyValue:StringEquals")
    assert findings(plan(change("aws_kms_alias.c", other, other), *moved, inline(policy(had), policy(had)))) == ()
    for changes in (moved, beside):
        assert [one.rule for one in findings(plan(*changes, rest))] == []


def test_a_tag_that_is_not_known_may_be_the_one() -> None:
    """One of a name that a condition asks for; another one is none."""
    for name, count in (("team", 1), ("x", 0)):
        unknown = {"after_unknown": {"tags": {name: True}, "tags_all": {name: True}}}
        assert len(told(role({}, {}, change=unknown), OF_PRINCIPAL)) == count
    under_both = {**OF_PRINCIPAL, "Condition": {**OF_PRINCIPAL["Condition"], **MFA}}
    for attributes in (["tags", "tags_all"], ["tags"], ["tags_all"]):
        unknown = {"after_unknown": dict.fromkeys(attributes, True)}
        assert len(told(role({}, None, change=unknown), OF_PRINCIPAL)) == 1
        (message,) = told(role({}, None, change=unknown), under_both)
        assert message == f"{FULL} its tag `team`, which a condition of its policies asks for"


def test_a_tag_of_the_provider_is_one_of_the_resource() -> None:
    """`default_tags` shows in `tags_all` alone; a tag without a value is none."""
    changed = role({}, {})
    changed["change"]["after"]["tags_all"] = {"team": "security"}
    assert len(told(changed, OF_PRINCIPAL)) == 1
    assert told(role({"x": "y"}, {"team": None}), under("aws:PrincipalTag/team", "false", "Null")) == []


def test_the_tags_of_a_permission_set_are_not_those_of_whoever_has_it() -> None:
    """A session has the tags that its user brings."""
    arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    own = {"name": "p", "arn": arn, "instance_arn": "arn:aws:sso:::instance/ssoins-1"}
    both = ({**own, "tags": tags, "tags_all": tags} for tags in ({}, {"team": "security"}))
    given = {"permission_set_arn": arn, "instance_arn": own["instance_arn"], "inline_policy": policy(OF_PRINCIPAL)}
    inlined = change("aws_ssoadmin_permission_set_inline_policy.p", given, given)
    assert findings(plan(change("aws_ssoadmin_permission_set.p", *both), inlined)) == ()


def test_tags_as_awscc_has_them() -> None:
    """A list of keys and values."""
    text = policy(OF_PRINCIPAL)
    values = {"role_name": "app", "policies": [{"policy_name": "p", "policy_document": text}]}
    tags = [{"key": "team", "value": "security"}]
    (found,) = findings(plan(change("awscc_iam_role.app", {**values, "tags": []}, {**values, "tags": tags})))
    assert found.message.startswith(f"{FULL} its tag `team`")
    other = [{"key": "x", "value": "security"}]
    assert findings(plan(change("awscc_iam_role.app", {**values, "tags": []}, {**values, "tags": other}))) == ()
    for after, unknown in (
        ([None], [True]),
        ([{"value": "security"}], [{"key": True}]),
        ([{"key": ["x"], "value": "security"}], []),
    ):
        more = {"after_unknown": {"tags": unknown}}
        one = change("awscc_iam_role.app", {**values, "tags": []}, {**values, "tags": after}, change=more)
        assert len(findings(plan(one))) == 1


def test_a_managed_policy_is_told_of_where_nobody_is_shown_who_has_it() -> None:
    """Else of those who have it."""
    arn = f"arn:aws:iam::{OWN}:policy/p"
    managed = [{"name": "p", "path": "/", "arn": arn, "policy": policy(OF_KEY)}] * 2
    attached = [{"role": "app", "policy_arn": arn}] * 2
    changes = [key({}, {"team": "security"}), change("aws_iam_policy.p", *managed)]
    (alone,) = findings(plan(*changes))
    assert alone.principals == ("policy p",)
    (shown,) = findings(plan(*changes, change("aws_iam_role_policy_attachment.a", *attached)))
    assert shown.principals == ("role app",)
    assert shown.attribute == "tags"
    assert shown.remedy[0] == "keep the tag `team` as it was"


def test_who_is_only_somebody_if_accounts_are_one_is_not_told() -> None:
    """A key of which no name is known, as only the apply tells it, may be the one; so may any."""
    asked = {**OF_KEY, "Resource": Unresolved(("aws_kms_key.k.arn",))}
    one = {"p": {"Statement": [asked]}, "hidden": None}
    found = Introduced(holding(one, one), (), (), was_full=False, may_be_full=False)
    tags = TagChange(About.KEY, "aws_kms_key.k", "tags", KEY, Tags({}), Tags({"team": "security"}))
    inquiry = Inquiry(protected(), PlanDocuments({}, {}), Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE)))
    assert [one.names for one in tagged([found], [tags], [], inquiry)] == [("team",)]
    assert list(tagged([replace(found, combined=True)], [tags], [], inquiry)) == []
