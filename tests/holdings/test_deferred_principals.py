"""The principals of policy documents that are read during apply."""

from collections.abc import Mapping
from typing import Any

import pytest

from gate.holdings.deferred_principals import Blocks, principals
from gate.plan.model import read
from gate.plan.references import References
from gate.plan.shapes import UNKNOWN
from gate.unknown import Template, Unresolved, Value
from tests.helpers.plans import change, plan

WHOSE = change("aws_iam_role.whose", None, {"name": "w"})
ALL_UNKNOWN = Unresolved(("aws_iam_role.whose.statement.principals",))
ROLE, USER, GROUP = "aws_iam_role.r.arn", "aws_iam_user.u.arn", "aws_iam_group.g.arn"
CALLER, ACCOUNT = "data.aws_caller_identity.c.arn", "data.aws_caller_identity.c.account_id"
ISSUER, PARTITION = "data.aws_iam_session_context.s.issuer_arn", "data.aws_partition.p.partition"


def taken(reference: str) -> Unresolved:
    """One to what is read, and perhaps to a text around it."""
    return Unresolved((reference,), exact=True, stands_for=f"({reference})")


def exact(reference: str) -> Unresolved:
    return Unresolved((reference,), exact=True)


ROOT = Template(("arn:aws:iam::", exact(ACCOUNT), ":root"))


def made(planned: Any, written: Any = None, sourced: Any = None) -> Value:
    """The Principal of these blocks."""
    configured = {"address": "aws_iam_role.whose", "mode": "managed", "type": "aws_iam_role", "name": "whose"}
    document = read(plan(WHOSE, configuration={"root_module": {"resources": [configured]}}), "plan.json")[0]
    return principals(Blocks(planned, written, sourced), document.resource_changes[0], References(document))


def block(kind: Any, *identifiers: Any) -> dict[str, Any]:
    return {"type": kind, "identifiers": [*identifiers]}


def written(*references: str, kind: Any = "AWS") -> Mapping[str, Any]:
    return {"type": {"constant_value": kind}, "identifiers": {"references": [*references]}}


@pytest.mark.parametrize(
    ("planned", "expected"),
    [
        ([block("AWS", "a", "b")], {"AWS": ["a", "b"]}),
        ([block("AWS", "a"), block("Service", "s"), block("AWS", "b")], {"AWS": ["a", "b"], "Service": ["s"]}),
        ([block("*", "*")], {"AWS": ["*"]}),
        ([block("AWS", "user/&{aws:username}")], {"AWS": ["user/${aws:username}"]}),
        ([], {}),
        (UNKNOWN, ALL_UNKNOWN),
        ([UNKNOWN], ALL_UNKNOWN),
        ([block(UNKNOWN, "a")], ALL_UNKNOWN),
        ([block("AWS", "a"), block(None, "b")], ALL_UNKNOWN),
    ],
)
def test_what_is_planned(planned: Any, expected: Any) -> None:
    """By its kind; one that is unknown may be of every kind."""
    assert made(planned) == expected


@pytest.mark.parametrize(
    ("identifiers", "references", "expected"),
    [
        ([UNKNOWN], [ROLE], [exact(ROLE)]),
        ([UNKNOWN], [USER], [exact(USER)]),
        ([UNKNOWN], [CALLER], [taken(CALLER)]),
        ([UNKNOWN], [ISSUER], [taken(ISSUER)]),
        ([UNKNOWN], ["data.aws_iam_role.r.arn"], [taken("data.aws_iam_role.r.arn")]),
        ([UNKNOWN], [ACCOUNT], [ROOT]),
        ([UNKNOWN], [PARTITION, ACCOUNT], [ROOT]),
        ([UNKNOWN, "a", UNKNOWN], [ROLE, ACCOUNT], ["a", exact(ROLE), ROOT]),
        # it may be anything else
        ([UNKNOWN], [GROUP], [Unresolved((GROUP,))]),
        ([UNKNOWN], ["aws_iam_role.r.name"], [Unresolved(("aws_iam_role.r.name",))]),
        ([UNKNOWN], ["aws_iam_policy.p.arn"], [Unresolved(("aws_iam_policy.p.arn",))]),
        ([UNKNOWN], ["aws_sqs_queue.q.arn"], [Unresolved(("aws_sqs_queue.q.arn",))]),
        ([UNKNOWN], ["data.aws_caller_identity.c.user_id"], [Unresolved(("data.aws_caller_identity.c.user_id",))]),
        ([UNKNOWN], [ROLE, "local.x"], [Unresolved((ROLE, "local.x"))]),
        ([UNKNOWN], [ROLE, USER], [Unresolved((ROLE, USER))]),
        ([UNKNOWN], [ROLE, GROUP], [Unresolved((ROLE, GROUP))]),
        ([UNKNOWN, UNKNOWN], [ROLE], [Unresolved((ROLE,))] * 2),
        ([UNKNOWN, UNKNOWN], [ROLE, GROUP], [Unresolved((ROLE, GROUP))] * 2),
        ([UNKNOWN], [], [Unresolved()]),
        (UNKNOWN, [ROLE], [Unresolved((ROLE,))]),
        (UNKNOWN, [], [Unresolved()]),
        (None, [ROLE], [exact(ROLE)]),
    ],
)
def test_the_references_of_unknown_identifiers(identifiers: Any, references: list[str], expected: Any) -> None:
    """As many as are unknown, each to somebody, are these; a list of which nothing is known may hold more."""
    expressions = [written(*references)]
    assert made([{"type": "AWS", "identifiers": identifiers}], expressions) == {"AWS": expected}


@pytest.mark.parametrize(
    "expressions",
    [
        None,
        [],
        [written(ROLE, kind="Service")],
        [written(ROLE), written(USER)],
        [written(ROLE), "x"],
    ],
)
def test_no_block_that_is_certainly_the_one(expressions: Any) -> None:
    """Two of one kind, none, or what can't be read."""
    assert made([block("AWS", UNKNOWN)], expressions) == {"AWS": [Unresolved()]}


TOLD = Unresolved(("var.x",))


@pytest.mark.parametrize(
    ("identifiers", "sourced", "expected"),
    [
        (["a", UNKNOWN], ["a", TOLD], ["a", TOLD]),
        (["a", UNKNOWN], ["a"], ["a", Unresolved()]),
        (["a", UNKNOWN, UNKNOWN], ["a", TOLD], ["a", TOLD, Unresolved()]),
        (["a", UNKNOWN, UNKNOWN], ["a", "b", TOLD], ["a", TOLD, Unresolved()]),
        (["a", UNKNOWN], ["a", TOLD, exact(USER)], ["a", TOLD, exact(USER)]),
        (["a", UNKNOWN], None, ["a", exact(ROLE)]),
        # nothing of the list is planned: everything that the source tells is in it
        (UNKNOWN, [exact(USER), "*"], [exact(USER), "*"]),
        (UNKNOWN, ["&{aws:username}"], ["${aws:username}"]),
        (UNKNOWN, [], [Unresolved()]),
        (UNKNOWN, TOLD, [TOLD]),
        (UNKNOWN, None, [Unresolved((ROLE,))]),
    ],
)
def test_what_the_source_tells(identifiers: Any, sourced: Any, expected: Any) -> None:
    """Counts before the references, in the block of the kind."""
    other = {"type": "Service", "identifiers": [Unresolved(("var.other",))]}
    told = None if sourced is None else [other, {"type": "AWS", "identifiers": sourced}]
    assert made([{"type": "AWS", "identifiers": identifiers}], [written(ROLE)], told) == {"AWS": expected}
