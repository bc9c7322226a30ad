"""What changed in a policy, told as a person would tell it: statements are known by what identifies them."""

from typing import Any

import pytest

from gate.findings.changes import changes
from gate.holdings.documents import Document, Place
from gate.unknown import Unresolved
from tests.helpers.plans import policy, statement

HERE = Place("aws_iam_role_policy.p", "policy")
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1"
TEAM = {"StringEquals": {"aws:PrincipalTag/team": "crypto"}}


def lines(before: Any, after: Any) -> tuple[str, ...]:
    return changes(Document(HERE, before), None if after is None else Document(HERE, after))


READ = statement(["kms:Decrypt", "kms:DescribeKey"], KEY)
LOGS = statement("logs:*", "*")

CASES: dict[str, tuple[list[Any], list[Any], tuple[str, ...]]] = {
    "a list gains": ([READ], [statement(["kms:Decrypt", "kms:DescribeKey", "kms:*"], KEY)], (
        "statement 1: Action gains kms:*",
    )),
    "a list is replaced, and the resource": ([READ], [statement("kms:*")], (
        "statement 1: Action gains kms:* and loses kms:Decrypt, kms:DescribeKey",
        f"statement 1: Resource gains * and loses {KEY}",
    )),
    "a Sid comes": ([READ], [READ | {"Sid": "Read"}], ('statement 1 is now called "Read"',)),
    "a Sid changes": ([READ | {"Sid": "Read"}], [READ | {"Sid": "Use"}], (
        'statement "Read" is now called "Use"',
    )),
    "a Sid goes": ([READ | {"Sid": "Read"}], [READ], ('statement "Read" is now without a name, statement 1',)),
    "a Sid changes and a list too": (
        [LOGS, READ | {"Sid": "Read"}],
        [LOGS, statement(["kms:Decrypt", "kms:DescribeKey", "kms:*"], KEY, Sid="Admin")],
        ('statement "Read" is now called "Admin"', 'statement "Admin": Action gains kms:*'),
    ),
    "a statement comes first": ([READ], [statement("kms:*"), READ], (
        "statement 1 is new: it allows kms:* on *",
    )),
    "a statement comes last": ([READ], [READ, statement("kms:*", Sid="Admin")], (
        'statement "Admin" is new: it allows kms:* on *',
    )),
    "two statements change places": ([READ, LOGS], [LOGS, READ], ("the statements are in another order",)),
    "a statement moves and changes": ([READ, LOGS], [LOGS, statement(["kms:Decrypt", "kms:*"], KEY)], (
        "statement 2: Action gains kms:* and loses kms:DescribeKey",
        "the statements are in another order",
    )),
    "a Deny goes": (
        [READ, statement("kms:*", effect="Deny", Sid="No")], [READ],
        ('statement "No" is gone: it denied kms:* on *',),
    ),
    "a Deny without a name goes": (
        [statement("kms:*", effect="Deny"), READ], [READ],
        ("the former statement 1 is gone: it denied kms:* on *",),
    ),
    "a Deny becomes an Allow": ([statement("kms:*", effect="Deny")], [statement("kms:*")], (
        "statement 1: Effect is Allow, it was Deny",
    )),
    "a condition goes": ([READ | {"Condition": TEAM}], [READ], (
        "statement 1: Condition loses StringEquals aws:PrincipalTag/team = crypto",
    )),
    "a condition comes": ([READ], [READ | {"Condition": TEAM}], (
        "statement 1: Condition gains StringEquals aws:PrincipalTag/team = crypto",
    )),
    "a condition has another value": (
        [READ | {"Condition": TEAM}],
        [READ | {"Condition": {"StringEquals": {"aws:PrincipalTag/team": ["crypto", "web"]}}}],
        ("statement 1: Condition StringEquals aws:PrincipalTag/team gains web",),
    ),
    "Action becomes NotAction": ([READ], [statement(None, KEY, NotAction=["iam:*"])], (
        "statement 1: NotAction iam:* instead of Action kms:Decrypt, kms:DescribeKey",
    )),
    "Resource becomes NotResource": ([READ], [statement(READ["Action"], NotResource=KEY)], (
        f"statement 1: NotResource {KEY} instead of Resource {KEY}",
    )),
    "one statement becomes two": (
        [statement(["kms:Decrypt", "s3:GetObject"])], [statement("kms:Decrypt"), statement("s3:GetObject")],
        ("statement 1: Action loses s3:GetObject", "statement 2 is new: it allows s3:GetObject on *"),
    ),
    "a named statement is replaced by another": (
        [statement("logs:*", Sid="Logs")], [statement("kms:*", Sid="Keys")],
        ('statement "Keys" is new: it allows kms:* on *', 'statement "Logs" is gone: it allowed logs:* on *'),
    ),
    "a conditional statement comes": ([READ], [READ, statement("kms:*", Condition=TEAM)], (
        "statement 2 is new: it allows kms:* on * if StringEquals aws:PrincipalTag/team = crypto",
    )),
    "a wide statement comes": ([READ], [READ, statement(None, NotAction="iam:*", NotResource=KEY)], (
        f"statement 2 is new: it allows everything but iam:* on everything but {KEY}",
    )),
    "another order of a list": ([READ], [statement(["kms:DescribeKey", "kms:Decrypt"], KEY)], ()),
    "two statements of one name": (
        [READ | {"Sid": "A"}, LOGS | {"Sid": "A"}], [READ | {"Sid": "A"}, LOGS | {"Sid": "B"}],
        ('statement "A" is now called "B"',),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_as_a_person_would_say_it(case: str) -> None:
    before, after, expected = CASES[case]
    assert lines(policy(*before), policy(*after)) == expected


def test_a_document_that_goes_is_told_by_its_statements() -> None:
    """Every statement of it is gone."""
    assert lines(policy(statement("kms:*", effect="Deny", Sid="a")), None) == (
        'statement "a" is gone: it denied kms:* on *',
    )


def test_a_key_that_is_not_known_is_told_by_its_address() -> None:
    """What stands for its ARN is nothing that people know."""
    arn = Unresolved(("aws_kms_key.k.arn",), exact=True)
    wide = {"Version": "2012-10-17", "Statement": [statement("kms:*", arn)]}
    assert lines(policy(statement("kms:*", KEY)), wide) == (
        f"statement 1: Resource gains (known after apply: aws_kms_key.k) and loses {KEY}",
    )


@pytest.mark.parametrize(
    ("principals", "whom"),
    [
        (Unresolved(("var.x",)), "somebody who is known only after apply"),
        (["*", Unresolved(("var.x",))], "everyone, somebody who is known only after apply"),
        (["*"], "everyone"),
    ],
)
def test_whom_a_new_statement_is_for(principals: Any, whom: str) -> None:
    """Who is not known is said to be somebody."""
    place = Place("aws_kms_key.k", "policy")
    new = {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Principal": {"AWS": principals}}
    before, after = (Document(place, {"Statement": found}, of_key=True) for found in ([], [new]))
    assert changes(before, after) == (f"statement 1 is new: it allows kms:* for {whom}",)


def test_long_lists_and_many_differences_are_counted() -> None:
    """Eight items of a list, twelve lines."""
    many = [f"kms:Action{number}" for number in range(10)]
    assert lines(policy(statement([])), policy(statement(many)))[0].endswith("and 2 more")
    before = [statement(f"kms:A{number}", Sid=f"s{number}") for number in range(20)]
    after = [statement(f"kms:B{number}", Sid=f"s{number}") for number in range(20)]
    told = lines(policy(*before), policy(*after))
    assert (len(told), told[-1]) == (13, "and 8 more differences")
    told = lines(policy(*before[:13]), policy(*after[:13]))
    assert (len(told), told[-1]) == (13, "and 1 more difference")
