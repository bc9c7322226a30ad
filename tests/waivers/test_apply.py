"""What a waiver covers, and what settings do to findings."""

import datetime
from datetime import UTC, date, timedelta, timezone
from typing import Any

import pytest

from gate.errors import GateError
from gate.report import Finding, Waiver
from gate.settings.model import Override, Settings, WaiverEntry
from gate.waivers.apply import apply, notices, shortfall, today, unused
from tests.helpers.findings import KEY, entry, finding

DAY = date(2027, 1, 15)


def _one(settings: Settings, found: Finding, day: date = DAY) -> Finding:
    (decided,) = apply([found], settings, day)
    return decided


def test_a_waived_finding_stays_and_does_not_block() -> None:
    """The finding keeps its level and says who waived it, why and until when."""
    decided = _one(Settings(waivers=(entry(),)), finding())
    assert (decided.level, decided.blocks) == ("error", False)
    assert decided.waiver == Waiver("break glass", "security@example.com", "2027-01-31")


@pytest.mark.parametrize(
    ("setting", "level", "blocks"), [("block", "error", True), ("warn", "warning", False), ("off", "note", False)]
)
def test_a_setting_decides_level_and_blocking(setting: Any, level: str, blocks: bool) -> None:
    """block is an error, warn a warning, off a note."""
    for found in (finding(), finding(level="warning", blocks=False)):
        decided = _one(Settings({"KMS001": setting}), found)
        assert (decided.level, decided.blocks) == (level, blocks)


def test_without_a_setting_the_rule_decides() -> None:
    """A setting for another rule leaves a finding as its rule made it."""
    found = finding(rule="KMS007", level="warning", blocks=False)
    assert _one(Settings({"KMS001": "block"}), found) == found


def test_the_last_matching_override_counts() -> None:
    """An override is for a part of the plan; a later one for a part of that part wins."""
    settings = Settings(
        {"KMS001": "block"},
        (
            Override("module.sandbox.*", {"KMS001": "warn"}),
            Override("module.sandbox.module.vault.*", {"KMS001": "block"}),
        ),
    )
    assert not _one(settings, finding(address="module.sandbox.aws_iam_policy.x")).blocks
    assert _one(settings, finding(address="module.sandbox.module.vault.aws_iam_policy.x")).blocks
    assert _one(settings, finding(address="module.sandboxed.aws_iam_policy.x")).blocks
    assert _one(settings, finding(address="module.prod.module.sandbox.aws_iam_policy.x")).blocks


def test_an_override_of_another_rule_leaves_a_finding() -> None:
    """An override that matches the address decides on the rules that it names."""
    settings = Settings({"KMS001": "block"}, (Override("*", {"KMS007": "off"}),))
    assert _one(settings, finding()).blocks


def test_brackets_in_an_override_are_characters() -> None:
    """An instance key is not a character class."""
    settings = Settings(overrides=(Override('module.team["a"].*', {"KMS001": "off"}),))
    assert _one(settings, finding(address='module.team["a"].aws_iam_policy.x')).level == "note"
    assert _one(settings, finding(address="module.teama.aws_iam_policy.x")).level == "error"


def test_an_override_may_be_for_some_plans() -> None:
    """What is a sandbox in one plan may be the real thing in another, under the same address."""
    settings = Settings({"KMS001": "block"}, (Override("module.team.*", {"KMS001": "warn"}, "plans/sandbox-*"),))
    assert not _one(settings, finding(address="module.team.aws_iam_policy.x", plan="plans/sandbox-a.json")).blocks
    assert _one(settings, finding(address="module.team.aws_iam_policy.x", plan="plans/prod.json")).blocks


def test_a_waiver_may_be_for_some_plans() -> None:
    """The same address and grant in another plan may be of another account."""
    settings = Settings(waivers=(entry(plan="plans/dev*.json", grant="9" * 64),))
    assert not _one(settings, finding(plan="plans/dev.json")).blocks
    prod = _one(settings, finding(plan="plans/prod.json"))
    assert prod.blocks
    (notice,) = (each for each in notices([prod], settings, DAY) if "does not cover" in each)
    assert notice.endswith("KMS001 at aws_iam_role_policy.admin: it is for the plan `plans/dev*.json`")


@pytest.mark.parametrize(
    ("plans", "told"),
    [
        (("a.json", "a.json"), None),
        (("a.json", "b.json"), "covers findings in 2 plans, a.json and b.json; limit it with `plan`"),
        (tuple("cba"), "covers findings in 3 plans, a, b and c; limit it with `plan`"),
        (tuple("edcba"), "covers findings in 5 plans, a, b, c and 2 more; limit it with `plan`"),
    ],
)
def test_a_waiver_that_covers_several_plans_says_so(plans: tuple[str, ...], told: str | None) -> None:
    """It was given for one of them, perhaps. One that names plans is meant so."""
    found = [finding(plan=plan) for plan in plans]
    for waiver, expected in ((entry(grant="9" * 64), told), (entry(grant="9" * 64, plan="*"), None)):
        settings = Settings(waivers=(waiver,))
        said = [each for each in notices(apply(found, settings, DAY), settings, DAY) if "limit it with" in each]
        assert [each.split(") ", 1)[1] for each in said] == [each for each in (expected,) if each]


def test_only_plans_in_which_a_waiver_covers_something_count() -> None:
    """Another finding of the other plan is none of it."""
    settings = Settings(waivers=(entry(),))
    found = [finding(plan="a.json"), finding(plan="b.json", address="aws_iam_role_policy.other")]
    assert not any("plans" in each for each in notices(found, settings, DAY))


def test_one_key_widened_to_every_key_blocks_again() -> None:
    """A waiver for kms:* on one key does not cover kms:* on all of them, however it is written."""
    narrow = finding(rule="KMS002", resources=(KEY,), grant="1" * 64, fingerprint="2" * 64)
    wide = finding(rule="KMS001", resources=("*",), grant="3" * 64, fingerprint="4" * 64)
    for limits in ({}, {"grant": narrow.grant}, {"actions": ("kms:*",), "resources": (KEY,)}):
        settings = Settings(waivers=(entry(rule="KMS002", **limits),))
        assert not _one(settings, narrow).blocks
        assert _one(settings, wide).blocks


@pytest.mark.parametrize(
    ("limits", "grown", "why"),
    [
        ({"grant": "9" * 64}, {"grant": "8" * 64}, "what is newly granted is not what it was given for (`grant`)"),
        (
            {"fingerprint": "f" * 64},
            {"fingerprint": "e" * 64},
            "what is newly granted is not what it was given for (`fingerprint`)",
        ),
        (
            {"actions": ("kms:D*", "kms:PutKeyPolicy", "KMS:schedulekeydeletion")},
            {"actions": ("kms:Decrypt", "kms:CreateGrant", "kms:ReEncryptFrom")},
            "it does not cover the action `kms:CreateGrant` and 1 more",
        ),
        ({"actions": ("kms:*",)}, {"actions": ()}, "it is for actions and none is named here"),
        ({"resources": ("*",)}, {"resources": ()}, "it is for resources and none is named here"),
        (
            {"principals": ("role admin", "role ops")},
            {"principals": ("role admin", "role guest")},
            "it does not cover the principal `role guest`",
        ),
        ({"principals": ("role admin",)}, {"principals": ()}, "it is for principals and none is named here"),
    ],
)
def test_what_grows_beyond_a_waiver_blocks(limits: dict[str, Any], grown: dict[str, Any], why: str) -> None:
    """Each limit covers what the waiver was given for and nothing beyond, and the reason is said."""
    waiver = entry(**limits)
    assert shortfall(waiver, finding()) is None
    assert shortfall(waiver, finding(**grown)) == why
    assert _one(Settings(waivers=(waiver,)), finding(**grown)).blocks


def test_a_waiver_for_no_principal_covers_what_names_none() -> None:
    """`principals = []` is for a finding that names nobody; one that names somebody has grown."""
    waiver = entry(principals=())
    assert shortfall(waiver, finding(principals=())) is None
    assert shortfall(waiver, finding()) == "it does not cover the principal `role admin`"


def test_a_resource_that_is_not_covered_is_named() -> None:
    """The first of them, so that the waiver can be mended or the grant be narrowed."""
    assert shortfall(entry(resources=(KEY,)), finding()) == "it does not cover the resource `*`"


@pytest.mark.parametrize(
    ("waived", "found", "covered"),
    [
        ((KEY,), (KEY,), True),
        ((KEY,), (KEY, KEY + "5"), False),
        (("arn:aws:kms:*:111122223333:key/*",), (KEY,), True),
        (("arn:aws:kms:*:111122223333:key/*",), ("arn:aws:kms:eu-west-1:111122223333:key/a*",), True),
        (("arn:aws:kms:*:111122223333:key/*",), ("arn:aws:kms:*:*:key/*",), False),
        (("arn:aws:kms:*:111122223333:key/a?c",), ("arn:aws:kms:*:111122223333:key/a*c",), False),
        (("arn:aws:kms:*:111122223333:key/a?c",), ("arn:aws:kms:*:111122223333:key/a?c",), True),
        (("arn:a?*", "arn:a"), ("arn:a*",), True),
        (("*",), ("*", KEY), True),
    ],
)
def test_resources_are_compared_as_sets(waived: tuple[str, ...], found: tuple[str, ...], covered: bool) -> None:
    """A waiver's resources cover a pattern only if they cover every resource that it matches."""
    assert (shortfall(entry(resources=waived), finding(resources=found)) is None) == covered


@pytest.mark.slow
def test_too_intricate_resources_are_not_covered() -> None:
    """What cannot be compared within the work budget blocks."""
    waived = tuple(f"arn:*{'?' * n}a*b{n}*" for n in range(40))
    words = shortfall(entry(resources=waived), finding(resources=("arn:*a*a*b*a*",)))
    assert words == "its resources are too intricate to compare"


def test_a_moved_grant_is_still_waived() -> None:
    """After `moved` the address is another and the grant the same; a grown one blocks."""
    moved = finding(address="module.iam.aws_iam_role_policy.admin", previous_address="aws_iam_role_policy.admin")
    settings = Settings(waivers=(entry(grant="9" * 64, principals=("role admin",)),))
    assert not _one(settings, moved).blocks
    assert _one(
        settings, finding(address=moved.address, previous_address=moved.previous_address, grant="8" * 64)
    ).blocks
    assert _one(settings, finding(address=moved.address)).blocks


def test_a_glob_covers_what_it_says() -> None:
    """address_glob needs both addresses of a moved resource to match."""
    settings = Settings(waivers=(entry(address=None, address_glob="module.sandbox.*", actions=("kms:*",)),))
    inside = "module.sandbox.aws_iam_role_policy.admin"
    assert not _one(settings, finding(address=inside)).blocks
    assert _one(settings, finding()).blocks
    assert _one(settings, finding(address=inside, previous_address="module.prod.aws_iam_role_policy.admin")).blocks


def test_an_exact_address_is_no_pattern() -> None:
    """A wildcard in an instance key matches itself alone."""
    settings = Settings(waivers=(entry(address='aws_iam_role_policy.p["*"]'),))
    assert not _one(settings, finding(address='aws_iam_role_policy.p["*"]')).blocks
    assert _one(settings, finding(address='aws_iam_role_policy.p["a"]')).blocks


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime.datetime(2027, 1, 31, 23, 59, 59, tzinfo=UTC), date(2027, 1, 31)),
        (datetime.datetime(2027, 2, 1, 0, 0, 0, tzinfo=UTC), date(2027, 2, 1)),
        (datetime.datetime(2027, 2, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=2))), date(2027, 1, 31)),
        (datetime.datetime(2027, 1, 31, 20, 0, 0, tzinfo=timezone(timedelta(hours=-5))), date(2027, 2, 1)),
        (datetime.datetime(2028, 2, 29, 12, 0, 0, tzinfo=UTC), date(2028, 2, 29)),
    ],
)
def test_the_day_is_that_of_utc(moment: datetime.datetime, day: date) -> None:
    """Around midnight it is UTC's date that counts, not that of the machine."""
    assert today(moment) == day


def test_a_clock_of_the_year_in_which_gate_was_written_or_later() -> None:
    """Any earlier one is no clock."""
    first = datetime.datetime(2026, 1, 1, tzinfo=UTC)
    assert today(first) == date(2026, 1, 1)
    with pytest.raises(GateError, match="the clock says 2025-12-31"):
        today(first - timedelta(days=1))


def test_without_a_moment_it_is_today() -> None:
    """The day is read from the clock when the check runs."""
    before = datetime.datetime.now(UTC).date()
    assert before <= today() <= datetime.datetime.now(UTC).date()


@pytest.mark.parametrize(
    ("expires", "day", "blocks"),
    [
        (date(2027, 1, 31), date(2027, 1, 31), False),
        (date(2027, 1, 31), date(2027, 2, 1), True),
        (date(2028, 2, 29), date(2028, 2, 29), False),
        (date(2028, 2, 29), date(2028, 3, 1), True),
    ],
)
def test_a_waiver_counts_through_its_last_day(expires: date, day: date, blocks: bool) -> None:
    """The day of expiry is the last one on which a waiver counts; afterwards it is as good as absent."""
    decided = _one(Settings(waivers=(entry(expires=expires),)), finding(), day)
    assert decided.blocks == blocks
    assert (decided.waiver is None) == blocks


def test_of_several_waivers_the_longest_is_named() -> None:
    """The order in the file does not matter."""
    waivers = (entry(expires=date(2027, 1, 20), owner="a"), entry(expires=date(2027, 1, 30), owner="b"))
    for order in (waivers, waivers[::-1]):
        waiver = _one(Settings(waivers=order), finding()).waiver
        assert waiver is not None
        assert waiver.owner == "b"


def test_dates_are_noticed() -> None:
    """An expired waiver and one with at most fourteen days left are named, a later one is not."""
    place = "at aws_iam_role_policy.admin, security@example.com)"
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=14), DAY + timedelta(days=15)]
    waivers = tuple(entry(rule="KMS002", expires=day, number=n) for n, day in enumerate(days, 1))
    *dates, _ = notices([], Settings(waivers=waivers), DAY)
    assert dates == [
        f"waiver 1 (KMS002 {place} expired after 2027-01-14 and counts as absent",
        f"waiver 2 (KMS002 {place} expires after 2027-01-15",
        f"waiver 3 (KMS002 {place} expires after 2027-01-29",
    ]


def _unused(count: int) -> tuple[WaiverEntry, ...]:
    return tuple(entry(address=f"aws_iam_policy.p{n}", actions=("kms:*",), number=n) for n in range(count))


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "1 waiver covers nothing in this run: KMS001 at aws_iam_policy.p0; "),
        (2, "2 waivers cover nothing in this run: KMS001 at aws_iam_policy.p0, KMS001 at aws_iam_policy.p1; "),
        (
            3,
            (
                "3 waivers cover nothing in this run: KMS001 at aws_iam_policy.p0, KMS001 at aws_iam_policy.p1, "
                "KMS001 at aws_iam_policy.p2; "
            ),
        ),
        (
            9,
            (
                "9 waivers cover nothing in this run: KMS001 at aws_iam_policy.p0, KMS001 at aws_iam_policy.p1, "
                "KMS001 at aws_iam_policy.p2 and 6 more; "
            ),
        ),
    ],
)
def test_unused_waivers_are_counted_in_one_sentence(count: int, words: str) -> None:
    """With the first of them named; one that has expired is told by its date alone, a used one not at all."""
    waivers = (
        *_unused(count),
        entry(actions=("kms:*",)),
        entry(address="aws_iam_policy.old", expires=date(2020, 1, 1)),
    )
    settings = Settings(waivers=waivers)
    dated, idle = notices(apply([finding()], settings, DAY), settings, DAY)
    assert "expired after 2020-01-01" in dated
    assert idle == f"{words}a waiver can go once its change is applied"


def test_a_waiver_of_what_is_hidden_says_so() -> None:
    """The grant of a KMS009 finding is the same whatever the hidden text becomes; unused, nothing is said."""
    settings = Settings(waivers=(entry(rule="KMS009", grant="9" * 64),))
    hidden = apply([finding(rule="KMS009")], settings, DAY)
    assert [f.blocks for f in hidden] == [False]
    (notice,) = notices(hidden, settings, DAY)
    assert notice.startswith("waiver 1 (KMS009 at aws_iam_role_policy.admin, security@example.com) ")
    assert notice.endswith("covers whatever the text that the plan hides turns out to be")
    assert "hides" not in " ".join(notices([], settings, DAY))


def test_a_waiver_that_just_misses_says_why() -> None:
    """Where something blocks at the address of a waiver the report says what the waiver lacks."""
    settings = Settings(waivers=(entry(actions=("kms:Decrypt",)),))
    notice, idle = notices(apply([finding()], settings, DAY), settings, DAY)
    assert idle.startswith("1 waiver covers nothing in this run")
    assert notice == (
        "waiver 1 (KMS001 at aws_iam_role_policy.admin, security@example.com) does not cover KMS001 at "
        "aws_iam_role_policy.admin: it does not cover the action `kms:PutKeyPolicy` and 1 more"
    )


def test_only_what_is_in_force_at_a_blocking_address_just_misses() -> None:
    """Not a waiver that has expired or is for another address, nor one for a finding that does not block."""
    near = entry(actions=("kms:Decrypt",), number=1)
    waivers = (
        near,
        entry(actions=("kms:Decrypt",), expires=date(2020, 1, 1), number=2),
        entry(address="aws_iam_policy.other", actions=("kms:*",), number=3),
        entry(rule="KMS007", actions=("kms:*",), number=4),
    )
    found = [finding(rule="KMS007", level="warning", blocks=False), finding()]
    told = notices(apply(found, Settings(waivers=waivers), DAY), Settings(waivers=waivers), DAY)
    misses = [notice for notice in told if "does not cover KMS" in notice]
    assert [notice[:8] for notice in misses] == ["waiver 1", "waiver 4"]
    assert misses[1].endswith("does not cover KMS001 at aws_iam_role_policy.admin: it is for KMS007")


def test_an_expired_waiver_without_limits_is_told_by_its_date_alone() -> None:
    """It covers nothing any more, so nothing is said of what it would cover."""
    settings = Settings(waivers=(entry(expires=date(2020, 1, 1)),))
    (notice,) = notices(apply([finding()], settings, DAY), settings, DAY)
    assert "expired after 2020-01-01" in notice


def test_a_waiver_without_limits_is_noticed() -> None:
    """Whoever reads the report learns that such a waiver would cover more than it does today."""
    settings = Settings(waivers=(entry(),))
    (notice,) = notices(apply([finding()], settings, DAY), settings, DAY)
    assert notice.endswith(
        "covers whatever KMS001 finds there; limit it with `grant`, or with `actions` and `resources`"
    )


def test_unused_waivers_are_told_apart() -> None:
    """A waiver that covers no finding is unused, whether it has expired or not."""
    used, idle = entry(expires=date(2020, 1, 1)), entry(address="aws_iam_policy.gone")
    assert unused([finding()], Settings(waivers=(used, idle))) == (idle,)
