"""The listing of waivers."""

from datetime import date

import pytest

from gate.settings.parse import parse
from gate.waivers.listing import listing
from tests.helpers.findings import finding

TEXT = """# waivers
[[waiver]]
rule = "KMS002"
address = "aws_iam_policy.later"
reason = "migration"
owner = "b@example.com"
expires = 2028-02-29
actions = ["kms:*"]
plan = "plans/dev.json"
principals = []

[[waiver]]
rule = "KMS001"
address = "aws_iam_role_policy.admin"
reason = "break glass"
owner = "a@example.com"
expires = 2028-02-28
"""


def test_waivers_are_listed_with_the_days_left() -> None:
    """The soonest to expire comes first, each with its line, days, owner, reason and what it covers."""
    lines, any_expired = listing(parse(TEXT.encode(), ".gate.toml"), date(2028, 2, 27))
    assert not any_expired
    assert lines == [
        ".gate.toml: 2 waivers, 0 expired",
        "",
        ".gate.toml:12: KMS001 at aws_iam_role_policy.admin",
        "  1 day left (expires 2028-02-28)",
        "  owner: a@example.com",
        "  reason: break glass",
        "  covers: whatever KMS001 finds there",
        "",
        ".gate.toml:2: KMS002 at aws_iam_policy.later",
        "  2 days left (expires 2028-02-29)",
        "  owner: b@example.com",
        "  reason: migration",
        "  covers: plan plans/dev.json; principals none; actions kms:*",
    ]


@pytest.mark.parametrize(
    ("day", "words", "over"),
    [
        (date(2028, 2, 28), ["expires today (expires 2028-02-28)", "1 day left (expires 2028-02-29)"], False),
        (date(2028, 2, 29), ["expired 1 day ago (expires 2028-02-28)", "expires today (expires 2028-02-29)"], True),
        (date(2028, 3, 1), ["expired 2 days ago (expires 2028-02-28)", "expired 1 day ago (expires 2028-02-29)"], True),
    ],
)
def test_expired_waivers_are_told(day: date, words: list[str], over: bool) -> None:
    """The last day is not expired, the next one is, over a leap day too."""
    lines, any_expired = listing(parse(TEXT.encode(), ".gate.toml"), day)
    assert [line.strip() for line in lines if "(expires" in line] == words
    assert any_expired == over


def test_a_report_tells_the_unused_ones() -> None:
    """With a report the waivers that cover none of its findings are named in a note."""
    lines, _ = listing(parse(TEXT.encode(), ".gate.toml"), date(2028, 2, 27), [finding()])
    assert lines[-3:] == [
        "",
        "note: unused in this report: KMS002 at aws_iam_policy.later",
        "note: a waiver is unused once its change is applied; remove it then",
    ]
