"""What gate suggests is proved by gate: it raises no finding, and allows no more than what was offered."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gate.iam.services import protected
from gate.report import Finding
from tests.helpers.plans import change, findings, inline, plan, policy, statement
from tests.helpers.suggested import SOME_KEY, allows_more, statements, with_statements

OTHER_KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
MFA = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
HARD = {"ForAnyValue:StringLike": {"aws:PrincipalTag/a b": ["${aws:username}", 'say "hi" ${*} %{if}\\']}}
OFFERED = {
    "kms:*": statement("kms:*"),
    "with Sid and condition": statement("kms:*", Sid="Keys", Condition=MFA),
    "hard texts": statement("kms:*", Condition=HARD),
    "everything": statement("*", Sid="Admin"),
    "NotAction": statement(NotAction="iam:*"),
    "NotResource": statement("kms:*", NotResource=OTHER_KEY),
    "one region": statement("kms:*", "arn:aws:kms:us-east-1:*:key/*"),
    "one key": statement("kms:*", OTHER_KEY),
    "a list of keys": statement(["kms:*"], [OTHER_KEY, SOME_KEY]),
    "every key and one": statement("kms:*", ["*", OTHER_KEY]),
    "names": statement(["kms:Decrypt", "kms:GenerateDataKey*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"]),
    "names of no key": statement(["kms:ListAliases", "kms:Decrypt", "kms:CreateGrant", "kms:DisableKey"]),
    "other services": statement(["s3:GetObject", "kms:*", "sqs:SendMessage"]),
    "decrypt on every key": statement("kms:Decrypt"),
    "decrypt by wildcard": statement("kms:De*"),
    "grants": statement(["kms:CreateGrant", "kms:DescribeKey"]),
    "another partition": statement("kms:*", "arn:aws-cn:kms:*:*:key/*"),
    "by tag": statement("kms:*", "arn:aws:kms:*:*:key/${aws:PrincipalTag/key}"),
}


def first(raw: bytes, place: str = "aws_iam_role_policy.p") -> Finding:
    """The strongest finding at a place."""
    return next(finding for finding in findings(raw) if finding.address == place)


@pytest.mark.slow
@pytest.mark.parametrize("offered", OFFERED.values(), ids=OFFERED)
@pytest.mark.parametrize("beside", [(), (statement("s3:GetObject", "arn:aws:s3:::b/*"),)], ids=["alone", "beside s3"])
def test_a_suggestion_raises_no_finding_and_allows_no_more(offered: Any, beside: tuple[Any, ...]) -> None:
    """Whatever the offered statement looks like, the suggested one in its place is no finding, and narrower."""
    document = policy(offered, *beside)
    finding = first(plan(inline(None, document)))
    suggested = statements(finding.example)
    assert suggested
    instead, replaced = with_statements(document, finding, suggested)
    assert [f.message for f in findings(plan(inline(None, instead)))] == []
    assert not allows_more(suggested, replaced)


@pytest.mark.parametrize(
    ("before", "after", "actions", "resource"),
    [
        (statement("kms:Decrypt", OTHER_KEY), statement("kms:*"), "kms:Decrypt", OTHER_KEY),
        (statement("kms:Decrypt", OTHER_KEY), statement("kms:Decrypt"), "kms:Decrypt", OTHER_KEY),
        (statement("kms:PutKeyPolicy", OTHER_KEY), statement("kms:*"), list(protected().words.used), OTHER_KEY),
        (statement("s3:GetObject", "*"), statement(["s3:GetObject", "kms:*"]), "kms:Decrypt", SOME_KEY),
        (
            statement("s3:GetObject", "*"),
            statement(["s3:*", "kms:*"]),
            ["kms:Decrypt", "kms:GenerateDataKey"],
            SOME_KEY,
        ),
    ],
)
def test_what_the_document_allowed_before_says_what_is_needed(
    before: Any, after: Any, actions: Any, resource: str
) -> None:
    """Keys and harmless actions of the former document come first, then what actions of other services need."""
    finding = first(plan(inline(policy(before), policy(after))))
    (suggested,) = statements(finding.example)
    assert (suggested["Action"], suggested["Resource"]) == (actions, resource)


OLD = statement(["logs:PutLogEvents", "kms:Decrypt"], Sid="Logs")
NEW = statement(["s3:GetObject", "kms:*"], Sid="Kms")
ALL_OF_THEM = (
    "replace `kms:Decrypt`, `kms:CreateGrant`, `kms:PutKeyPolicy` and the others by the actions that are needed, "
    "and `*` by the ARN of the key"
)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        # what stood there before stays, and what it allows is not what the new statement has to allow
        ([OLD], [OLD, NEW], [
            "replace `kms:*` by the actions that are needed, and `*` by the ARN of the key",
            "s3:GetObject needs kms:Decrypt where the key encrypts the data",
            "its other actions stay in a statement of their own",
            "statement 1 was the same before and may stay",
        ]),
        # under another name and in another order it is the same
        ([OLD, statement("kms:CreateGrant")], [statement("kms:CreateGrant"), NEW, OLD | {"Sid": "Other"}], [
            "replace `kms:*` by the actions that are needed, and `*` by the ARN of the key",
            "s3:GetObject needs kms:Decrypt where the key encrypts the data",
            "its other actions stay in a statement of their own",
            "statements 1 and 3 were the same before and may stay",
        ]),
        # without the old statement the new one is not enough: both are to be narrowed, the first without other actions
        ([statement("kms:Decrypt")], [statement("kms:Decrypt"), statement(["kms:CreateGrant", "kms:PutKeyPolicy",
            "kms:ScheduleKeyDeletion", "s3:GetObject"])], [
            ALL_OF_THEM,
            "write one statement in the place of statements 1 and 2",
            "their other actions stay in a statement of their own",
        ]),
    ],
    ids=["new beside old", "renamed and moved", "together"],
)  # fmt: skip
def test_what_stood_there_before_stays(before: list[Any], after: list[Any], told: list[str]) -> None:
    """Only statements that are new are to be written anew, where they are too much by themselves."""
    finding = first(plan(inline(policy(*before), policy(*after))))
    elsewhere = ("write the ARN", "to administer")
    assert [line for line in finding.remedy if not line.startswith(elsewhere)] == told
    suggested = statements(finding.example)
    assert [one["Action"] for one in suggested] == ["kms:Decrypt"]
    instead, _ = with_statements(policy(*after), finding, suggested)
    assert findings(plan(inline(policy(*before), instead))) == ()


def test_nothing_is_suggested_that_completes_another_document() -> None:
    """Where other documents have the rest of all power over the key, narrowing this one does not help."""
    rest = policy(statement(["kms:PutKeyPolicy", "kms:ScheduleKeyDeletion"], OTHER_KEY))
    finding = first(plan(inline(rest, rest, "rest"), inline(None, policy(statement("kms:Decrypt")))))
    assert (finding.rule, finding.example) == ("KMS002", ())
    assert finding.remedy[0].startswith("none of these statements is too much by itself")


def test_nothing_is_suggested_that_adds_to_a_statement_that_is_full_but_for_it() -> None:
    """A holder with all power but for kms:Decrypt: this action on a named key is new full access, however narrow."""
    rest = statement(NotAction="kms:De*")
    conditional = statement(NotAction="kms:De*", Condition=MFA)
    finding = first(plan(inline(policy(rest), policy(statement("kms:*"), conditional))))
    assert (finding.rule, finding.example) == ("KMS001", ())


def test_another_statement_that_is_full_does_not_keep_back_a_suggestion() -> None:
    """Two documents that are too much each: each has its own suggestion."""
    raw = plan(inline(None, policy(statement("kms:*")), "a"), inline(None, policy(statement("*")), "b"))
    assert [bool(finding.example) for finding in findings(raw) if finding.rule == "KMS001"] == [True, True]


def test_a_sensitive_document_is_not_written_out() -> None:
    """Its statement may not be shown, so only words are left."""
    document = policy(statement("kms:*", Sid="Secret"))
    raw = plan(change("aws_iam_role_policy.p", None, {"role": "app", "policy": document}, change={
        "actions": ["create"], "before": None, "after": {"role": "app", "policy": document}, "after_unknown": {},
        "after_sensitive": {"policy": True},
    }))  # fmt: skip
    finding = first(raw)
    assert finding.example == ()
    assert "Secret" not in "".join(finding.remedy)


VALUES = st.lists(
    st.sampled_from(
        [
            "kms:*", "*", "kms:De*", "kms:Decrypt", "kms:Describe*", "kms:CreateGrant", "kms:Put*", "s3:*",
            "KMS:schedulekeydeletion", "sqs:SendMessage", "kms:ListKeys", "kms:?ecrypt", "kms:GenerateDataKey*", "k*:*",
            "kms:ReEncrypt*",
        ]
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip
RESOURCES = st.lists(
    st.sampled_from(
        [
            "*", OTHER_KEY, SOME_KEY, "arn:aws:kms:*:*:key/*", "arn:aws:kms:us-east-1:*:key/*",
            "arn:aws:kms:*:*:key/11*",
            "arn:aws:kms:*:123456789012:*", "arn:*:kms:*:*:key/*", "arn:aws:kms:*:*:key/${aws:PrincipalTag/k}",
            "arn:aws:s3:::b/*", "arn:aws:kms:eu-west-1:123456789012:alias/a",
        ]
    ),
    min_size=1,
    max_size=3,
)  # fmt: skip
CONDITIONS = st.sampled_from([None, MFA, HARD, {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}}])


@st.composite
def offers(draw: st.DrawFn) -> dict[str, Any]:
    """A statement that may allow too much."""
    found: dict[str, Any] = {"Effect": "Allow"}
    found[draw(st.sampled_from(["Action", "Action", "Action", "NotAction"]))] = draw(VALUES)
    found[draw(st.sampled_from(["Resource", "Resource", "Resource", "NotResource"]))] = draw(RESOURCES)
    condition = draw(CONDITIONS)
    return found | ({"Condition": condition} if condition else {})


def test_a_pattern_is_no_key_that_another_statement_leaves_out() -> None:
    """Of two statements that are too much together, one names keys by a tag and the other one all keys but one."""
    offered = [
        statement("kms:De*", NotResource=OTHER_KEY),
        statement(NotAction="kms:De*", Resource="arn:aws:kms:*:*:key/${aws:PrincipalTag/k}"),
    ]
    document = policy(*offered)
    finding = first(plan(inline(None, document)))
    suggested = statements(finding.example)
    assert not allows_more(suggested, offered)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(before=st.lists(offers(), max_size=1), after=st.lists(offers(), min_size=1, max_size=3))
def test_no_suggestion_is_too_much(before: list[dict[str, Any]], after: list[dict[str, Any]]) -> None:
    """Of random documents, old and new: the suggestion in the place of what was offered raises nothing that the rest of
    the document does not raise by itself, and allows nothing that was not offered."""
    former, document = policy(*before) if before else None, policy(*after)
    certain = [
        f for f in findings(plan(inline(former, document))) if f.rule in ("KMS001", "KMS002", "KMS003", "KMS004")
    ]
    for finding in certain[:1]:
        suggested = statements(finding.example)
        if suggested:
            instead, replaced = with_statements(document, finding, suggested)
            assert not allows_more(suggested, replaced)
            without, _ = with_statements(document, finding, [])
            # with old access to all keys but one, a new action on this one is an action on every key
            left = [f for f in findings(plan(inline(former, instead))) if f.blocks or not before]
            assert {f.rule for f in left} <= {f.rule for f in findings(plan(inline(former, without)))}
