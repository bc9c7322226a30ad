"""What is new for holders who have the same access."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.iam import patterns
from gate.iam.bits import positions
from gate.iam.patterns import Budget
from gate.iam.service import everything, friendly
from gate.iam.services import protected
from gate.new_access import inquiry as inquiry_module
from gate.new_access.certain_and_worst import certain_and_worst
from gate.new_access.grants import Unconfirmed
from gate.new_access.inquiry import BUDGET, WHOLE, Inquiry, Work
from gate.new_access.introduced import introduced, may_widen
from gate.new_access.policies import PlanDocuments
from gate.new_access.questions import FULL as FULL_ACCESS
from gate.new_access.questions import Question
from gate.new_access.undetermined import Undetermined
from gate.unknown import Unresolved
from tests.helpers.held import bounded, changed, held
from tests.helpers.plans import policy, statement

FULL = policy(statement("kms:*"), statement("kms:Decrypt", "arn:aws:kms:*:*:key/a*", "Deny"))
READ = policy(statement("s3:GetObject"))


def holder(number: int, after: str = FULL) -> Holder:
    had, has = (
        HeldDocument(Document(Place(f"aws_iam_role_policy.r{number}", "policy"), text)) for text in (READ, after)
    )
    return Holder(Principal("role", "", f"r{number}"), f"role r{number}", (had,), (has,))


def asked(full: int = WHOLE) -> Inquiry:
    return Inquiry(protected(), PlanDocuments({}, {}), Work(Budget(full), Budget(WHOLE), Budget(WHOLE)))


@pytest.fixture
def explored(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each look at all resources of a shape."""
    seen: list[str] = []
    cells: Callable[..., Any] = patterns.cells

    def watched(universe: str, *rest: Any) -> Any:
        seen.append(universe)
        return cells(universe, *rest)

    monkeypatch.setattr(patterns, "cells", watched)
    return seen


def test_equal_access_is_worked_out_once(explored: list[str]) -> None:
    """However many have it; each is told of under its own name and at its own place."""
    inquiry = asked()
    first = introduced(holder(0), inquiry)
    once = len(explored)
    others = [introduced(holder(number), inquiry) for number in range(1, 9)]
    assert once > 0
    assert len(explored) == once
    for number, found in enumerate([first, *others]):
        assert [(g.holder.label, g.place.address) for g in found.grants] == [
            (f"role r{number}", f"aws_iam_role_policy.r{number}")
        ]


def test_another_access_is_worked_out_anew(explored: list[str]) -> None:
    """One statement more is another access."""
    inquiry = asked()
    introduced(holder(0), inquiry)
    once = len(explored)
    found = introduced(holder(1, policy(statement("kms:*", "arn:aws:kms:eu-west-1:111122223333:key/b"))), inquiry)
    assert len(explored) > once
    assert [grant.width for grant in found.grants] == [None]


def test_what_is_told_again_costs_the_same() -> None:
    """So that no verdict depends on who came before: the work that is left falls by as much for each."""
    inquiry = asked()
    left = [WHOLE]
    for number in range(3):
        introduced(holder(number), inquiry)
        left.append(inquiry.work.full.steps)
    spent = {before - after for before, after in pairwise(left)}
    assert len(spent) == 1
    assert spent != {0}


def test_who_has_no_work_left_is_undetermined_although_the_answer_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the same access had not been told of before."""
    inquiry = asked()
    assert [grant.undetermined for grant in introduced(holder(0), inquiry).grants] == [None]
    monkeypatch.setattr("gate.new_access.introduced.LEAST", 1)
    inquiry.work.full.steps = 0
    assert [g.undetermined for g in introduced(holder(1), inquiry).grants] == [Undetermined.INTRICATE]


def test_the_answers_kept_are_few(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered does not grow with the plan."""
    monkeypatch.setattr(inquiry_module, "REMEMBERED", 2)
    inquiry = asked()
    for number in range(5):
        found = introduced(holder(number, policy(statement("kms:*", f"arn:aws:kms:*:*:key/{number}*"))), inquiry)
        assert len(found.grants) == 1
        assert len(inquiry.memory.answered) <= 2


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each holder whose before and after are worked out."""
    seen: list[str] = []

    def watched(each: Holder, *rest: Any) -> Any:
        seen.append(each.label)
        return certain_and_worst(each, *rest)

    monkeypatch.setattr("gate.new_access.introduced.certain_and_worst", watched)
    return seen


def test_who_has_the_same_texts_and_gains_nothing_is_looked_at_once(looked_at: list[str]) -> None:
    inquiry = asked()
    found = [introduced(holder(number, READ), inquiry) for number in range(9)]
    assert looked_at == ["role r0"]
    assert [one.holder.label for one in found] == [f"role r{number}" for number in range(9)]
    assert {(one.grants, one.compared, one.may_be_full) for one in found} == {((), None, False)}


def test_who_has_the_same_texts_and_gains_something_is_looked_at_once(looked_at: list[str]) -> None:
    """What is compared is each holder's own all the same."""
    inquiry = asked()
    holders = [holder(number) for number in range(9)]
    found = [introduced(one, inquiry) for one in holders]
    assert looked_at == ["role r0"]
    for one, own in zip(found, holders, strict=True):
        assert one.compared is not None
        sides = one.compared.certainly
        assert (sides.holder, sides.before.held, sides.after.held) == (own, own.before, own.after)


def test_what_cannot_be_read_is_told_of_each_who_has_it() -> None:
    """Each has it at a place of its own."""
    inquiry = asked()
    found = [introduced(holder(number, "no policy"), inquiry) for number in range(2)]
    assert [[bad.document.place.address for bad in one.malformed] for one in found] == [
        ["aws_iam_role_policy.r0"],
        ["aws_iam_role_policy.r1"],
    ]


@pytest.mark.parametrize(
    "doubt", [{"removed_by": Place("a", "")}, {"may_be_lost_at": Place("a", "")}, {"holder_is_uncertain": True}]
)
def test_what_is_not_sure_is_looked_at_for_each(looked_at: list[str], doubt: dict[str, Any]) -> None:
    """However equal the texts are: a Deny that may be lost opens what it held back."""
    inquiry = asked()
    sure, unsure = holder(0, READ), holder(1, READ)
    introduced(sure, inquiry)
    introduced(replace(unsure, after=tuple(replace(held, **doubt) for held in unsure.after)), inquiry)
    assert looked_at == ["role r0", "role r1"]


def test_who_gains_is_looked_at_after_one_with_the_same_texts_before(looked_at: list[str]) -> None:
    inquiry = asked()
    introduced(holder(0, READ), inquiry)
    assert introduced(holder(1, FULL), inquiry).grants
    assert looked_at == ["role r0", "role r1"]


def test_a_boundary_that_changes_is_looked_at(looked_at: list[str]) -> None:
    inquiry = asked()
    all_of_it = Boundary(Document(Place("aws_iam_policy.b", "policy"), policy(statement("*"))), Place("r", "b"))
    nothing = Boundary(Document(Place("aws_iam_policy.c", "policy"), READ), Place("r", "b"))
    same = replace(holder(0, FULL), before=holder(0, FULL).after, boundary_before=nothing, boundary_after=nothing)
    assert not introduced(same, inquiry).grants
    assert introduced(replace(same, boundary_after=all_of_it), inquiry).grants
    assert len(looked_at) == 2


CONDITIONED = policy(statement("kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}))
HOLE: Any = {"Statement": [{"Effect": "Allow", "Action": Unresolved(("var.a",)), "Resource": "*"}]}


@pytest.mark.parametrize(
    ("before", "after", "more", "expected"),
    [
        ({"a": READ}, {"a": READ}, {}, "---"),
        ({"a": READ}, {"b": READ}, {}, "---"),
        ({"a": READ}, {"a": FULL}, {}, "-mi compared"),
        ({"a": FULL}, {"a": READ}, {}, "w-- compared"),
        ({"a": FULL}, {"a": FULL}, {}, "wmi"),
        ({"a": CONDITIONED}, {"a": CONDITIONED}, {}, "-m-"),
        ({"a": READ}, {"a": HOLE}, {}, "-m- compared"),
        ({"a": READ}, {"a": "{"}, {}, "--- compared"),
        ({"a": None}, {"a": None}, {}, "---"),
        ({"a": None}, {"b": None}, {}, "--- compared"),
        ({"a": READ}, {"a": READ, "b": None}, {}, "--- compared"),
        ({"a": FULL}, {"a": FULL}, {"boundary_before": "b", "boundary_after": "c"}, "wmi compared"),
        ({"a": FULL}, {"a": FULL}, {"boundary_before": "b", "boundary_after": "b"}, "wmi"),
    ],
)
def test_who_was_full_may_be_and_is(before: Any, after: Any, more: dict[str, str], expected: str) -> None:
    """`w` where somebody was, `m` where it may be, `i` where it is; and whether anything is compared, for a table."""
    bounds = {name: bounded(text, policy(statement("*"))) for name, text in more.items()}
    found = introduced(changed(before, after, **bounds), asked())
    states = zip("wmi", (found.was_full, found.may_be_full, found.is_full), strict=True)
    told = "".join(letter if true else "-" for letter, true in states)
    assert told + (" compared" if found.compared else "") == expected


KEY, OTHER_KEY = (f"arn:aws:kms:eu-west-1:111122223333:key/{name}" for name in ("a", "b"))


def mixed(known: Any, unknown: Any) -> dict[str, Any]:
    """A document with all of KMS on a resource, and actions that nobody knows on another one."""
    return {"Statement": [statement("kms:*", known), statement(Unresolved(("var.a",)), unknown)]}


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (mixed(KEY, "*"), [(None, None, False), ((), Undetermined.POLICY, True)]),
        (mixed(KEY, OTHER_KEY), [(None, None, False)]),
        (mixed("*", "*"), [((), None, False)]),
        (mixed("*", OTHER_KEY), [((), None, False)]),
        (HOLE, [((), Undetermined.POLICY, False)]),
    ],
)
def test_what_may_be_is_told_where_it_is_wider_than_what_is(after: Any, expected: list[Any]) -> None:
    """Not again where nothing is wider: on what each is, whether it is certain, and whether it is beside another."""
    found = introduced(changed({"a": READ}, {"a": after}), asked()).grants
    assert [(one.width, one.undetermined, one.may_be_wider) for one in found] == expected


READS, SIGNS = Question(any_of=("kms:Decrypt", "kms:ReEncryptFrom")), Question(any_of=("kms:Sign",))


def test_without_work_every_question_is_open_that_may_be_met(monkeypatch: pytest.MonkeyPatch) -> None:
    """And all the work that there was is gone."""
    monkeypatch.setattr("gate.new_access.introduced.LEAST", 1)
    for action, met in (("kms:*", [FULL_ACCESS, READS, SIGNS]), ("kms:Decrypt", [READS])):
        inquiry = replace(asked(), questions=(READS, SIGNS))
        inquiry.work.full.steps = inquiry.work.rest.steps = 0
        found = introduced(changed({"a": READ}, {"a": policy(statement(action))}), inquiry).grants
        assert [(one.question, one.undetermined) for one in found] == [(one, Undetermined.INTRICATE) for one in met]
        assert {(one.actions, one.width, one.resources) for one in found} == {(0, None, ())}
        assert inquiry.work.rest.steps == -1


def test_a_holder_takes_as_much_work_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the least that each has, and less than the most."""
    monkeypatch.setattr("gate.new_access.introduced.LEAST", 1)
    inquiry = asked()
    assert [one.undetermined for one in introduced(holder(0), inquiry).grants] == [None]
    assert 1 < WHOLE - inquiry.work.full.steps < BUDGET


def grants(before: Any, after: Any, **more: Any) -> list[Any]:
    """What somebody has newly whose documents change so."""
    return [*introduced(changed(before, after), replace(asked(), **more)).grants]


def test_each_document_that_is_enough_is_told_with_all_that_it_reaches() -> None:
    """On every resource, as the documents write it; of what names a resource that is by its name."""
    one, other = policy(statement("kms:*"), statement("kms:*", KEY)), policy(statement("kms:*"))
    for names in (["a", "b"], ["b", "a"]):
        found = grants({}, dict(zip(names, (one, other), strict=True)))
        assert [(one.place.address[-1], one.width, one.resources) for one in found] == [
            ("a", (), ("*", KEY)), ("b", (), ("*", KEY))
        ]  # fmt: skip
    reads, regional = statement("kms:Get*"), statement("kms:*", "arn:aws:kms:eu-west-?:*:key/*")
    [patterned] = grants({"a": policy(reads)}, {"a": policy(regional, reads)})
    assert (patterned.width, patterned.fields) == (("partition", "region"), ("aws", "eu-west-*"))
    assert patterned.resources == ("arn:aws:kms:eu-west-?:*:key/*",)
    tagged, mfa = "arn:aws:kms:*:*:key/${aws:PrincipalTag/t}", {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    for conditions in ({}, {"Condition": mfa}):
        [varying] = grants({}, {"a": policy(statement("kms:*", tagged, **conditions))})
        assert (varying.width, varying.resources) == (None, (tagged,))


def test_what_is_gone_makes_nothing_wider() -> None:
    """What a document allowed that denied all of it: others are enough when it is gone, in one region."""
    region, few = "arn:aws:kms:eu-west-1:*:key/*", ["kms:Decrypt", "kms:ReEncryptFrom", "kms:Sign"]
    was = held("x", policy(statement("kms:*"), statement("kms:*", effect="Deny")))
    parts = [held("b", policy(statement(few, region))), held("c", policy(statement(resource=region, NotAction=few)))]
    after = (replace(was, removed_by=Place("aws_iam_role_policies_exclusive.e", "policy_names")), *parts)
    [found] = introduced(replace(changed({}, {}), before=(was,), after=after), asked()).grants
    assert (found.place.address[-1], found.width) == ("e", ("partition", "region"))


@pytest.mark.parametrize(
    "resources",
    [
        ["arn:aws:kms:eu-west-1:111122223333:key/*", "arn:aws:kms:us-east-1:*:key/*"],
        ["arn:aws:kms:us-east-1:111122223333:key/*", "arn:aws:kms:eu-west-1:*:key/*"],
        [KEY, "arn:aws:kms:us-east-1:*:key/*"],
        ["arn:aws:kms:us-east-1:*:key/*", KEY],
    ],
)
def test_the_widest_is_told(resources: list[str]) -> None:
    """Whichever of a document's resources is looked at first."""
    [found] = grants({}, {"a": policy(*(statement("kms:*", one) for one in resources))})
    assert found.width == ("partition", "region")
    assert found.resources == tuple(sorted(resources))


def test_of_what_is_as_wide_the_sensitive_is_told() -> None:
    """A key that a Deny leaves out has more that is new than the others."""
    service = protected()
    had = service.sensitive & ~service.powers[0]
    denied = statement(service.names(service.powers[0]), effect="Deny", NotResource=KEY)
    after = policy(statement("kms:*"), denied)
    [found] = grants({"a": policy(statement(service.names(had)))}, {"a": after})
    assert found.witness.action == "kms:Decrypt"
    assert found.witness.resource == KEY


def test_a_question_about_every_key_leaves_out_what_is_named() -> None:
    """Where a document gives it on one key, and another one on all of them, it is the other one's."""
    sign = statement("kms:Sign")
    assert grants({}, {"a": policy(statement("kms:Decrypt", KEY), sign)}, questions=(READS,)) == []
    after = {"a": policy(statement("kms:Decrypt", KEY)), "b": policy(statement("kms:Decrypt"))}
    [found] = grants({}, after, questions=(READS,))
    assert (found.place.address[-1], found.question, found.resources) == ("b", READS, ("*", KEY))


def test_a_question_about_what_knows_no_key() -> None:
    """It is answered on `*`, not by a statement about keys."""
    makes = Question(any_of=("kms:CreateKey",))
    [found] = grants({}, {"a": policy(statement("kms:Create*"))}, questions=(makes,))
    assert (found.question, found.width, found.witness.resource) == (makes, (), "*")
    assert grants({}, {"a": policy(statement("kms:Create*", EVERY_KEY))}, questions=(makes,)) == []


EVERY_KEY = "arn:aws:kms:*:*:key/*"


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ([statement("kms:*", EVERY_KEY)], [statement("kms:*")], {"DeleteCustomKeyStore", "DisconnectCustomKeyStore"}),
        ([statement("kms:*"), statement("kms:D*Store", effect="Deny")], [statement("kms:*")],
         {"DeleteCustomKeyStore", "DisconnectCustomKeyStore"}),
        ([statement("kms:*"), statement("kms:CreateKey", effect="Deny")], [statement("kms:*")], set()),
        ([statement("kms:*"), statement("kms:Encrypt", effect="Deny")], [statement("kms:*")], set()),
        ([statement("kms:*"), statement(["kms:Encrypt", "kms:Decrypt"], effect="Deny")], [statement("kms:*")],
         {"Decrypt"}),
        ([], [statement("kms:*"), statement(["kms:Encrypt", "kms:Decrypt"], effect="Deny")], None),
        ([], [statement("kms:*"), statement(protected().names(protected().sensitive), effect="Deny")], set()),
    ],
)  # fmt: skip
def test_by_which_actions_it_is_new(before: list[Any], after: list[Any], new: set[str] | None) -> None:
    """Who was full before gains by what is sensitive; else by all that is allowed on some key (None), if any of it is
    sensitive."""
    service = protected()
    found = grants({"a": policy(*before)}, {"a": policy(*after)})
    told = {name.removeprefix("kms:") for one in found for name in service.names(one.actions)}
    every = set(service.actions) - {"Encrypt", "Decrypt"} - {service.actions[i] for i in positions(service.unscoped)}
    assert told == (every if new is None else new)


def test_the_witness_is_allowed_after_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first readable key of those that are; `*` for what knows no key. Without one, gate is wrong."""
    service = protected()
    first, second, *_ = friendly(service, everything(service))
    [found] = grants({}, {"a": FULL})
    assert found.witness.resource == first
    [found] = grants({}, {"a": policy(statement("kms:*"), statement("kms:*", first, "Deny"))})
    assert found.witness.resource == second
    [found] = grants({"a": policy(statement("kms:*", first))}, {"a": FULL})
    assert found.witness.resource == second
    [found] = grants({"a": policy(statement("kms:*", EVERY_KEY))}, {"a": FULL})
    assert (found.witness.action, found.witness.resource) == ("kms:DeleteCustomKeyStore", "*")
    monkeypatch.setattr("gate.iam.evaluate.allowed", lambda *_: False)
    with pytest.raises(Unconfirmed, match=r"kms:CancelKeyDeletion, .* on 'arn:aws:kms:"):
        grants({}, {"a": FULL})


DENIED = [statement("kms:*"), statement(Unresolved(("var.a",)), effect="Deny")]


@pytest.mark.parametrize(
    ("before", "after", "more", "opens"),
    [
        (FULL, FULL, {}, False),
        (READ, FULL, {}, True),
        (policy(statement("kms:*")), READ, {}, False),
        (HOLE, HOLE, {}, True),  # may be more than it was
        ({"Statement": DENIED}, FULL, {}, True),
        ({"Statement": DENIED}, {"Statement": DENIED}, {}, True),
        (FULL, FULL, {"may_be_lost_at": Place("a", "")}, True),
        (policy(statement("kms:*")), policy(statement("kms:*")), {"may_be_lost_at": Place("a", "")}, True),
    ],
)
def test_whether_anything_may_open(before: Any, after: Any, more: dict[str, Any], opens: bool) -> None:
    """What is unknown before is taken at its best, after at its worst."""
    each = changed({"a": before}, {"a": after})
    assert may_widen(replace(each, after=tuple(replace(held, **more) for held in each.after)), protected()) is opens


HIDDEN = {"Condition": {"StringEquals": {"kms:ViaService": [Unresolved(("var.a",))]}}}
BY_S3 = {"Condition": {"StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com"]}}}
BY_TAG = "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"
SURE, UNSURE = [((), None)], [((), Undetermined.POLICY)]
FULL_POLICY = policy(statement("kms:*"))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (READ, statement("kms:*", **HIDDEN), SURE),  # whatever it is, it lets somebody in
        (statement("kms:*", **BY_S3), statement("kms:*", **HIDDEN), UNSURE),
        (statement("kms:*"), statement("kms:*", **HIDDEN), []),
        (statement("kms:*", KEY, **BY_S3), statement("kms:*", **HIDDEN), SURE),  # of the others none was
        (statement("kms:*", BY_TAG), statement("kms:*", **HIDDEN), SURE),  # which key is no condition of the caller
        (statement("kms:*", **HIDDEN), statement("kms:*", **HIDDEN), []),
    ],
)
def test_a_condition_that_is_not_known_may_be_the_one_that_was_there(before: Any, after: Any, expected: Any) -> None:
    """What is allowed under it is certain to be new only where nothing was allowed under any condition."""
    was, will = (
        one if isinstance(one, str) else {"Version": "2012-10-17", "Statement": [one]} for one in (before, after)
    )
    found = introduced(changed({"a": was}, {"a": will}), asked()).grants
    assert [(one.width, one.undetermined) for one in found] == expected


def test_a_condition_of_a_boundary_that_is_not_known_may_be_the_one_that_was_there() -> None:
    """As one of a policy may."""
    bounds = {
        "boundary_before": bounded("b", policy(statement("kms:*", **BY_S3))),
        "boundary_after": bounded("b", {"Version": "2012-10-17", "Statement": [statement("kms:*", **HIDDEN)]}),
    }
    found = introduced(changed({"a": FULL_POLICY}, {"a": FULL_POLICY}, **bounds), asked()).grants
    assert [(one.width, one.undetermined) for one in found] == [((), Undetermined.BOUNDARY)]
