"""What AWS refuses for its name, its path, or the room in a group: a Deny or a boundary that so never comes about."""

from typing import Any

import pytest

from tests.helpers.plans import change, inline, policy, statement
from tests.iam.test_refused import FULL, blocking, long

DENY = policy(statement("kms:*", effect="Deny"))
S3 = policy(statement("s3:*"))
ROLE = {"name": "app", "arn": "arn:aws:iam::111122223333:role/app"}


def of(kind: str, at: str, text: str, whose: str = "app", **more: Any) -> dict[str, Any]:
    """A new inline policy of a user or group."""
    return change(f"aws_iam_{kind}_policy.{at}", None, {"name": at, kind: whose, "policy": text, **more})


def group(name: str = "team", **more: Any) -> dict[str, Any]:
    return {"name": name, "path": "/", **more}


def joins(*groups: str) -> dict[str, Any]:
    return change("aws_iam_user_group_membership.m", None, {"user": "app", "groups": list(groups)})


@pytest.mark.parametrize(
    ("named", "refused"),
    [
        ({"name": "deny"}, False),
        ({"name": "de+n=y,.@-_"}, False),
        ({"name": "n" * 128}, False),
        ({"name": "n" * 129}, True),
        ({"name": "deny all"}, True),
        ({"name": "deny/all"}, True),
        ({"name": "dény"}, True),
        ({"name": "deny1", "name_prefix": "deny"}, False),
        ({"name": "", "name_prefix": "deny all"}, True),
    ],
)
@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_the_name_of_an_inline_deny(kind: str, named: dict[str, str], refused: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html"""
    new = of(kind, "allow", FULL), of(kind, "deny", DENY, **named)
    assert blocking(*new) == (["KMS001"] if refused else [])
    there = change(f"aws_iam_{kind}_policy.deny", new[1]["change"]["after"], new[1]["change"]["after"])
    assert blocking(new[0], there) == []


@pytest.mark.parametrize(
    ("path", "refused"), [("/", False), ("/a/b/", False), ("a/", True), ("/a", True), ("/ä/", True), ("", True)]
)
def test_the_path_of_an_attached_deny(path: str, refused: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html"""
    arn = f"arn:aws:iam::111122223333:policy{path}deny"
    values = {"name": "deny", "path": path, "arn": arn, "policy": DENY}
    attached = change("aws_iam_role_policy_attachment.d", None, {"role": "app", "policy_arn": arn})
    found = blocking(inline(None, FULL), change("aws_iam_policy.deny", None, values), attached)
    assert found == (["KMS001"] if refused else [])


@pytest.mark.parametrize(
    ("tags", "refused"),
    [
        ({"team": "a b_.:/=+-@é"}, False),
        (None, False),
        ({str(number): "" for number in range(50)}, False),
        ({str(number): "" for number in range(51)}, True),
        ({"k" * 129: "v"}, True),
        ({"k": "v" * 257}, True),
        ({"k": "<v>"}, True),
        ({"k,": "v"}, True),
        ({"k": None}, False),
    ],
)
def test_the_tags_of_an_attached_deny(tags: Any, refused: bool) -> None:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_Tag.html"""
    arn = "arn:aws:iam::111122223333:policy/deny"
    values = {"name": "deny", "path": "/", "arn": arn, "policy": DENY, "tags": tags, "tags_all": tags}
    attached = change("aws_iam_role_policy_attachment.d", None, {"role": "app", "policy_arn": arn})
    found = blocking(inline(None, FULL), change("aws_iam_policy.deny", None, values), attached)
    assert found == (["KMS001"] if refused else [])
    there = change("aws_iam_policy.deny", values, {**values, "policy": policy(statement("*", effect="Deny"))})
    assert blocking(inline(None, FULL), there, attached) == []


ATTACHED = {"role": "app", "policy_arn": "arn:aws:iam::111122223333:policy/deny"}
LISTED = {**ROLE, "managed_policy_arns": [ATTACHED["policy_arn"]]}


@pytest.mark.parametrize(
    "attached",
    [
        change("aws_iam_role_policy_attachment.d", ATTACHED, ATTACHED),
        change("aws_iam_role_policy_attachment.d", None, ATTACHED),
        change("aws_iam_role.app", LISTED, LISTED),
    ],
)
def test_the_tags_of_a_policy_that_is_there(attached: dict[str, Any]) -> None:
    """The provider puts tags first: an update of which AWS refuses them writes no other policy either."""

    def updated(before: str, after: str) -> list[str]:
        values = {"name": "deny", "path": "/", "arn": ATTACHED["policy_arn"]}
        tagged = {**values, "policy": after, "tags": {"k": "<v>"}}
        return blocking(
            inline(None, FULL), change("aws_iam_policy.deny", {**values, "policy": before}, tagged), attached
        )

    assert updated(DENY, DENY) == []
    assert updated(S3, DENY) == ["KMS001"]


def test_the_tags_of_a_role_that_is_there() -> None:
    had = {**ROLE, "inline_policy": [{"name": "deny", "policy": DENY}]}
    tagged = change("aws_iam_role.app", had, {**had, "tags": {"k": "<v>"}})
    assert blocking(inline(FULL, FULL), tagged) == []


def test_the_path_of_a_boundary() -> None:
    arn = "arn:aws:iam::111122223333:policy/b"

    def bounded(path: str) -> list[str]:
        boundary = change("aws_iam_policy.b", None, {"name": "b", "path": path, "arn": arn, "policy": S3})
        return blocking(
            inline(None, FULL), boundary, change("aws_iam_role.app", ROLE, {**ROLE, "permissions_boundary": arn})
        )

    assert bounded("/") == []
    assert bounded("b") in (["KMS001"], ["KMS009"])


def test_the_path_of_a_group() -> None:
    """Nobody joins it, and what it denies stops nothing that its member has of its own."""

    def beside(values: dict[str, Any]) -> list[str]:
        made = change("aws_iam_group.team", None, values)
        return blocking(of("user", "allow", FULL), made, of("group", "deny", DENY, "team"), joins("team"))

    assert beside(group()) == []
    assert beside(group(path="team")) == ["KMS001"]


def test_two_of_one_name() -> None:
    """AWS makes one of them: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateGroup.html"""
    made = change("aws_iam_group.g", None, group()), of("group", "deny", DENY, "team"), joins("team")
    assert blocking(of("user", "allow", FULL), *made) == []
    there = change("aws_iam_group.h", group("Team"), group("Team"))
    assert blocking(of("user", "allow", FULL), *made, there) == ["KMS001"]

    arn = "arn:aws:iam::111122223333:policy/p"
    new = [
        change("aws_iam_policy.deny", None, {"name": "p", "path": "/", "arn": arn, "policy": DENY}),
        change("aws_iam_role_policy_attachment.d", None, {"role": "app", "policy_arn": arn}),
    ]
    assert blocking(inline(None, FULL, "a"), *new) == []
    other = change("aws_iam_policy.other", None, {"name": "P", "path": "/x/", "policy": S3})
    assert blocking(inline(None, FULL, "a"), *new, other) == ["KMS001"]


def test_the_room_of_a_new_group_is_its_members() -> None:
    """Of a new group nothing is told: its member has what it allows, and not what AWS refuses to add."""
    made = change("aws_iam_group.team", None, group()), of("group", "allow", FULL, "team"), joins("team")
    room = 5_120 - len("".join(FULL.split()))
    assert blocking(*made, of("group", "deny", long(room), "team")) == []
    assert blocking(*made, of("group", "deny", long(room + 1), "team")) == ["KMS001"]


def test_a_group_has_ten_policies() -> None:
    arns = [f"arn:aws:iam::111122223333:policy/p{number}" for number in range(11)]
    attached = [
        part
        for number, arn in enumerate(arns)
        for part in (
            change(
                f"aws_iam_policy.p{number}", None, {"name": f"p{number}", "arn": arn, "policy": S3 if number else DENY}
            ),
            change(f"aws_iam_group_policy_attachment.p{number}", None, {"group": "team", "policy_arn": arn}),
        )
    ]
    made = of("user", "allow", FULL), change("aws_iam_group.team", None, group()), joins("team")
    assert blocking(*made, *attached[:20]) == []
    assert blocking(*made, *attached) == ["KMS001"]


def test_a_user_is_in_ten_groups() -> None:
    """https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""
    names = [f"g{number}" for number in range(11)]
    made = [change(f"aws_iam_group.{name}", None, group(name)) for name in names]
    denies = of("group", "deny", DENY, "g0")
    assert blocking(of("user", "allow", FULL), *made, denies, joins(*names[:10])) == []
    assert blocking(of("user", "allow", FULL), *made, denies, joins(*names)) == ["KMS001"]
    own = of("user", "deny", DENY)  # which comes about, and so does what is attached
    assert blocking(of("user", "allow", FULL), own, *made, joins(*names)) == []
    arn = "arn:aws:iam::111122223333:policy/d"
    attached = (
        change("aws_iam_policy.d", None, {"name": "d", "path": "/", "arn": arn, "policy": DENY}),
        change("aws_iam_user_policy_attachment.d", None, {"user": "app", "policy_arn": arn}),
    )
    assert blocking(of("user", "allow", FULL), *attached, *made, joins(*names)) == []
