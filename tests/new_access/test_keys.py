"""What is new for keys and who may use them: each class once, and keys that take the place of others."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.documents import Document, Place
from gate.holdings.keys import Key
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access.access_changes import Comparison
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.key_access import key_access_changes
from gate.new_access.keys import KeyGrant, opened
from gate.new_access.policies import PlanDocuments
from gate.unknown import Unresolved
from tests.helpers.key_plans import OTHER, OWN, ROOT, allow
from tests.helpers.plans import policy

SERVICE = protected()
PARTNER = f"arn:aws:iam::{OTHER}:root"
APP = f"arn:aws:iam::{OWN}:role/app"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
SOMETHING = Unresolved(("var.a",))
ONLY, SHARED = [ROOT], [ROOT, allow({"AWS": PARTNER})]


def document(name: str, statements: Any) -> Document | None:
    """A key policy; of one statement that nobody knows it is structured."""
    if statements is None:
        return None
    known = isinstance(statements, str) or "Unresolved" not in repr(statements)
    text = statements if isinstance(statements, str) else policy(*statements) if known else {"Statement": statements}
    return Document(Place(f"aws_kms_key.{name}", "policy"), text, of_key=True)


def key(name: str, before: Any, *after: Any, own: str = OWN, **more: Any) -> Key:
    """A key of an account that is proven, with its policy before, and those after of which one is left."""
    documents = tuple(document(f"{name}{i or ''}", one) for i, one in enumerate(after))
    return Key(f"aws_kms_key.{name}", frozenset({own}), True, document(name, before), documents, **more)


def found(*keys: Key) -> tuple[KeyGrant, ...]:
    work = Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE))
    return opened(keys, Inquiry(SERVICE, PlanDocuments({}, {}), work)).grants


def told(*keys: Key) -> list[str]:
    """Of which key, what of whom: the least that tells two finds apart."""
    return [
        f"{one.key.address.rpartition('.')[2]}: {one.label} {one.opening.name}"
        f"{' unsure' if one.is_undetermined else ''}{' maybe own' if one.unproven else ''}"
        for one in found(*keys)
    ]


def rows(*keys: Key) -> list[str]:
    """The same of the matrix: who gains and loses what, and whether the first cell is sure."""
    return [
        f"{one.key.rpartition('.')[2]}: {one.label}"
        f"{''.join(f' +{name[4:]}' for name in SERVICE.names(one.gained))}"
        f"{''.join(f' -{name[4:]}' for name in SERVICE.names(one.lost))}{' unsure' * one.after[0].undetermined}"
        for one in key_access_changes(keys, Comparison(SERVICE, Budget(10**6)))
    ]


def deleted(name: str, statements: Any, own: str = OWN) -> Key:
    return key(name, statements, own=own, deleted=True)


def created(name: str, statements: Any, own: str = OWN) -> Key:
    return key(name, None, statements, own=own, created=True)


P = f"account {OTHER} ACCESS"


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ([created("n", SHARED)], ["n"]),
        ([deleted("d", SHARED), created("n", SHARED)], []),
        ([created("n", SHARED), deleted("d", SHARED)], []),
        ([deleted("d", ONLY), created("n", SHARED)], ["n"]),
        ([key("u", SHARED, SHARED), created("n", SHARED)], ["n"]),
        ([deleted("d", SHARED), key("e", ONLY, SHARED)], ["e"]),
        ([deleted("d", SHARED, own="555566667777"), created("n", SHARED)], ["n"]),
        ([deleted("d", SHARED), created("a", ONLY), created("n", SHARED)], []),
        ([deleted("d", SHARED), created("m", SHARED), created("n", SHARED)], ["n"]),
        ([*(deleted(f"d{i}", SHARED) for i in range(3)), *(created(f"n{i}", SHARED) for i in range(3))], []),
        ([deleted("d", ONLY), deleted("e", SHARED), created("n", SHARED)], []),
    ],
)
def test_a_created_key_takes_the_place_of_one_that_is_deleted(keys: list[Key], says: list[str]) -> None:
    """Of one of the same account, that let in the same; each of one alone. So in the matrix."""
    assert told(*keys) == [f"{name}: {P}" for name in says]
    assert rows(*keys) == [f"{name}: account {OTHER} +Decrypt" for name in says]


def test_each_policy_that_may_be_left_is_looked_at() -> None:
    """What it says beside the grants is told once, and in the matrix none of it is sure."""
    assert told(key("k", ONLY, ONLY, SHARED)) == [f"k: {P}"]
    assert rows(key("k", ONLY, ONLY, SHARED)) == [f"k: account {OTHER} unsure"]
    grant = document("g", [allow({"AWS": PARTNER}, "kms:Sign")])
    assert grant is not None
    granted = replace(key("k", ONLY, ONLY, [ROOT, allow({"AWS": APP})]), grants_after=(grant,))
    assert told(granted) == [f"k: {P}"]


def test_only_a_policy_that_can_be_read_proves_the_account_of_a_key() -> None:
    """In the matrix; nobody knows what the other one says, and to whom."""
    everyone, own, partner = (f"k: {who} unsure" for who in ("everyone", f"account {OWN}", f"account {OTHER}"))
    for unread, told_ in (
        (key("k", ONLY, "{", SHARED), [everyone, partner]),
        (key("k", SHARED, "{"), [everyone, own, partner]),
    ):
        assert rows(replace(unread, proven=False, own=frozenset({"(own)"}))) == told_


def test_what_is_told_of_everyone_is_not_told_again() -> None:
    """Of AWS services, which are a part of it, and of what is not known; of a known account it is."""
    services = "k: every AWS service ACCESS"
    assert told(key("k", ONLY, [ROOT, allow("*")])) == ["k: everyone ACCESS"]
    unsure = allow("*", SOMETHING)
    assert told(key("k", ONLY, [ROOT, allow("*"), allow({"AWS": PARTNER}, SOMETHING)])) == [
        "k: everyone ACCESS", f"k: {P} unsure"
    ]  # fmt: skip
    assert told(key("k", ONLY, [ROOT, unsure, allow({"AWS": PARTNER})])) == ["k: everyone ACCESS unsure", f"k: {P}"]
    assert services not in told(key("k", ONLY, [ROOT, unsure]))
    of_services = allow("*", Condition={"Bool": {"aws:PrincipalIsAWSService": "true"}})
    assert told(key("k", ONLY, [ROOT, unsure, of_services])) == ["k: everyone ACCESS unsure", services]
    both = [ROOT, allow("*"), unsure, allow({"AWS": PARTNER}, SOMETHING)]
    assert told(key("k", ONLY, both)) == ["k: everyone ACCESS", "k: everyone ACCESS unsure"]


def test_the_actions_of_each_find_are_those_that_are_new() -> None:
    """The least conditional first, then what is new besides; none that no key knows."""
    one = key("k", ONLY, [ROOT, allow({"AWS": PARTNER}, "kms:*", Condition=MFA), allow({"AWS": PARTNER}, "kms:Sign")])
    first, second = found(one)
    assert SERVICE.names(first.grant.actions) == ("kms:Sign",)
    assert (first.is_unconditional, second.is_unconditional) == (True, False)
    assert second.grant.actions == SERVICE.all_actions() & ~SERVICE.unscoped & ~first.grant.actions
    unsure = [
        allow({"AWS": PARTNER}, SOMETHING),
        allow({"AWS": PARTNER}, Condition=MFA),
        allow({"AWS": PARTNER}, "kms:Sign"),
    ]
    certain = [grant for grant in found(key("k", ONLY, [ROOT, *unsure])) if not grant.is_undetermined]
    assert [SERVICE.names(each.grant.actions) for each in certain] == [("kms:Sign",), ("kms:Decrypt",)]
    assert first.grant.witness is not None
    assert second.grant.witness is not None
    assert (first.grant.witness.action, second.grant.witness.action) == ("kms:Sign", "kms:Decrypt")


def test_the_witness_of_what_is_new_was_not_allowed_before() -> None:
    """The action that tells most of those that are new on the key that is shown."""
    was = [ROOT, allow({"AWS": PARTNER})]
    (one,) = found(key("k", was, [ROOT, allow({"AWS": PARTNER}, ["kms:Decrypt", "kms:CreateGrant", "kms:Sign"])]))
    assert one.grant.witness is not None
    assert (one.grant.witness.action, SERVICE.names(one.grant.actions)) == (
        "kms:CreateGrant", ("kms:CreateGrant", "kms:Sign")
    )  # fmt: skip


def test_the_witness_is_allowed_on_the_key_that_is_shown() -> None:
    """An action that this very key had before, or is denied, is not the one."""
    shown = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    both = allow({"AWS": PARTNER}, ["kms:Decrypt", "kms:Sign"])
    own = {**allow({"AWS": PARTNER}), "Resource": shown}
    for before, after in (([ROOT, own], [ROOT, both]), (ONLY, [ROOT, both, {**own, "Effect": "Deny"}])):
        (one,) = found(key("k", before, after))
        assert one.grant.witness is not None
        assert (one.grant.witness.action, one.grant.witness.resource) == ("kms:Sign", shown)


def test_what_may_be_at_one_place_hides_nothing_at_another() -> None:
    """Of a grant beside a policy of which the actions are not known, everything that is certain is told."""
    grant = document("g", [allow({"AWS": PARTNER}, "kms:Sign"), allow({"AWS": PARTNER}, Condition=MFA)])
    assert grant is not None
    granted = replace(key("k", ONLY, [ROOT, allow({"AWS": PARTNER}, SOMETHING)]), grants_after=(grant,))
    certain = [one.grant for one in found(granted) if not one.is_undetermined]
    assert [SERVICE.names(one.actions) for one in certain] == [("kms:Sign",), ("kms:Decrypt",)]


def test_what_rests_on_a_condition_that_is_not_known_is_undetermined() -> None:
    """Though it is certain that there is an Allow."""
    hidden = key("k", ONLY, [ROOT, allow("*", Condition=SOMETHING)])
    assert told(hidden) == ["k: everyone ACCESS unsure"]
    assert [one.grant.undetermined for one in found(hidden)] == [None]


def test_only_the_conditions_of_what_is_released_are_lost() -> None:
    """Those of an action that is still held back are none of it."""
    app, via = {"AWS": APP}, {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}
    signs = allow(app, "kms:Sign", Condition=via)
    (one,) = found(key("k", [ROOT, allow(app, Condition=MFA), signs], [ROOT, allow(app), signs]))
    assert (SERVICE.names(one.grant.actions), one.lost) == (("kms:Decrypt",), ("aws:MultiFactorAuthPresent",))


def test_a_principal_of_the_own_account_gains_by_full_access_or_by_a_condition_that_is_gone() -> None:
    """Not by both at one place, and not by what everyone gains."""
    app = {"AWS": APP}
    held_back = allow(app, ["kms:Decrypt", "kms:Sign"], Condition=MFA)
    assert told(key("k", ONLY, [ROOT, allow(app, "kms:*")])) == ["k: role app FULL"]
    assert told(key("k", ONLY, [ROOT, allow(app)])) == []
    released = key("k", [ROOT, held_back], [ROOT, allow(app, ["kms:Decrypt", "kms:Encrypt"])])
    assert told(released) == ["k: role app CONDITION"]
    (one,) = found(released)
    assert (SERVICE.names(one.grant.actions), one.lost) == (("kms:Decrypt",), ("aws:MultiFactorAuthPresent",))
    assert told(key("k", [ROOT, held_back], [ROOT, allow(app, "kms:*")])) == ["k: role app FULL"]
    assert told(key("k", [ROOT, held_back], [ROOT, allow("*", "kms:*"), allow(app)])) == ["k: everyone ACCESS"]


WHOLE_ACCOUNT = {"AWS": f"arn:aws:iam::{OWN}:root"}
DENIED = allow("*", "kms:*", "Deny")
WITHOUT_TLS = allow("*", "kms:*", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}})
NOT_SHOWN = allow({"AWS": APP}, "kms:DescribeKey", "Deny")
LEFT = f"k: account {OWN} LEFT"
UNDER_MFA = allow(WHOLE_ACCOUNT, "kms:Decrypt", Condition=MFA)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ([ROOT, WITHOUT_TLS, NOT_SHOWN], [ROOT, NOT_SHOWN], [LEFT]),
        ([ROOT, WITHOUT_TLS, NOT_SHOWN], [ROOT, NOT_SHOWN, allow({"AWS": PARTNER})], [LEFT, f"k: {P}"]),
        ([ROOT, allow({"AWS": APP}), allow({"AWS": APP}, "kms:*", "Deny", Condition=MFA)],
         [ROOT, allow({"AWS": APP})], ["k: role app CONDITION"]),
        ([ROOT, DENIED, NOT_SHOWN], [ROOT, allow("*"), NOT_SHOWN], ["k: everyone ACCESS"]),
        ([allow(WHOLE_ACCOUNT, "kms:*", Condition=MFA)], [ROOT], [LEFT]),
        ([allow(WHOLE_ACCOUNT, "kms:Decrypt"), allow({"AWS": APP}, "kms:*")], [ROOT], []),
        ([allow(WHOLE_ACCOUNT, ["kms:Create*", "kms:Put*"])], [ROOT, allow(WHOLE_ACCOUNT, "kms:Decrypt")], []),
        ([allow(WHOLE_ACCOUNT, "kms:Decrypt"), DENIED], [ROOT], [LEFT]),
        ([allow(WHOLE_ACCOUNT, "kms:Decrypt"), NOT_SHOWN], [ROOT], []),
        ([allow(WHOLE_ACCOUNT, "kms:Decrypt"), allow({"AWS": APP}, "kms:*", "Deny")], [ROOT], ["k: role app LEFT"]),
        ([allow(WHOLE_ACCOUNT, "kms:Decrypt"), WITHOUT_TLS], [ROOT, WITHOUT_TLS], []),
        ([UNDER_MFA], [ROOT, UNDER_MFA], [LEFT]),
        ([DENIED], [ROOT], []),
        ([allow({"AWS": APP}, "kms:*"), allow(WHOLE_ACCOUNT, "kms:*", "Deny")], [ROOT], ["k: role app LEFT"]),
        ([ROOT, DENIED], [ROOT, allow("*", "kms:*", "Deny", Condition=SOMETHING)], []),
        ([allow({"AWS": APP}, ["kms:Put*", "kms:ScheduleKeyDeletion"])], [ROOT], []),
        ([allow({"AWS": APP}, ["kms:Put*", "kms:ScheduleKeyDeletion"])], [ROOT, allow({"AWS": APP}, "kms:Put*")], []),
        ([allow(WHOLE_ACCOUNT, "kms:Decrypt")], [ROOT], []),
    ],
)  # fmt: skip
def test_what_is_left_to_the_policies_of_the_own_account(before: list[Any], after: list[Any], says: list[str]) -> None:
    """Where something certainly held it back: told once, of the account rather than of a role of it, and not where
    another find says more. To name the account is what the default key policy does, also beside a role."""
    assert told(key("k", before, after)) == says


def test_the_default_policy_is_for_the_key() -> None:
    """As if it were written; where nothing tells the key's account, it is for nobody."""
    (written,), (by_default,) = found(key("k", [ROOT, DENIED], [ROOT])), found(key("k", [ROOT, DENIED], None))
    assert written.grant.witness == by_default.grant.witness
    nobody = replace(key("k", [allow({"AWS": APP}, "kms:Decrypt"), DENIED], None), own=frozenset(), proven=False)
    assert told(nobody) == []


@pytest.mark.parametrize(
    ("who", "says"),
    [
        (f"{OWN}:root", [f"k: account {OWN} LEFT"]),
        ("(other):root", ["k: account (other) LEFT maybe own"]),
        ("(own):root", ["k: account (own) LEFT"]),
    ],
)
def test_a_deny_that_goes_may_be_of_any_account_that_could_put_the_policy(who: str, says: list[str]) -> None:
    """Of one whose number nobody knows as well, and of the key's own once; of the only number it certainly is."""
    before = [allow({"AWS": f"arn:aws:iam::{who}"}, "kms:*"), allow({"AWS": PARTNER}, "kms:Sign"), DENIED]
    gone = replace(key("k", before, None), own=frozenset({"(own)"}), proven=False)
    assert told(gone) == says


def test_a_deny_that_goes_is_of_the_account_that_is_proven() -> None:
    """Whoever else could put the policy."""
    before = [ROOT, allow({"AWS": PARTNER}, "kms:*"), DENIED]
    assert told(key("k", before, None)) == [LEFT]


def test_what_was_held_back_is_what_was_allowed() -> None:
    """Not what the account's policies decide anew."""
    app = {"AWS": APP}
    before = [allow(app, "kms:Decrypt"), allow(app, "kms:Decrypt", "Deny")]
    (one,) = found(key("k", before, [ROOT]))
    assert (one.opening.name, SERVICE.names(one.grant.actions)) == ("LEFT", ("kms:Decrypt",))
    assert one.grant.witness is not None
    assert one.grant.witness.action == "kms:Decrypt"


def test_of_another_account_no_policies_decide_alone() -> None:
    """A role that may be of the key's account, or not, newly has access."""
    partner, role = allow({"AWS": PARTNER}, "kms:*"), f"arn:aws:iam::{OTHER}:role/x"
    one = key("k", [partner, allow({"AWS": role}, "kms:*", "Deny")], [partner], locks_out=True)
    assert told(replace(one, proven=False, own=frozenset({"(own)"}))) == [f"k: {role} ACCESS maybe own"]


def test_of_a_key_whose_account_is_not_proven_a_role_may_be_of_it() -> None:
    """Then it has power over it as one of its own; an account as a whole never has. In the matrix it is not sure."""
    role = f"arn:aws:iam::{OTHER}:role/x"
    proven = key("k", ONLY, [ROOT, allow({"AWS": role}, "kms:*")], locks_out=True)
    loose = replace(proven, proven=False, own=frozenset({"(own)"}))
    assert told(proven) == [f"k: {role} ACCESS"]
    assert told(loose) == [f"k: {role} ACCESS maybe own", f"k: {role} FULL maybe own"]
    assert rows(loose) == [f"k: {role} unsure"]
    shared = key("k", ONLY, [ROOT, allow({"AWS": PARTNER}, "kms:*")], locks_out=True)
    assert told(replace(shared, proven=False, own=frozenset({"(own)"}))) == [f"k: {P} maybe own"]
    within = {"AWS": APP}
    assert told(key("k", ONLY, [ROOT, allow(within, "kms:Decrypt")], locks_out=True)) == []


def test_what_knows_no_key_is_given_by_no_key_policy() -> None:
    """Nor told beside what is."""
    assert told(key("k", ONLY, [ROOT, allow({"AWS": PARTNER}, ["kms:CreateKey", "kms:ListKeys"])])) == []
    beside = [ROOT, allow({"AWS": PARTNER}, ["kms:CreateKey", "kms:Decrypt"])]
    assert told(key("k", SHARED, beside)) == []
    both = found(key("k", ONLY, beside))
    assert [SERVICE.names(each.grant.actions) for each in both] == [("kms:Decrypt",)]


def test_a_policy_that_the_plan_marks_is_told_without_names() -> None:
    """If one of those before and after is marked."""
    marked = key("k", ONLY, SHARED)
    after = tuple(replace(one, sensitive=True) for one in marked.after if one)
    hidden = "somebody whom the plan marks as sensitive"
    assert rows(replace(marked, after=after)) == [f"k: {hidden} +Decrypt"]
    assert told(replace(marked, after=after)) == [f"k: {hidden} ACCESS"]


ITSELF = f"arn:aws:kms:eu-west-1:{OWN}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
NAMED = frozenset({ITSELF})


def on(resource: str | list[str], element: str = "Resource", **more: Any) -> dict[str, Any]:
    """A statement for somebody else, on some key, in the one or the other element."""
    said = {name: value for name, value in allow({"AWS": PARTNER}).items() if name != "Resource"}
    return {**said, element: resource, **more}


@pytest.mark.parametrize(
    ("before", "after", "is_new"),
    [
        (on(ITSELF), on("*"), False),
        (on([ITSELF]), on("*"), False),
        (on("*"), on(ITSELF), False),
        (on(["arn:aws:kms:*:*:key/x", ITSELF]), on("*"), False),
        (on("arn:aws:kms:eu-west-1:111122223333:key/other"), on("*"), True),
        (on(ITSELF, "NotResource"), on("*"), True),
    ],
)
def test_the_arn_of_the_key_is_every_key_in_its_policy(before: Any, after: Any, is_new: bool) -> None:
    """There is no other key that it could be of, in the matrix no more than among what is found."""
    one = key("k", [*ONLY, before], [*ONLY, after], arns_before=NAMED, arns=NAMED)
    assert bool(found(one)) == is_new
    assert bool(rows(one)) == is_new


def test_a_deny_of_the_key_itself_that_is_written_otherwise() -> None:
    """Denies everything here."""
    shut = [{**on("*"), "Effect": "Deny"}, {**on(ITSELF), "Effect": "Deny"}]
    one = key("k", [*ONLY, on("*"), shut[0]], [*ONLY, on("*"), shut[1]], arns_before=NAMED, arns=NAMED)
    assert not found(one)
    assert found(key("k", [*ONLY, on("*"), shut[0]], [*ONLY, on("*"), shut[1]]))


def test_a_key_in_the_place_of_another_whose_policy_names_it() -> None:
    """The deleted one by its ARN, the created one by what stands for any."""
    gone = replace(deleted("old", [*ONLY, on(ITSELF)]), arns_before=NAMED, arns=NAMED)
    made = key("new", None, [*ONLY, on("*")], created=True)
    assert not found(gone, made)
    assert not rows(gone, made)


def test_a_key_in_the_place_of_another_has_another_arn() -> None:
    """What its policy denies on the old one stops nobody, in the same words or not."""
    shut = {**on(ITSELF), "Effect": "Deny"}
    made = key("new", None, [*ONLY, on("*"), shut], created=True)
    for before in (ONLY, [*ONLY, on("*"), shut]):
        gone = replace(deleted("old", before), arns_before=NAMED, arns=NAMED)
        assert found(gone, made)
        assert rows(gone, made)
        replaced = key("k", before, [*ONLY, on("*"), shut], arns_before=NAMED)
        assert found(replaced)
        assert rows(replaced)
    assert not found(key("k", [*ONLY, on("*")], [*ONLY, on("*")], arns_before=NAMED))
