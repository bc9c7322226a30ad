"""From an ARN, a name or a reference to the managed policy that bears it, before the change and after it."""

import json
from collections.abc import Iterable
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.hidden import Hidden, HiddenElement, Lead
from gate.holdings.managed_policies import ManagedPolicies, PolicyOfOtherPlan
from gate.holdings.referred_policies import referred
from gate.plan.addresses import Target
from gate.unknown import OneOf, Unresolved
from tests.helpers.inventories import S3, arn, blocks, managed, same
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import managed_policies

FULL, SQS = policy(statement("kms:*")), policy(statement("sqs:*"))
READ_ONLY = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
HERE = Place("aws_iam_role_policy_attachment.a", "policy_arn")


def made(name: str, **more: Any) -> dict[str, Any]:
    """A policy that is created: nobody knows its ARN yet."""
    values = {key: value for key, value in managed(name, **more).items() if key != "arn"}
    return change(f"aws_iam_policy.{name}", None, values, change={"after_unknown": {"arn": True}})


def owner(policies: ManagedPolicies) -> str:
    """The account of all policies of a plan."""
    [account] = {one.account for one in policies.planned.values()}
    return account


def told(documents: Iterable[Document]) -> list[str]:
    """Where each document stands; `?` where gate does not see it."""
    return [f"{one.place.address} {one.place.attribute}".rstrip() + ("" if one.content else " ?") for one in documents]


def behind(name: str, *changes: dict[str, Any], **more: Any) -> tuple[list[str], list[str]]:
    """What an ARN leads to in the account of the policies, before and after."""
    policies = managed_policies(plan(*changes, **more))
    before, after = (told(policies.document(name, owner(policies), after=after)) for after in (False, True))
    return before, after


MOVED = change("aws_iam_policy.b", None, managed("own"))
BARE = {"name": "own", "policy": S3}
STAYS = (["aws_iam_policy.own policy"], ["aws_iam_policy.own policy"])


@pytest.mark.parametrize(
    ("name", "changes", "expected"),
    [
        (arn("own"), [same("aws_iam_policy.own", managed("own"))], STAYS),
        (arn("own"), [change("aws_iam_policy.own", managed("own"), None)], (STAYS[0], [])),
        (arn("own"), [change("aws_iam_policy.own", None, managed("own"))], ([], STAYS[1])),
        (arn("own"), [made("own")], ([f"{arn('own')} ?"], STAYS[1])),
        (arn("own"), [made("own", path="/x/")], ([f"{arn('own')} ?"], [f"{arn('own')} ?"])),
        (arn("x/own"), [made("own", path="/x/")], ([f"{arn('x/own')} ?"], STAYS[1])),
        (arn("own"), [change("aws_iam_policy.own", None, BARE)], ([f"{arn('own')} ?"], STAYS[1])),
        (arn("x/own"), [change("aws_iam_policy.own", None, BARE, change={"after_unknown": {"path": True}})],
         ([f"{arn('x/own')} ?"], STAYS[1])),
        (arn("own"), [same("aws_iam_policy.own", BARE)], STAYS),
        (arn("own"), [change("aws_iam_policy.own", managed("own"), None, change={"actions": ["create", "forget"],
                                                                                "after_unknown": True})], None),
        (arn("own"), [change("aws_iam_policy.own", managed("own"), None), MOVED],
         (STAYS[0], ["aws_iam_policy.b policy"])),
        (arn(READ_ONLY.rpartition("/")[2]), [same("aws_iam_policy.own", managed("own"))],
         ([f"{arn(READ_ONLY.rpartition('/')[2])} ?"], [f"{arn(READ_ONLY.rpartition('/')[2])} ?"])),
        ("no arn", [same("aws_iam_policy.own", managed("own"))], (["no arn ?"], ["no arn ?"])),
        (READ_ONLY, [same("aws_iam_policy.own", managed("own"))], ([READ_ONLY], [READ_ONLY])),
        (READ_ONLY + "2", [same("aws_iam_policy.own", managed("own"))], ([f"{READ_ONLY}2 ?"], [f"{READ_ONLY}2 ?"])),
    ],
)  # fmt: skip
def test_what_an_arn_leads_to(name: str, changes: list[dict[str, Any]], expected: Any) -> None:
    """To the policy that bears it, by its name and path where only the apply tells the ARN; else gate sees none."""
    before, after = behind(name, *changes)
    if expected is None:  # what is kept is there after the change, too, whatever is made beside it
        assert before == STAYS[0]
        assert STAYS[0][0] in after
    else:
        assert (before, after) == expected


def test_an_arn_of_another_account_leads_to_what_has_it_and_to_no_namesake() -> None:
    """Of a policy whose ARN the plan shows; one that is created is of its own account alone."""
    known, new = (managed_policies(plan(each)) for each in (same("aws_iam_policy.own", managed("own")), made("own")))
    assert told(known.document(arn("own"), "another", after=True)) == STAYS[1]
    assert told(new.document(arn("own"), "another", after=True)) == [f"{arn('own')} ?"]


def test_a_policy_of_a_stack_that_stays_attached_is_no_change() -> None:
    """The plan shows its ARN neither before nor after; its name is enough."""
    own = {"Type": "AWS::IAM::ManagedPolicy"}
    body = {"Resources": {"M": {**own, "Properties": {"ManagedPolicyName": "own", "PolicyDocument": json.loads(FULL)}}}}
    stack = {"name": "s", "capabilities": ["CAPABILITY_NAMED_IAM"], "template_body": json.dumps(body)}
    attached = {"role": "app", "policy_arn": arn("own")}
    stays = same("aws_cloudformation_stack.s", stack)
    assert findings(plan(stays, same("aws_iam_role_policy_attachment.a", attached))) == ()
    [new] = findings(plan(stays, change("aws_iam_role_policy_attachment.a", None, attached)))
    assert (new.rule, new.principals) == ("KMS001", ("role app",))


def test_what_is_left_over_is_a_policy_beside_the_one_of_now() -> None:
    """An old object that a replacement left over has texts of its own."""
    old = {**change("aws_iam_policy.own", managed("own"), None), "deposed": "0a1b2c3d"}
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own")), old))
    assert [*policies.planned] == ["aws_iam_policy.own", "aws_iam_policy.own (0a1b2c3d)"]


@pytest.mark.parametrize(
    ("before", "after", "created", "deleted"),
    [(None, S3, True, False), (S3, None, False, True), (S3, FULL, False, False), (S3, S3, False, False)],
)
def test_which_policies_come_and_go(before: str | None, after: str | None, created: bool, deleted: bool) -> None:
    """One without a text neither comes nor goes."""
    values = (text and managed("own", text) for text in (before, after))
    without = change("aws_iam_policy.without", {"name": "without"}, None)
    one, other = managed_policies(plan(change("aws_iam_policy.own", *values), without)).planned.values()
    assert (one.created, one.deleted) == (created, deleted)
    assert (other.created, other.deleted) == (False, False)


def test_what_a_data_source_reads_of_a_policy() -> None:
    """Its ARN and its text; another data source, or one that lacks either, tells nothing."""

    def reading(kind: str, values: dict[str, Any]) -> dict[str, Any]:
        read = {"address": f"data.{kind}.x", "mode": "data", "type": kind, "name": "x", "values": values}
        return {"prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": [read]}}}}

    both, own = {"arn": arn("read"), "policy": S3}, same("aws_iam_policy.own", managed("own"))
    assert behind(arn("read"), own, **reading("aws_iam_policy", both)) == ([arn("read")], [arn("read")])
    unseen = ([f"{arn('read')} ?"], [f"{arn('read')} ?"])
    assert behind(arn("read"), own, **reading("other_policy", both)) == unseen
    for name in both:
        assert behind(arn("read"), own, **reading("aws_iam_policy", {name: both[name]})) == unseen


def test_which_spelling_is_another_one() -> None:
    """Of a policy that is there or made; one of AWS's is none of the account's, whatever it is called."""
    attached = ({"role": "app", "policy_arn": name} for name in ({}, arn("KEPT")))
    raw = plan(
        same("aws_iam_policy.kept", managed("kept")),
        made("made"),
        change("aws_iam_policy.gone", managed("gone"), None),
        same("aws_iam_policy.admin", managed("AMAZONS3READONLYACCESS")),
        change("aws_iam_role_policy_attachment.a", *attached),
        same("aws_iam_role_policy_attachment.b", {"role": "app", "policy_arn": arn("MADE")}),
    )
    policies = managed_policies(raw)
    spelled = [policies.is_respelled(arn(name)) for name in ("kept", "KEPT", "made", "MADE", "GONE", "other")]
    assert spelled == [False, True, False, True, True, False]
    own = owner(policies)
    assert [policies.is_newly_called(arn(name), own) for name in ("KEPT", "MADE", "kept", "x")] == [True, *[False] * 3]
    assert not policies.is_respelled(READ_ONLY)


def test_whose_number_is_in_an_arn_where_nothing_proves_an_account() -> None:
    """What was attached before is of the only account."""
    attached = {"role": "app", "policy_arn": arn("kept")}
    raw = plan(same("aws_iam_policy.own", BARE), same("aws_iam_role_policy_attachment.a", attached))
    policies = managed_policies(raw)
    elsewhere = arn("new").replace("111122223333", "444455556666")
    assert [policies.is_newly_called(one, owner(policies)) for one in (arn("new"), elsewhere)] == [False, True]


def test_a_name_that_another_policy_has() -> None:
    """AWS makes no second one, under whatever path; one that is there already is there, at however many addresses."""

    def comes(*changes: dict[str, Any]) -> bool:
        policies = managed_policies(plan(*changes))
        return not policies.may_not_come(Document(Place("aws_iam_policy.own", "policy"), S3))

    updated = change("aws_iam_policy.own", managed("own"), managed("own", FULL))
    for other in (same("aws_iam_policy.b", managed("own")), same("aws_iam_policy.b", managed("OWN", path="/x/"))):
        assert not comes(made("own"), other)
        assert comes(updated, other)
    assert comes(made("own"), made("b"))


def test_an_arn_of_the_plan_is_of_one_account() -> None:
    """What has the policy of another account under its ARN is called so newly."""
    numbers = {"here": "111122223333", "there": "444455556666"}
    expressions = {name: {"allowed_account_ids": {"constant_value": [number]}} for name, number in numbers.items()}
    providers = {
        f"aws.{name}": {"name": "aws", "alias": name, "expressions": said} for name, said in expressions.items()
    }
    own, far = change("aws_iam_policy.own", None, managed("own")), change("aws_iam_policy.far", None, managed("far"))
    configuration = blocks(("aws_iam_policy.own", {}), ("aws_iam_policy.far", {}))["configuration"]
    for block, key in zip(configuration["root_module"]["resources"], providers, strict=True):
        block["provider_config_key"] = key
    policies = managed_policies(plan(own, far, configuration={**configuration, "provider_config": providers}))
    accounts = [policies.planned[f"aws_iam_policy.{name}"].account for name in ("own", "far")]
    assert [policies.is_newly_called(arn("own"), account) for account in accounts] == [False, True]


def test_the_policies_of_a_plan_for_the_others() -> None:
    """Each by its name and path, the one that goes too; one whose name is not known is nobody's."""
    raw = plan(
        same("aws_iam_policy.a", managed("a", path="/x/")),
        change("aws_iam_policy.b", {"name": "b", "policy": S3}, None),
        change("aws_iam_policy.c", None, {"policy": S3}, change={"after_unknown": {"name": True}}),
        same("aws_iam_policy.d", {"policy": S3}),
    )
    assert [(name, path) for name, path, _ in managed_policies(raw).listed()] == [("a", "/x/"), ("b", "/")]


def other(name: str, path: str = "/", number: str | None = None) -> PolicyOfOtherPlan:
    """A policy of another plan, which has one text before and another one after."""
    before, after = (Document(Place(f"there.{name}", "policy"), text) for text in (S3, FULL))
    return PolicyOfOtherPlan(name, path, number, (before,), (after,))


def test_a_policy_of_another_plan_that_is_proven_beside_one_that_is_not() -> None:
    """The ARN is of the one of that account, whatever the other one may be."""
    others = other("both"), other("both", number=arn("both").split(":")[4])
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own"))), *others)
    assert [one.content for one in policies.document(arn("both"), "", after=True)] == [FULL, FULL]


def test_a_policy_that_one_of_two_other_plans_had_before_is_there() -> None:
    """Whether the other one makes one of its name besides or not."""
    had, makes = other("both"), replace(other("both"), before=())
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own"))), had, makes)
    assert [one.content for one in policies.named("both", None, after=True)] == [FULL, FULL]


def test_a_policy_of_another_plan_of_the_run() -> None:
    """By ARN, in the account that is its own or may be; by name; never for one of AWS's."""
    others = other("there"), other("there", "/x/"), other("AmazonS3ReadOnlyAccess"), other("far", number="444455556666")
    others = *others, other("proven", number=arn("proven").split(":")[4])
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own"))), *others)
    for after, text in ((False, S3), (True, FULL)):
        [found, unseen] = policies.document(arn("there"), "", after=after)
        assert (found.place, found.content) == (Place(arn("there"), ""), text)
        assert (unseen.place, unseen.content) == (found.place, None)  # in another account it is another one
        [found] = policies.document(arn("proven"), "", after=after)
        assert (found.place, found.content) == (Place(arn("proven"), ""), text)
        [found] = policies.named("there", None, after=after)
        assert (found.place, found.content) == (Place("customer-managed policy /there", ""), text)
    assert told(policies.document(arn("far"), "", after=True)) == [f"{arn('far')} ?"]
    assert told(policies.document(arn("other"), "", after=True)) == [f"{arn('other')} ?"]
    assert [one.content for one in policies.document(READ_ONLY, "", after=True)] != [FULL]
    assert told(policies.document("no arn", "", after=True)) == ["no arn ?"]
    assert told(policies.named("other", None, after=True)) == ["customer-managed policy /other ?"]


def test_a_policy_by_its_name() -> None:
    """One of the plan by name and path; one that goes or only comes is nothing on the other side."""
    raw = plan(same("aws_iam_policy.own", managed("own", path="/x/")), made("new"))
    policies = managed_policies(raw)
    assert told(policies.named("own", "/x/", after=True)) == ["aws_iam_policy.own policy"]
    assert told(policies.named("own", 5, after=True)) == ["customer-managed policy /own ?"]
    assert told(policies.named("new", None, after=True)) == ["aws_iam_policy.new policy"]
    assert told(policies.named("new", None, after=False)) == []
    assert told(policies.named("absent", "/", after=True)) == ["customer-managed policy /absent ?"]


# References


def lead(address: str = "aws_iam_policy.own", attribute: str = "arn", kind: str = "aws_iam_policy") -> Lead:
    return Lead(Target((), "managed", kind, "own", attribute), (address,))


def one_of(*alternatives: HiddenElement) -> Hidden:
    return Hidden(elements=(HiddenElement(alternatives=alternatives),))


OWN = f"{STAYS[1][0]}"
AT_HERE = f"{HERE.address} {HERE.attribute}"
UNKNOWN_THERE = f"{AT_HERE} unknown"
FOUND = HiddenElement(text=READ_ONLY)


@pytest.mark.parametrize(
    ("hidden", "expected"),
    [
        (Hidden(leads=(lead(),)), [OWN]),
        (Hidden(leads=(lead(attribute="id"),)), [OWN]),
        (Hidden(leads=(lead(attribute=""),)), [OWN]),
        (Hidden(leads=(lead(attribute="name"),)), [UNKNOWN_THERE]),
        (Hidden(leads=(lead(kind="aws_iam_role"),)), [UNKNOWN_THERE]),
        (Hidden(leads=(lead(kind="aws_s3_bucket"),)), [UNKNOWN_THERE]),
        (Hidden(leads=(lead(), lead(kind="aws_iam_role"))), [UNKNOWN_THERE]),
        (Hidden(leads=(lead("aws_iam_policy.absent"),)), [UNKNOWN_THERE]),
        (Hidden(leads=(lead(),), dead_ends=("local.x",)), [UNKNOWN_THERE]),
        (Hidden(leads=(lead(),), may_hold_more=True), [OWN, UNKNOWN_THERE]),
        (Hidden(), [UNKNOWN_THERE]),
        (Hidden(elements=(), leads=(lead(),)), []),
        (Hidden(elements=(HiddenElement(text=""),)), [f"{AT_HERE} empty"]),
        (Hidden(elements=(HiddenElement(text=arn("own")), FOUND)), [OWN, READ_ONLY]),
        (Hidden(elements=(HiddenElement(lead=lead()),)), [OWN]),
        (Hidden(elements=(HiddenElement(lead=lead(attribute="name")),)), [UNKNOWN_THERE]),
        (Hidden(elements=(HiddenElement(references=("local.x",)),)), [UNKNOWN_THERE]),
        (one_of(FOUND, HiddenElement(text=arn("own"))), [f"{AT_HERE} one of 2"]),
        (one_of(FOUND, HiddenElement(text=arn("unseen"))), [UNKNOWN_THERE]),
    ],
)  # fmt: skip
def test_what_a_hidden_arn_leads_to(hidden: Hidden, expected: list[str]) -> None:
    """By the source where it tells, else by its only references, which must be of policies; else it may be any."""

    def seen(one: Document) -> str:
        kinds = {Unresolved: " unknown", OneOf: " one of 2"}
        kind = " empty" if one.content == "" else kinds.get(type(one.content), "")
        return f"{one.place.address} {one.place.attribute}".rstrip() + kind

    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own"))))
    assert list(map(seen, referred(policies, hidden, HERE, owner(policies)))) == expected


def test_a_hidden_list_that_is_taken_to_be_nothing() -> None:
    """It gives an empty document, which rests on the reference."""
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own"))))
    (found,) = referred(policies, Hidden(flags=("var.x",), nothing="var.x"), HERE, owner(policies))
    assert found == Document(HERE, "", rests_on="var.x")


def test_what_the_source_says_is_looked_for_after_the_change() -> None:
    """An ARN that leads to nothing before may be that of a policy which is made."""
    policies = managed_policies(plan(change("aws_iam_policy.own", None, managed("own"))))
    found = referred(policies, Hidden(elements=(HiddenElement(text=arn("own")),)), HERE, owner(policies))
    assert told(found) == [OWN]


def test_what_is_taken_at_face_value_is_said() -> None:
    """The reference that led to the policy, or the one that its own text rests on; nothing where the source tells."""
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own"))))

    def rests(hidden: Hidden) -> str:
        [found] = referred(policies, hidden, HERE, owner(policies))
        return found.rests_on

    assert rests(Hidden(leads=(lead(),))) == "aws_iam_policy.own.arn"
    assert rests(Hidden(elements=(HiddenElement(lead=lead()),))) == ""
    [text] = policies.planned["aws_iam_policy.own"].after
    deferred = replace(text, rests_on="data.aws_iam_policy_document.d.json")
    policies.planned["aws_iam_policy.own"] = replace(policies.planned["aws_iam_policy.own"], after=(deferred,))
    assert rests(Hidden(leads=(lead(),))) == "data.aws_iam_policy_document.d.json"


def read_later(name: str) -> dict[str, Any]:
    """A data source that looks for a policy during the apply."""
    found = change("aws_iam_policy.d", None, {"name": name, "path_prefix": None}, change={"actions": ["read"]})
    return {**found, "address": "data.aws_iam_policy.d", "mode": "data"}


ON_A_PATH = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
LOOKED_FOR = Lead(Target((), "data", "aws_iam_policy", "d", "arn"), ("data.aws_iam_policy.d",))


@pytest.mark.parametrize("name", [READ_ONLY, ON_A_PATH])
def test_a_policy_of_aws_that_is_looked_for_by_its_name(name: str) -> None:
    """Is the one that was attached, by the source or by what the expression refers to, which is then said."""
    attached = same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": name})
    own = same("aws_iam_policy.own", managed("own"))
    policies = managed_policies(plan(own, attached, read_later(name.rpartition("/")[2])))
    for hidden, rests_on in (
        (Hidden(elements=(HiddenElement(lead=LOOKED_FOR),)), ""),
        (Hidden(leads=(LOOKED_FOR,)), "data.aws_iam_policy.d.arn"),
    ):
        (found,) = referred(policies, hidden, HERE, owner(policies))
        assert (found.place.address, found.rests_on) == (name, rests_on)


def test_a_policy_of_the_plan_that_is_called_like_one_of_aws() -> None:
    """Looks for nothing."""
    attached = same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": READ_ONLY})
    called = managed(READ_ONLY.rpartition("/")[2])
    policies = managed_policies(plan(change("aws_iam_policy.own", None, called), attached))
    assert told(referred(policies, Hidden(leads=(lead(),)), HERE, owner(policies))) == [OWN]


def test_a_data_source_that_is_gone_looks_for_nothing() -> None:
    gone = read_later("AmazonS3ReadOnlyAccess")
    gone["change"] |= {"actions": ["delete"], "before": gone["change"]["after"], "after": None}
    attached = same("aws_iam_role_policy_attachment.a", {"role": "app", "policy_arn": READ_ONLY})
    policies = managed_policies(plan(same("aws_iam_policy.own", managed("own")), attached, gone))
    (found,) = referred(policies, Hidden(leads=(LOOKED_FOR,)), HERE, owner(policies))
    assert isinstance(found.content, Unresolved)
