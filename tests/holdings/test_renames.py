"""Who stays who it was where an update gives users and groups other names."""

from typing import Any

import pytest

from gate.holdings.renames import renamed
from tests.helpers.plans import change, findings, plan, policy, statement
from tests.helpers.rooms import read_iam

FULL = policy(statement("kms:*"))
ANEW: dict[str, Any] = {"change": {"actions": ["delete", "create"]}}
AWS, CONTROL = ("aws_iam_user", "name"), ("awscc_iam_user", "user_name")


def user(address: str, was: str | None, will: str | None, kind: tuple[str, str] = AWS, **more: Any) -> dict[str, Any]:
    return change(f"{kind[0]}.{address}", was and {kind[1]: was}, will and {kind[1]: will}, **more)


def full(address: str, was: str | None, will: str | None) -> dict[str, Any]:
    """An inline policy that allows everything, of a user before and after."""
    before, after = (name and {"name": "p", "user": name, "policy": FULL} for name in (was, will))
    return change(f"aws_iam_user_policy.{address}", before, after, **(ANEW if was and will and was != will else {}))


def told(*changes: dict[str, Any]) -> list[str]:
    return [f"{one.rule} {one.address} {', '.join(one.principals)}" for one in findings(plan(*changes))]


RENAMED, FOLLOWS, GETS = user("a", "x", "y"), full("a", "x", "y"), full("b", None, "x")


@pytest.mark.parametrize(
    ("other", "more", "expected"),
    [
        (user("b", None, "x"), [], "user x"),
        (user("b", "z", "x"), [], "user x (before: z)"),
        (user("b", "z", "x", **ANEW), [], "user x (before: z)"),
        (user("b", "z", "x", CONTROL, **ANEW), [], "user x (before: z)"),
        (user("b", "z", "x", CONTROL, **ANEW), [user("c", None, "z"), full("c", "z", "z")], "user x"),
    ],
)
def test_who_takes_the_name_of_one_that_is_renamed(other: dict[str, Any], more: list[Any], expected: str) -> None:
    """Has nothing of what that one had, which goes along with it, however it comes to the name."""
    assert told(RENAMED, FOLLOWS, other, GETS, *more) == [f"KMS001 aws_iam_user_policy.b {expected}"]


def test_who_has_had_it_gains_nothing_by_the_name_of_another() -> None:
    for kind in (AWS, CONTROL):
        assert told(RENAMED, user("b", "z", "x", kind, **ANEW), full("b", "z", "x")) == []


def stays(*changes: tuple[str, str | None, str | None, dict[str, Any]], kept: tuple[str | None, ...] = ()) -> Any:
    """By address who it is still, None for somebody new, for users with these names before and after."""
    resources = {
        one.name: one for one in read_iam(plan(*(user(a, b, c, **more) for a, b, c, more in changes))).resources
    }
    found = renamed([(resources[address], was, will) for address, was, will, _ in changes], kept)
    return {address.partition(".")[2]: value for address, value in found.items()}


X_TO_Y: Any = ("a", "x", "y", {})


@pytest.mark.parametrize(
    ("changes", "kept", "expected"),
    [
        ([X_TO_Y], (), {"a": "x"}),
        ([X_TO_Y], (None,), {"a": "x"}),
        ([("a", "x", "y", ANEW)], (), {}),
        ([("a", "x", "x", {})], (), {}),
        ([("a", None, "y", {})], (), {}),
        ([("a", "x", "y", {"change": {"actions": ["forget", "create"]}})], (), {}),
        ([("a", "x", "y", {"change": {"after_unknown": {"name": True}}})], (), {}),
        ([("a", "x", "y", {"kind": ("aws_iam_role", "name")})], (), {}),
        ([("a", "x", "x", {}), ("b", "x", None, {})], (), {}),
        ([X_TO_Y, ("b", "y", "x", {})], (), {"a": "x", "b": "y"}),
        ([X_TO_Y, ("b", "z", "y", {})], (), {"a": None, "b": None}),
        ([X_TO_Y, ("b", "y", "y", {}), ("c", None, "x", {})], (), {}),
        ([X_TO_Y], ("y",), {}),
        ([X_TO_Y, ("b", "y", None, {})], (), {"a": "x"}),
        ([X_TO_Y, ("b", "y", None, {})], ("y",), {"a": None}),
        ([X_TO_Y, ("b", "y", None, {"change": {"actions": ["forget"]}})], ("y",), {}),
        ([X_TO_Y, ("c", None, "x", {})], (), {"a": "x", "c": None}),
        ([X_TO_Y, ("c", None, "z", {})], (), {"a": "x"}),
        ([X_TO_Y, ("b", "x", "x", {})], (), {"a": "x"}),
        ([X_TO_Y, ("b", "z", "x", ANEW)], (), {"a": "x", "b": "z"}),
        ([X_TO_Y, ("b", "z", "x", ANEW), ("c", None, "z", {})], (), {"a": "x", "b": None}),
        ([X_TO_Y, ("b", "z", "z", {})], (), {"a": "x"}),
    ],
)
def test_where_a_name_does_not_tell(changes: Any, kept: Any, expected: dict[str, str | None]) -> None:
    """For who gets a name by an update, and for who comes to one that such an update leaves."""
    assert stays(*changes, kept=kept) == expected


@pytest.mark.parametrize("kind", ["user", "group"])
@pytest.mark.parametrize("actions", [["no-op"], ["forget"]])
def test_what_is_not_written_goes_along_with_who_is_renamed(kind: str, actions: list[str]) -> None:
    """Whoever is created under the old name has nothing of it; who is written under it again does."""
    had, full = {"name": "a", "arn": f"arn:aws:iam::111122223333:{kind}/a"}, policy(statement("kms:*"))
    people = [change(f"aws_iam_{kind}.u", had, {**had, "name": "b"}), change(f"aws_iam_{kind}.v", None, {"name": "a"})]
    values = {"name": "p", kind: "a", "policy": full}
    left = change(f"aws_iam_{kind}_policy.p", values, None if actions == ["forget"] else values)
    left["change"]["actions"] = actions
    assert findings(plan(*people, left)) == ()
    written = change(
        f"aws_iam_{kind}_policy.p", values, {**values, "policy": policy(statement("kms:*"), statement("s3:*"))}
    )
    assert [one.rule for one in findings(plan(*people, written))] == ["KMS001"]
