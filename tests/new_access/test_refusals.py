"""Which documents of a holder may not come about: each quota by itself, and what stands beside them."""

from typing import Any

import pytest
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder, Holdings
from gate.holdings.inventory import HeldDocument, Link, Manner
from gate.holdings.principal import Principal
from gate.new_access.policies import PlanDocuments
from gate.new_access.refusals import with_refusals
from gate.unknown import StandIn, Template, Unresolved
from tests.helpers.plans import change, inline, policy, statement
from tests.iam.test_refused import AWS, DENY, FULL, beside, blocking, long, managed


def test_what_aws_may_refuse_beside_others() -> None:
    """Another role changes nothing; what may be refused and grants is a grant; an address may have any key in it."""
    doubtful = beside(Sid="not allowed")
    other = inline(None, policy(statement("s3:*")), "z", role="other")
    assert blocking(inline(None, FULL, "a"), inline(None, doubtful, "d"), other) == ["KMS001"]
    assert blocking(inline(None, policy(statement("kms:*", Sid="not allowed")))) == ["KMS001"]
    values = {"name": "d", "role": "app", "policy": policy(DENY)}
    keyed = change(f'aws_iam_role_policy.d["{AWS}x"]', None, values)
    assert blocking(inline(None, FULL, "a"), keyed) == []


def test_a_boundary_that_goes_is_no_document() -> None:
    """What it held back is new, as ever."""
    role = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}
    bounded = {**role, "permissions_boundary": AWS + "ReadOnlyAccess"}
    assert blocking(inline(FULL, FULL), change("aws_iam_role.app", bounded, role)) == ["KMS001"]


def test_a_permission_set_has_no_quota_of_its_own() -> None:
    """Of inline policies it has one."""
    arn = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    given = {"permission_set_arn": arn, "instance_arn": "arn:aws:sso:::instance/ssoins-1"}
    text = policy(statement("kms:*"), DENY)
    new = change("aws_ssoadmin_permission_set_inline_policy.p", None, {**given, "inline_policy": text})
    assert blocking(new) == []


def test_each_quota_is_one_of_its_own() -> None:
    """What is attached takes no room of inline policies, and the other way round; a text that is there was taken."""
    new, denies = inline(None, FULL), inline(None, policy(DENY), "d")
    allowed = policy(statement("s3:*", Sid="A"))
    large = allowed.replace('"A"', f'"{"A" * 6_000}"')
    attached = [one for number in range(11) for one in managed(number, large if number < 2 else allowed)]
    assert blocking(new, denies, *attached[:4]) == []
    assert blocking(new, denies, *attached) == []
    crowd = inline(None, allowed.replace('"A"', f'"{"A" * 10_240}"'), "crowd")
    assert blocking(new, crowd, *managed(0, policy(DENY))) == []
    written, attachment = managed(0, long(6_145))
    there = change("aws_iam_policy.p0", written["change"]["after"], written["change"]["after"])
    assert blocking(new, there, attachment) == []


def test_what_a_group_has_is_not_attached_to_its_members() -> None:
    names = [f"p{number}" for number in range(12)]
    policies = [{"name": name, "group": "g", "policy": policy(statement("s3:*"), DENY)} for name in names]
    there = [change(f"aws_iam_group_policy.{one['name']}", one, one) for one in policies]
    grant = change("aws_iam_user_policy.u", None, {"name": "p", "user": "u", "policy": FULL})
    joins = change("aws_iam_user_group_membership.u", None, {"user": "u", "groups": ["g"]})
    assert blocking(grant, joins, *there) == []


def of_group(group: str, name: str, before: str | None, after: str) -> dict[str, Any]:
    """An inline policy of a group before and after."""
    was, will = (text and {"name": name, "group": group, "policy": text} for text in (before, after))
    return change(f"aws_iam_group_policy.{name}", was, will)


@pytest.mark.parametrize(("known", "rules"), [(5_120, ["KMS001"]), (1_000, [])])
def test_what_a_group_has_no_room_for_denies_its_members_nothing(known: int, rules: list[str]) -> None:
    """The quota is the group's; its member has one inline policy of its own."""
    allowed = policy(statement("s3:*", Sid="A")).replace('"A"', f'"{"A" * known}"')
    grant = change("aws_iam_user_policy.u", None, {"name": "p", "user": "u", "policy": FULL})
    member = {"user": "u", "groups": ["g"]}
    joined = change("aws_iam_user_group_membership.u", member, member)
    texts = of_group("g", "crowd", allowed, allowed), of_group("g", "deny", None, policy(DENY))
    assert blocking(grant, joined, *texts) == rules


@pytest.mark.parametrize(
    ("groups", "of_its_own", "rules"),
    [(10, False, []), (11, False, ["KMS001"]), (11, True, [])],
)
def test_who_is_in_too_many_groups_may_not_join(groups: int, of_its_own: bool, rules: list[str]) -> None:
    """A user is in ten at most. A Deny of the last one may not come then; one of the user's own does."""
    user = {"name": "p", "user": "u"}
    deny = of_group("g0", "deny", policy(DENY), policy(DENY))
    own = change("aws_iam_user_policy.deny", None, {**user, "name": "deny", "policy": policy(DENY)})
    grant = change("aws_iam_user_policy.u", None, {**user, "policy": FULL})
    names = [f"g{number}" for number in range(groups)]
    joins = change("aws_iam_user_group_membership.u", None, {"user": "u", "groups": names})
    assert blocking(grant, joins, own if of_its_own else deny) == rules


ATTACHED = (Link(Place("aws_iam_role_policy_attachment.a", "policy_arn"), manner=Manner.BY_ARN),)
OUTSIDE = Place("arn:aws:iam::111122223333:policy/p", "")
WRITTEN = Place("aws_iam_policy.p", "policy")
STRUCTURED = {"Statement": [DENY, {**DENY, "Resource": Unresolved(("var.a",))}]}
OF_AWS = Place(f"{AWS}ReadOnlyAccess", "")


def structured(characters: int) -> Any:
    """A Deny of which parts are not known, and so many characters are, white space aside."""
    hole = Unresolved(("var.a",))
    known = "Statement Effect Deny Action kms:* Resource /t arn:aws:s3::: Condition Null aws:x".replace(" ", "")
    named = "arn:aws:s3:::" + "x" * (characters - len(known))
    parts = [hole, StandIn("arn:aws:kms:stands:for", "x"), Template((hole, " /t")), named]
    return {"Statement": [{**DENY, "Resource": parts, "Condition": {"Null": {"aws:x": [True]}}}]}


def given(*after: HeldDocument, boundary: Boundary | None = None) -> Holder:
    """What is made of a role that newly has some documents, or a boundary."""
    holder = Holder(Principal("role", "", "r"), "role r", (), after, boundary_after=boundary)
    holdings = Holdings((holder,), (), (), (), (), (), ())
    return with_refusals(holdings, PlanDocuments({}, {})).principals[0]


@pytest.mark.parametrize(
    ("place", "content", "comes"),
    [
        (WRITTEN, policy(DENY), True),
        (WRITTEN, beside(Sid="not allowed"), False),
        (WRITTEN, policy(statement("s3:*", Sid="not allowed")), True),
        (WRITTEN, long(6_144), True),
        (WRITTEN, long(6_145), False),
        (WRITTEN, STRUCTURED, True),
        (WRITTEN, {"Statement": [*STRUCTURED["Statement"], statement([])]}, False),
        (WRITTEN, structured(6_144), True),
        (WRITTEN, structured(6_145), False),
        (OUTSIDE, structured(6_145), True),
        (OUTSIDE, policy(DENY), True),
        (OUTSIDE, beside(Sid="not allowed"), True),
        (OUTSIDE, long(6_145), True),
        (OF_AWS, policy(DENY), False),
    ],
)
def test_only_what_the_apply_writes_may_be_refused(place: Place, content: Any, comes: bool) -> None:
    """A policy outside of the plan is there; one of AWS's, if it is called so. What denies nothing stops nothing."""
    (one,) = given(HeldDocument(Document(place, content), ATTACHED)).after
    assert one.may_not_come is not comes


@pytest.mark.parametrize("content", ["no JSON", beside(Sid="not allowed"), policy(DENY)])
def test_a_boundary_that_aws_may_refuse_bounds_nothing(content: str) -> None:
    """Nor one that nobody can read."""
    boundary = Boundary(Document(WRITTEN, content), Place("aws_iam_role.r", "permissions_boundary"))
    bounding = given(boundary=boundary).boundary_after
    assert bounding == (
        boundary if content == policy(DENY) else replace(boundary, document=replace(boundary.document, content=None))
    )


def test_what_is_known_of_a_document_takes_room_beside_what_is_not() -> None:
    """Of an inline policy as of a managed one."""
    for characters, comes in ((10_240, True), (10_241, False)):
        (one,) = given(HeldDocument(Document(Place("aws_iam_role_policy.p", "policy"), structured(characters)))).after
        assert one.may_not_come is not comes
