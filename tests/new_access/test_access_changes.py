"""Who gains what: the matrix of everybody whose access changes."""

import itertools
import json
from fnmatch import fnmatchcase
from functools import cache
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from gate.check import Options, check
from gate.holdings.documents import Place
from gate.holdings.inventory import Link
from gate.iam import evaluate
from gate.iam.boxes import boxes
from gate.iam.guards import Access
from gate.iam.kms import kms
from gate.iam.patterns import Budget
from gate.iam.policy import Policy, parse
from gate.new_access import access_changes
from gate.new_access.access_changes import Cell, Comparison, change_of
from gate.new_access.certain_and_worst import certain_and_worst
from gate.new_access.extents import Extent, Keys, reach
from gate.new_access.policies import PlanDocuments
from gate.plan.model import read
from gate.report import AccessChange
from gate.report import Extent as Told
from gate.unknown import Unresolved
from tests.helpers import key_plans
from tests.helpers.held import bounded, changed, held
from tests.helpers.plans import change, inline, plan, policy, statement

KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
OTHER_KEY = "arn:aws:kms:eu-west-1:111122223333:key/0987dcba-09fe-87dc-65ba-ab0987654321"
DECRYPT = statement("kms:Decrypt", KEY)
READ = policy(statement("s3:GetObject"))
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}


def rows(*changes: dict[str, Any], **more: Any) -> tuple[AccessChange, ...]:
    """The matrix of a plan."""
    (found,) = check(read(plan(*changes, **more), "plan.json"), Options(no_source=True)).plans
    return found.access


def becomes(before: str | None, after: str | None) -> dict[str, str]:
    """Column by column, what changes where one inline policy of a role does."""
    found = rows(inline(before, after))
    return {} if not found else shown(found[0])


def shown(row: AccessChange) -> dict[str, str]:
    """The columns of a row that do not stay the same, in short."""
    return {
        column.column: f"{extent(column.before)} -> {extent(column.after)}, {column.change}"
        for column in row.columns
        if column.change != "same"
    }


def extent(told: Told) -> str:
    """An extent in short: `?` before what is not sure, `*` behind what has conditions."""
    within = f" of {told.within}" if told.within else ""
    return f"{'?' * told.undetermined}{told.keys}{within}{'*' * told.conditional}"


def test_an_action_that_knows_no_key() -> None:
    """It is on every key, under conditions or not."""
    stores = "kms:UpdateCustomKeyStore"
    assert becomes(READ, policy(statement(stores))) == {"administer": "none -> every, more"}
    assert becomes(READ, policy(statement(stores, Condition=MFA))) == {"administer": "none -> every*, more"}


def test_a_grant_on_a_named_key() -> None:
    """A statement that no rule finds is in the matrix all the same, with what it newly allows."""
    (row,) = rows(inline(None, policy(DECRYPT)))
    assert row.principal == "role app"
    assert shown(row) == {"use": "none -> named, more"}
    assert (row.gained, row.lost, row.key) == (("kms:Decrypt",), (), "")


def test_every_column() -> None:
    """All actions on every key are in every column."""
    every = dict.fromkeys(("use", "grant on", "administer", "destroy"), "none -> every, more")
    assert becomes(None, policy(statement("kms:*"))) == every


@pytest.mark.parametrize(
    ("action", "column"),
    [
        ("kms:GenerateDataKey", "use"),
        ("kms:CreateGrant", "grant on"),
        ("kms:PutKeyPolicy", "administer"),
        ("kms:DisableKey", "destroy"),
    ],
)
def test_each_action_has_its_column(action: str, column: str) -> None:
    """One action is in one column."""
    assert becomes(None, policy(statement(action, KEY))) == {column: "none -> named, more"}


def test_less_is_told_as_well() -> None:
    """What a change takes away is in the matrix."""
    (row,) = rows(inline(policy(statement("kms:*")), policy(DECRYPT)))
    assert shown(row) == {
        "use": "every -> named, less",
        "grant on": "every -> none, less",
        "administer": "every -> none, less",
        "destroy": "every -> none, less",
    }
    assert row.gained == ()
    assert "kms:Decrypt" in row.lost


def test_a_statement_of_one_kind_of_power_narrows_no_other() -> None:
    """Each column is as wide as its own statements."""
    use, administer = statement("kms:Decrypt"), statement("kms:PutKeyPolicy")
    assert becomes(None, policy(use, administer)) == {
        "use": "none -> every, more",
        "administer": "none -> every, more",
    }


def test_another_key() -> None:
    """The same action on another key is gained and lost, although both are named keys."""
    (row,) = rows(inline(policy(DECRYPT), policy(statement("kms:Decrypt", OTHER_KEY))))
    assert shown(row) == {"use": "named -> named, other"}
    assert (row.gained, row.lost) == (("kms:Decrypt",), ("kms:Decrypt",))


def test_what_is_in_no_column() -> None:
    """Reading about keys is in no column, and still told."""
    (row,) = rows(inline(None, policy(statement(["kms:DescribeKey", "kms:ListAliases"]))))
    assert shown(row) == {}
    assert row.gained == ("kms:DescribeKey", "kms:ListAliases")


@pytest.mark.parametrize(
    ("resource", "told"),
    [
        ("arn:aws:kms:*:*:key/*", "every"),
        ("arn:aws:kms:*:111122223333:key/*", "every of account 111122223333"),
        ("arn:aws:kms:eu-west-1:111122223333:*", "every of region eu-west-1 and account 111122223333"),
        ("arn:aws:kms:eu-*:*:key/*", "every of region eu-*"),
        ("arn:aws-cn:kms:*:*:key/*", "every of partition aws-cn"),
        ("arn:aws:kms:*:*:key/mrk-*", "named"),
        ("arn:aws:kms:*:*:alias/*", "none"),
        ("*1234abcd*", "every of region *1234abcd*"),
    ],
)
def test_how_wide(resource: str, told: str) -> None:
    """Every key, those of one account or region, or named ones."""
    if told == "none":
        assert becomes(None, policy(statement("kms:Decrypt", resource))) == {}
    elif resource.startswith("*"):
        assert becomes(None, policy(statement("kms:Decrypt", resource)))["use"].startswith("none -> every of ")
    else:
        assert becomes(None, policy(statement("kms:Decrypt", resource))) == {"use": f"none -> {told}, more"}


def test_denies_count() -> None:
    """A complete Deny leaves nothing, one on a key leaves every other one, and one that goes opens something."""
    allow, deny = statement("kms:Decrypt"), statement("kms:*", effect="Deny")
    assert becomes(None, policy(allow, deny)) == {}
    assert becomes(None, policy(allow, statement("kms:*", KEY, "Deny"))) == {"use": "none -> every, more"}
    assert becomes(policy(allow, deny), policy(allow)) == {"use": "none -> every, more"}


def test_conditions() -> None:
    """A condition that comes or goes is told, of an Allow and of a Deny."""
    limited = policy(statement("kms:Decrypt", KEY, Condition=MFA))
    assert becomes(limited, policy(DECRYPT)) == {"use": "named* -> named, more"}
    assert becomes(policy(DECRYPT), limited) == {"use": "named -> named*, less"}
    denied = policy(DECRYPT, statement("kms:*", effect="Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}))
    assert becomes(policy(DECRYPT), denied) == {"use": "named -> named*, less"}


def test_the_same_in_other_words() -> None:
    """Reformatting, splitting and renaming change nobody's access."""
    both = policy(statement(["kms:Decrypt", "kms:Encrypt"], KEY))
    split = policy(statement("KMS:encrypt", KEY), statement("kms:Decrypt", KEY))
    assert rows(inline(both, split)) == ()
    assert rows(inline(both, None, "a"), inline(None, split, "b")) == ()


def test_a_boundary_that_goes() -> None:
    """A permissions boundary bounds, and what its removal opens is told."""
    role = {"name": "app", "managed_policy_arns": [], "inline_policy": []}
    arn = "arn:aws:iam::111122223333:policy/b"
    bound = {"name": "b", "arn": arn, "path": "/", "policy": policy(DECRYPT)}
    (row,) = rows(
        change("aws_iam_policy.b", bound, bound),
        change("aws_iam_role.app", {**role, "permissions_boundary": arn}, {**role, "permissions_boundary": None}),
        inline(policy(statement("kms:Decrypt")), policy(statement("kms:Decrypt"))),
    )
    assert shown(row) == {"use": "named -> every, more"}


def test_what_is_not_known() -> None:
    """An action on a resource that is known only after apply may be on every key: the cell says that it is not sure."""
    unknown = {"name": "p", "role": "app"}
    (row,) = rows(
        change(
            "aws_iam_role_policy.p",
            {**unknown, "policy": policy(DECRYPT)},
            {**unknown, "policy": None},
            change={"after_unknown": {"policy": True}},
        )
    )
    assert row.columns[0].column == "use"
    assert extent(row.columns[0].before) == "named"
    assert extent(row.columns[0].after) == "?none"
    assert {column.change for column in row.columns} == {"undetermined"}
    assert row.lost == ()


def test_a_policy_that_nobody_can_see() -> None:
    """An attached policy that is outside of the plan makes every cell unsure, and takes nothing certainly away."""
    attached = {"role": "app", "policy_arn": "arn:aws:iam::111122223333:policy/elsewhere"}
    (row,) = rows(
        inline(policy(DECRYPT), None),
        change("aws_iam_role_policy_attachment.a", None, attached),
    )
    assert extent(row.columns[0].before) == "named"
    assert extent(row.columns[0].after) == "?none"
    assert row.lost == ()


def test_a_document_that_cannot_be_read() -> None:
    """Nothing is sure of a holder that gets one."""
    (row,) = rows(inline(policy(DECRYPT), "{"))
    assert [extent(column.after) for column in row.columns] == ["?none"] * 4
    assert row.lost == ()


def test_members_and_those_who_have_a_policy() -> None:
    """A group and its member gain; a policy that the plan attaches is told of the role that has it, not again."""
    arn = "arn:aws:iam::111122223333:policy/new"
    found = rows(
        change(
            "aws_iam_user_group_membership.m", {"user": "bob", "groups": ["ops"]}, {"user": "bob", "groups": ["ops"]}
        ),
        change(
            "aws_iam_group_policy.g",
            {"name": "g", "group": "ops", "policy": policy()},
            {"name": "g", "group": "ops", "policy": policy(DECRYPT)},
        ),
        change("aws_iam_policy.new", None, {"name": "new", "arn": arn, "path": "/", "policy": policy(DECRYPT)}),
        change("aws_iam_role_policy_attachment.a", None, {"role": "app", "policy_arn": arn}),
    )
    assert [row.principal for row in found] == ["group ops", "role app", "user bob"]


def test_a_policy_that_somebody_else_may_attach() -> None:
    """One that the plan attaches to nobody, and one that changes, have a row of their own."""
    arn = "arn:aws:iam::111122223333:policy/p"
    values = {"name": "p", "arn": arn, "path": "/"}
    before, after = ({**values, "policy": text} for text in (policy(), policy(DECRYPT)))
    assert [row.principal for row in rows(change("aws_iam_policy.p", None, after))] == ["policy p"]
    assert [row.principal for row in rows(change("aws_iam_policy.p", before, after))] == ["policy p"]


def test_two_roles_with_one_name_in_accounts_that_may_be_one() -> None:
    """Where it is not proven who is who, nothing is gained for certain, and every cell is unsure."""
    blocks = [
        {
            "address": f"aws_iam_role_policy.{name}",
            "mode": "managed",
            "type": "aws_iam_role_policy",
            "name": name,
            "provider_config_key": key,
            "expressions": {},
        }
        for name, key in (("a", "aws"), ("b", "aws.other"))
    ]
    providers = {
        "aws": {"name": "aws", "full_name": "registry.terraform.io/hashicorp/aws"},
        "aws.other": {
            "name": "aws",
            "alias": "other",
            "full_name": "registry.terraform.io/hashicorp/aws",
            "expressions": {"profile": {"references": ["var.profile"]}},
        },
    }
    found = rows(
        inline(policy(), policy(DECRYPT), "a"),
        inline(policy(statement("kms:*", effect="Deny")), policy(), "b"),
        configuration={"root_module": {"resources": blocks}, "provider_config": providers},
    )
    assert len(found) == 2
    assert {row.gained for row in found} == {()}
    assert all(column.after.undetermined for row in found for column in row.columns)


def test_too_much_work_is_undetermined(monkeypatch: pytest.MonkeyPatch) -> None:
    """The end of the work is told in the cell, never as something that it is not."""
    monkeypatch.setattr(access_changes, "BUDGET", 10)
    monkeypatch.setattr(access_changes, "LEAST", 10)
    (row,) = rows(inline(policy(DECRYPT), policy(statement("kms:*"))))
    assert {extent(told) for column in row.columns for told in (column.before, column.after)} == {"?none"}
    assert {column.change for column in row.columns} == {"undetermined"}


def test_holders_with_the_same_documents_share_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifty roles that gain the same are compared once."""
    worked = []
    original = access_changes.reach

    def counted(*arguments: Any) -> Any:
        worked.append(1)
        return original(*arguments)

    monkeypatch.setattr(access_changes, "reach", counted)
    assert len(rows(*(inline(None, policy(DECRYPT), f"p{i}", f"r{i}") for i in range(50)))) == 50
    assert len(worked) == 1


def test_a_principal_that_is_sensitive_is_not_named() -> None:
    """A name that the plan marks as sensitive stands in no row."""
    (row,) = rows(
        change(
            "aws_iam_role_policy.p",
            None,
            {"name": "p", "role": "secret-role", "policy": policy(DECRYPT)},
            change={"after_sensitive": {"role": True}},
        )
    )
    assert "secret-role" not in row.principal
    assert "(sensitive)" in row.principal


def cell(told: Cell) -> str:
    """A cell in short: `?` before what is not sure, the fields that it is tied to in brackets."""
    width = f"[{' '.join(told.extent.width)}]" if told.extent.width else ""
    return f"{'?' * told.undetermined}{told.extent.keys.name.lower()}{width}{'*' * told.extent.conditional}"


def between(before: Any, after: Any, unproven: frozenset[str] = frozenset(), **bounds: Any) -> str:
    """What changes for one holder: what it may use before and after, and what it gains and loses."""
    service = kms()
    whole = Budget(10**6)
    holder = changed(before, after, **bounds)
    compared = certain_and_worst(holder, service, PlanDocuments({}, {}))
    found = [*change_of(holder, compared, Comparison(service, whole), unproven)]
    if not found:
        return ""
    (change,) = found
    assert change.label == "role r"
    signed = [*(f"+{name[4:]}" for name in service.names(change.gained))]
    signed += [f"-{name[4:]}" for name in service.names(change.lost)]
    return " ".join([cell(change.before[0]), "->", cell(change.after[0]), *signed])


SIGN, USES = statement("kms:Sign"), statement(["kms:Decrypt", "kms:Sign"])
ONE, TWO = policy(statement("kms:Decrypt")), policy(USES)
SOME = {"Statement": [SIGN, statement(Unresolved(("var.a",)), KEY)]}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ({"a": ONE}, {"a": ONE}, ""),
        ({"a": TWO}, {"a": policy(SIGN), "b": ONE}, ""),
        ({"a": ONE}, {"a": TWO}, "every -> every +Sign"),
        ({"a": TWO}, {"a": ONE}, "every -> every -Sign"),
        ({"a": ONE}, {"a": policy(SIGN)}, "every -> every +Sign -Decrypt"),
        ({"a": TWO}, {"a": SOME}, "every -> every -Decrypt"),
        ({"a": policy(DECRYPT)}, {"a": SOME}, "named -> every +Sign"),
        ({"a": policy(DECRYPT)}, {"a": {"Statement": [statement(Unresolved(("var.a",)))]}}, "named -> ?none"),
        ({"a": SOME}, {"a": TWO}, "every -> every +Decrypt"),
        ({"a": {"Statement": [statement(Unresolved(("var.a",)))]}}, {"a": ONE}, ""),
        ({"a": {"Statement": [statement(Unresolved(("var.a",)), KEY)]}}, {"a": ONE}, "?none -> every +Decrypt"),
        ({"a": {"Statement": [statement(Unresolved(("var.a",)))]}}, {"a": READ}, ""),
        ({"a": READ}, {"a": {"Statement": [statement("kms:Decrypt", Unresolved(("var.k",)))]}}, "none -> ?none"),
        ({"a": None}, {"a": None}, ""),
        ({"a": None}, {"b": None}, "?none -> ?none"),
        ({"x": None, "a": TWO}, {"x": None, "a": ONE}, "?every -> ?every -Sign"),
        ({"a": TWO}, {"a": ONE, "x": None}, "every -> ?every"),
        ({"x": None, "a": ONE}, {"a": TWO}, "?every -> every +Sign"),
        ({"a": TWO}, {"a": ONE, "b": "{"}, "every -> ?every"),
    ],
)
def test_what_is_certain_of_a_change(before: Any, after: Any, expected: str) -> None:
    """What is gained and lost, and the cells that are sure, where some of it can't be seen or is not known."""
    assert between(before, after) == expected


def test_a_boundary_that_nobody_sees_makes_cells_unsure() -> None:
    """Those of the time at which it is there."""
    seen, hidden = bounded("b", policy(statement("*"))), bounded("c", None)
    assert between({"a": ONE}, {"a": TWO}, boundary_before=seen, boundary_after=seen) == "every -> every +Sign"
    assert between({"a": ONE}, {"a": TWO}, boundary_before=hidden, boundary_after=hidden) == "?every -> ?every +Sign"
    assert between({"a": TWO}, {"a": ONE}, boundary_before=seen, boundary_after=hidden) == "every -> ?every"
    assert between({"a": ONE}, {"a": TWO}, boundary_before=hidden, boundary_after=seen).startswith("?none -> every")


def test_of_somebody_whose_resources_may_be_of_another_account_nothing_is_sure() -> None:
    """Whichever document or attachment it is, before or after; not of somebody else's."""
    one, another, link = (f"aws_iam_role_policy.{name}" for name in ("a", "b", "link"))
    for unproven in (one, another):
        assert between({"a": ONE}, {"b": TWO}, frozenset({unproven})) == "?every -> ?every"
    assert between({"a": ONE}, {"b": TWO}, frozenset({link})) == "every -> every +Sign"
    linked = replace(changed({}, {"b": TWO}), after=(held("b", TWO, links=(Link(Place(link, "")),)),))
    compared = certain_and_worst(linked, kms(), PlanDocuments({}, {}))
    (found,) = change_of(linked, compared, Comparison(kms(), Budget(10**6)), frozenset({link}))
    assert (cell(found.after[0]), found.gained, found.lost) == ("?every", 0, 0)
    assert between({"a": ONE}, {"a": ONE}, frozenset({one})) == ""


def test_a_comparison_takes_as_much_work_as_it_needs(monkeypatch: pytest.MonkeyPatch) -> None:
    """More than the least that each has, of what there is for all; all of it where it is not enough."""
    service, holder = kms(), changed({"a": ONE}, {"a": TWO})
    compared = certain_and_worst(holder, service, PlanDocuments({}, {}))
    monkeypatch.setattr(access_changes, "LEAST", 1)
    whole = Budget(10**5)
    found = Comparison(service, whole).of(compared)
    assert found is not None
    assert (found.label, found.key, service.names(found.gained)) == ("", "", ("kms:Sign",))
    assert 1 < 10**5 - whole.steps < 10**5 - 1000
    whole.steps = 0
    found = Comparison(service, whole).of(compared)
    assert found is not None
    assert (found.label, found.gained, found.lost, whole.steps) == ("", 0, 0, -1)
    assert {cell(one) for one in (*found.before, *found.after)} == {"?none"}


def test_a_managed_policy_is_told_of_those_who_have_it() -> None:
    """One that comes or goes with them; one that changes has a row of its own besides, as somebody else may have it."""
    arn = "arn:aws:iam::111122223333:policy/p"
    values = {"name": "p", "arn": arn, "path": "/"}
    full, none = ({**values, "policy": text} for text in (policy(DECRYPT), policy()))
    attached = {"role": "app", "policy_arn": arn}

    def told(before: Any, after: Any, had: Any, has: Any) -> list[str]:
        attachment = [change("aws_iam_role_policy_attachment.a", had, has)] if had or has else []
        return [row.principal for row in rows(change("aws_iam_policy.p", before, after), *attachment)]

    assert told(None, full, None, attached) == ["role app"]
    assert told(full, None, attached, None) == ["role app"]
    assert told(full, None, None, None) == ["policy p"]
    assert told(none, full, attached, attached) == ["policy p", "role app"]
    assert told(none, full, None, attached) == ["policy p", "role app"]
    assert told(full, none, attached, None) == ["policy p", "role app"]


@pytest.mark.parametrize(
    ("region", "told"),
    [("eu-west-1", "eu-west-1"), ("eu-*", "eu-*"), ("*west-1", "*west-1"), ("*west*", "west*"), ("eu-*-1", "eu-*-1")],
)
def test_the_fields_that_a_breadth_is_tied_to(region: str, told: str) -> None:
    """With a `*` where they go on; one is enough."""
    allowed = Access(
        boxes(parse(policy(statement("kms:Decrypt", f"arn:aws:kms:{region}:*:key/*"))), kms(), 0, worst=False)[0]
    )
    budget = Budget(10**6)
    here, _ = reach(allowed, Access((), ()), kms(), budget)
    assert (here.extents[0].width, here.extents[0].fields) == (("partition", "region"), ("aws", told))
    assert budget.steps < 10**6


OWN_KEY = "arn:aws:kms:*:*:key/${aws:PrincipalTag/k}"
OF_REGION = statement("kms:Decrypt", "arn:aws:kms:eu-west-1:*:key/*", Condition=MFA)


@pytest.mark.parametrize(
    ("statements", "bounds", "told"),
    [
        ([statement("kms:Decrypt", OWN_KEY)], [], "named"),
        ([statement("kms:Decrypt", OWN_KEY), statement("kms:Decrypt")], [], "every"),
        ([statement("kms:Decrypt", OWN_KEY), OF_REGION], [], "every[partition region]*"),
        ([statement("kms:Decrypt", OWN_KEY, Condition=MFA)], [], "named*"),
        ([statement("kms:Decrypt")], [statement("kms:Decrypt", OWN_KEY)], "named"),
        ([statement("kms:Decrypt")], [statement("kms:Decrypt", OWN_KEY), OF_REGION], "every[partition region]*"),
    ],
)
def test_a_policy_variable_names_a_key(statements: list[Any], bounds: list[Any], told: str) -> None:
    """Which is no condition of that key, and says nothing of others."""
    allowed = boxes(parse(policy(*statements)), kms(), 0, worst=False)[0]
    boundary = boxes(parse(policy(*bounds)), kms(), None, worst=False)[0] if bounds else None
    here, _ = reach(Access(allowed, (), boundary), Access((), ()), kms(), Budget(10**6))
    assert cell(Cell(here.extents[0])) == told


def keys(before: list[Any] | None, after: list[Any] | None) -> list[tuple[str, dict[str, str]]]:
    """Who gains what where the policy of a key changes so."""
    sides = (None if one is None else policy(key_plans.ROOT, *one) for one in (before, after))
    found = rows(key_plans.key(*sides))
    assert {row.key for row in found} <= {"aws_kms_key.k"}
    return [(row.principal, shown(row)) for row in found]


def test_the_policy_of_a_key() -> None:
    """Everybody whom it newly names has a row, of that key alone; the account's own policies have none of it."""
    other = key_plans.allow({"AWS": f"arn:aws:iam::{key_plans.OTHER}:role/x"})
    own = key_plans.allow({"AWS": key_plans.APP}, "kms:*")
    (one,) = keys([], [other])
    assert one == (f"arn:aws:iam::{key_plans.OTHER}:role/x", {"use": "none -> named, more"})
    (one,) = keys([], [own])
    assert one[0] == "role app"
    assert set(one[1].values()) == {"none -> named, more"}
    assert keys([other], []) == [(f"arn:aws:iam::{key_plans.OTHER}:role/x", {"use": "named -> none, less"})]
    assert keys([other], [other]) == []
    assert keys(None, []) == []


def test_everyone_is_told_once() -> None:
    """Whoever gains what everyone gains has no row of their own."""
    everyone = key_plans.allow("*", "kms:Decrypt")
    service = key_plans.allow({"Service": "logs.amazonaws.com"}, "kms:Encrypt")
    found = dict(keys([], [everyone]))
    assert found == {"everyone": {"use": "none -> named, more"}}
    assert [who for who, _ in keys([], [everyone, service])] == ["everyone", "service logs.amazonaws.com"]


def test_a_key_policy_that_cannot_be_read() -> None:
    """Nothing is sure of those whom the former policy named."""
    other = key_plans.allow({"AWS": f"arn:aws:iam::{key_plans.OTHER}:role/x"})
    found = rows(key_plans.key(policy(key_plans.ROOT, other), "{"))
    assert all(column.after.undetermined for row in found for column in row.columns)
    assert any(key_plans.OTHER in row.principal for row in found)


def test_a_deleted_key_is_nobodys() -> None:
    """Of a key that is gone nobody has less."""
    assert rows(key_plans.key(policy(key_plans.ROOT, key_plans.allow("*")), None)) == ()


FRESH_KEYS = {
    (): "arn:aws-x:kms:qq-qqqq-1:999988887777:key/7777abcd-12ab-34cd-56ef-1234567890ab",
    ("partition",): "arn:aws:kms:qq-qqqq-1:999988887777:key/7777abcd-12ab-34cd-56ef-1234567890ab",
    ("partition", "region"): "arn:aws:kms:eu-west-1:999988887777:key/7777abcd-12ab-34cd-56ef-1234567890ab",
    ("partition", "account"): "arn:aws:kms:qq-qqqq-1:111122223333:key/7777abcd-12ab-34cd-56ef-1234567890ab",
    ("partition", "region", "account"): "arn:aws:kms:eu-west-1:111122223333:key/7777abcd-12ab-34cd-56ef-1234567890ab",
}
ACTIONS = ["kms:Decrypt", "kms:Encrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:DisableKey", "kms:*", "kms:*Key*"]
RESOURCES = [
    "*", KEY, OTHER_KEY, "arn:aws:kms:*:*:key/*", "arn:aws:kms:eu-west-1:*:key/*", "arn:aws:kms:*:111122223333:key/*",
    "arn:aws:kms:eu-west-1:111122223333:key/*",
]  # fmt: skip
CONDITIONS = [None, None, {"StringEquals": {"kms:ViaService": "s3"}}, {"Bool": {"aws:MultiFactorAuthPresent": "true"}}]


def _side(random: Random) -> tuple[list[Policy], Policy | None, Access]:
    def statements(most: int) -> Policy:
        listed = []
        for _ in range(random.randint(0, most)):
            effect = random.choice(["Allow", "Allow", "Deny"])
            one = statement(random.sample(ACTIONS, 2), random.sample(RESOURCES, random.randint(1, 2)), effect)
            condition = random.choice(CONDITIONS)
            listed.append({**one, "Condition": condition} if condition else one)
        return parse(json.dumps({"Version": "2012-10-17", "Statement": listed}))

    policies = [statements(3), statements(2)]
    boundary = statements(2) if random.random() < 0.3 else None
    split = [boxes(one, kms(), i, worst=False) for i, one in enumerate(policies)]
    bounds = boxes(boundary, kms(), None, worst=False) if boundary else ((), ())
    allows = tuple(box for more, _ in split for box in more)
    denies = tuple(box for _, less in split for box in less) + bounds[1]
    return policies, boundary, Access(allows, denies, bounds[0] if boundary else None)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_extents_agree_with_the_naive_evaluator(seed: int) -> None:
    """Every key, those of an account or a region, named ones or none: by asking for each action on each key."""
    random, service = Random(seed), kms()
    for _ in range(60):
        one, other = _side(random), _side(random)
        clauses = {
            clause
            for policies, boundary, _ in (one, other)
            for read_ in (*policies, *([boundary] if boundary else []))
            for spoken in read_.statements
            for clause in spoken.conditions
        }
        guards = [
            frozenset(some) for n in range(len(clauses) + 1) for some in itertools.combinations(sorted(clauses), n)
        ]

        keys = [*FRESH_KEYS.values(), KEY, OTHER_KEY]
        asked = [
            {(key, guard): _allowed(side, key, guard) for key in keys for guard in guards} for side in (one, other)
        ]
        found = reach(one[2], other[2], service, Budget(10**7))
        for side, told, allowed, against in ((one, found[0], *asked), (other, found[1], *reversed(asked))):
            only = 0
            for request, actions in allowed.items():
                only |= actions & ~against[request]
            assert told.only_here & ~service.unscoped == only
            for column, extent_ in zip(service.columns, told.extents, strict=True):
                scoped = column.actions & ~service.unscoped
                wide = [width for width, key in FRESH_KEYS.items() if any(allowed[key, g] & scoped for g in guards)]
                named = any(allowed[key, g] & scoped for key in (KEY, OTHER_KEY) for g in guards)
                if extent_.keys is Keys.EVERY:
                    assert min(wide, key=len) == extent_.width or len(min(wide, key=len)) == len(extent_.width)
                else:
                    assert not wide
                    assert extent_.keys is (Keys.NAMED if named else Keys.NONE)
                assert extent_.conditional == (extent_.keys is not Keys.NONE and _limited(side, extent_, scoped))


@cache
def _alike(actions: int) -> list[tuple[str, int]]:
    """Actions in sets that no statement made here tells apart: one name of each set, which is asked for all of it."""
    sets: dict[tuple[bool, ...], list[str]] = {}
    for name in kms().names(actions):
        sets.setdefault(tuple(fnmatchcase(name.lower(), one.lower()) for one in ACTIONS), []).append(name)
    return [(names[0], kms().chosen(names)) for names in sets.values()]


def _allowed(side: Any, key: str, guard: frozenset[Any]) -> int:
    """The actions on keys that a side allows on one of them while these clauses hold."""
    every = _alike(kms().all_actions() & ~kms().unscoped)
    return sum(alike for name, alike in every if evaluate.allowed(side[0], side[1], name, key, guard))


def _limited(side: Any, told: Extent, actions: int) -> bool:
    """Whether no statement without conditions allows any of the actions there, or some Deny speaks of it."""
    where = [FRESH_KEYS[told.width]] if told.keys is Keys.EVERY else [KEY, OTHER_KEY]
    for key in where:
        for name, _ in _alike(actions):
            bare = [
                Policy(tuple(s for s in one.statements if s.effect == "Deny" or not s.conditions)) for one in side[0]
            ]
            held = [Policy(tuple(_unlimited(s) for s in one.statements)) for one in bare]
            bound = side[1] and Policy(
                tuple(_unlimited(s) for s in side[1].statements if s.effect == "Deny" or not s.conditions)
            )
            if evaluate.allowed(held, bound, name, key, frozenset()):
                return False
    return True


def _unlimited(spoken: Any) -> Any:
    from msgspec.structs import replace

    return replace(spoken, conditions=())
