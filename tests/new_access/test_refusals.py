"""Which documents of a holder may not come about: each quota by itself, and what stands beside them."""

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
