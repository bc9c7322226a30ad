"""What changes of conditions open, and what power that is split over conditions amounts to."""

import pytest

from tests.helpers.plans import blocked, policy, statement

pytestmark = pytest.mark.slow

READ = ["kms:Decrypt", "kms:ReEncrypt*"]
REST = {"NotAction": READ}


def split(one: dict[str, object], other: dict[str, object]) -> str:
    """A policy that reads under one condition and does everything else under another."""
    return policy(statement(READ, Condition=one), statement(**REST, Condition=other))


def on(key: str, value: object, name: str = "StringEquals") -> dict[str, object]:
    """A condition of one clause."""
    return {name: {key: value}}


CHOSEN = [
    "aws:UserAgent", "aws:Referer", "kms:ViaService", "aws:RequestedRegion", "kms:EncryptionContext:purpose",
    "aws:SourceIp", "kms:RequestAlias", "aws:userid", "aws:SourceIdentity", "example:unheard",
]  # fmt: skip
FIXED = [
    "aws:ResourceTag/use", "kms:KeySpec", "kms:KeyUsage", "kms:MultiRegion", "aws:PrincipalTag/team",
    "aws:PrincipalArn", "aws:PrincipalOrgID", "aws:PrincipalAccount", "aws:ResourceAccount",
]  # fmt: skip


@pytest.mark.parametrize("key", CHOSEN)
def test_opposites_on_what_callers_choose_add_up(key: str) -> None:
    """One request decrypts and the next one does the rest: together that is everything."""
    assert blocked((None, split(on(key, "x"), on(key, "x", "StringNotEquals")))) == ["KMS001"]
    assert blocked((None, split(on(key, "x"), on(key, "y")))) == ["KMS001"]


@pytest.mark.parametrize("key", FIXED)
def test_opposites_on_the_key_or_the_principal_never_add_up(key: str) -> None:
    """No key is tagged both ways, and nobody is two principals."""
    assert blocked((None, split(on(key, "x"), on(key, "x", "StringNotEquals")))) == []
    assert blocked((None, split(on(key, "x"), on(key, "y")))) == []
    assert blocked((None, split(on(key, "x"), on(key, ["x", "y"])))) == ["KMS001"]


@pytest.mark.parametrize(
    ("key", "is_boolean"),
    [
        ("aws:MultiFactorAuthPresent", True),
        ("aws:SecureTransport", True),
        ("kms:GrantIsForAWSResource", True),
        ("example:unheard", False),
    ],
)
def test_a_boolean_key_is_true_or_false(key: str, is_boolean: bool) -> None:
    """An Allow under `true` is an Allow with a Deny of everything else; not so of a key that nobody knows."""
    allow = policy(statement("kms:*", Condition=on(key, "true", "Bool")))
    for elsewhere in (on(key, "false", "BoolIfExists"), on(key, "FALSE", "BoolIfExists")):
        deny = policy(statement("kms:*"), statement("kms:*", effect="Deny", Condition=elsewhere))
        assert blocked((allow, deny)) == ([] if is_boolean else ["KMS001"])
        assert blocked((deny, allow)) == []
    unasked = policy(statement("kms:*"), statement("kms:*", effect="Deny", Condition=on(key, "false", "Bool")))
    without = key != "aws:SecureTransport"  # whether there is a request without the key
    assert blocked((allow, unasked)) == (["KMS001"] if without else [])


@pytest.mark.parametrize(
    ("clause", "loosely"),
    [
        (on("aws:SecureTransport", "true", "Bool"), on("aws:SecureTransport", "true", "BoolIfExists")),
        (on("aws:RequestedRegion", "eu-*", "StringLike"), on("aws:RequestedRegion", "eu-*", "StringLikeIfExists")),
        (on("aws:CurrentTime", "2027-01-01T00:00:00Z", "DateLessThan"),
         on("aws:CurrentTime", "2027-01-01T00:00:00Z", "DateLessThanIfExists")),
        (on("aws:PrincipalType", "User"), on("aws:PrincipalType", "User", "StringEqualsIfExists")),
    ],
)  # fmt: skip
def test_a_key_that_every_request_has_needs_no_if_exists(clause: dict[str, object], loosely: dict[str, object]) -> None:
    """So `IfExists` adds and takes away nothing, in an Allow and in a Deny; of a key that may be missing it does."""
    allow = [policy(statement("kms:*", Condition=condition)) for condition in (clause, loosely)]
    deny = [policy(statement("*"), statement("*", effect="Deny", Condition=each)) for each in (clause, loosely)]
    for one, other in (allow, deny):
        assert blocked((one, other)) == []
        assert blocked((other, one)) == []
    sent = [on("aws:UserAgent", "x", name) for name in ("StringLike", "StringLikeIfExists")]
    assert blocked(tuple(policy(statement("kms:*", Condition=each)) for each in sent)) == ["KMS001"]


def test_a_key_has_several_aliases() -> None:
    """A condition on one alias and one on another can hold on one key."""
    one, other = (on("kms:ResourceAliases", f"alias/{name}", "ForAnyValue:StringEquals") for name in "ab")
    assert blocked((None, split(one, other))) == ["KMS001"]


def test_what_was_split_before_is_not_new() -> None:
    """Who held everything by several requests gains nothing from the same in other statements."""
    half = split(on("aws:UserAgent", "x"), on("aws:UserAgent", "x", "StringNotEquals"))
    more = split(on("aws:UserAgent", "x"), on("aws:UserAgent", ["x", "y"], "StringNotEquals"))
    assert blocked((half, more)) == []
    assert blocked((split(on("aws:UserAgent", "x"), on("aws:ResourceTag/a", "b")), half)) == ["KMS001"]


def test_time_adds_up() -> None:
    """To read until noon and to hand on after it is to wait."""
    noon = "2026-01-01T12:00:00Z"
    morning, later = (on("aws:CurrentTime", noon, f"Date{name}") for name in ("LessThan", "GreaterThanEquals"))
    assert blocked((None, split(morning, later))) == ["KMS001"]


def test_a_condition_that_contradicts_itself_allows_nothing() -> None:
    """It counts in no request, and adds to nothing."""
    never = {**on("k", "a"), **on("k", "true", "Null")}
    assert blocked((None, policy(statement("kms:*", Condition=never)))) == []
    assert blocked((None, split(never, on("k", "a")))) == []


NARROWED = [
    (on("k", ["a", "b"]), on("k", "a")),
    (on("k", "a*", "StringLike"), on("k", "ab*", "StringLike")),
    (on("k", "a"), {"StringEquals": {"k": "a", "x": "y"}}),
    (on("k", "a", "StringNotEquals"), on("k", "b")),
    (on("k", "eu-west-1", "StringEqualsIgnoreCase"), on("k", "EU-WEST-1")),
    (on("k", 10, "NumericLessThan"), on("k", 5, "NumericLessThan")),
    (on("k", "10.0.0.0/8", "IpAddress"), on("k", ["10.1.0.0/16", "10.2.0.0/16"], "IpAddress")),
    (on("k", "2027-01-01T00:00:00Z", "DateLessThan"), on("k", "2026-01-01T00:00:00Z", "DateLessThan")),
    (on("k", "a*", "ForAnyValue:StringLike"), on("k", "ab", "ForAnyValue:StringEquals")),
    (on("k", "a*", "ForAllValues:StringLike"), on("k", "ab", "ForAllValues:StringEquals")),
    (on("k", "false", "Null"), on("k", "a")),
    (on("k", "a", "StringEqualsIfExists"), on("k", "true", "Null")),
]


@pytest.mark.slow
@pytest.mark.parametrize(("wide", "narrow"), NARROWED)
def test_narrowing_opens_nothing_and_widening_does(wide: dict[str, object], narrow: dict[str, object]) -> None:
    """An Allow under a narrower condition is no news, under a wider one it is; a Deny the other way round."""
    allow = [policy(statement("kms:*", Condition=condition)) for condition in (wide, narrow)]
    assert blocked((allow[0], allow[1])) == []
    assert blocked((allow[1], allow[0])) == ["KMS001"]
    deny = [policy(statement("*"), statement("*", effect="Deny", Condition=condition)) for condition in (narrow, wide)]
    assert blocked((deny[0], deny[1])) == []
    assert blocked((deny[1], deny[0])) == ["KMS001"]


AS_TEXTS = ("StringEquals", "ArnEquals", "StringNotEquals", "ArnNotEquals")
AS_PATTERNS = ("StringLike", "ArnLike", "StringNotLike", "ArnNotLike")


@pytest.mark.parametrize(
    ("names", "value", "is_same"),
    [
        (AS_TEXTS, "arn:aws:iam::111122223333:role/app", True),
        (AS_TEXTS, ["arn:aws:s3:::a", "arn:aws:s3:::b"], True),
        (AS_PATTERNS, "arn:aws:iam::111122223333:role/app-*", True),
        (AS_PATTERNS, "arn:aws:iam::*:role/app", False),
        (AS_TEXTS, "arn:aws:iam::111122223333:role/app-*", False),
    ],
)
def test_an_arn_is_the_same_as_a_text(names: tuple[str, ...], value: object, is_same: bool) -> None:
    """Where it has wildcards in its last part at most, which are one to both."""
    text, arn, not_text, not_arn = (on("aws:PrincipalArn", value, name) for name in names)
    allow = [policy(statement("kms:*", Condition=each)) for each in (text, arn)]
    deny = [
        policy(statement("kms:*"), statement("kms:*", effect="Deny", Condition=each)) for each in (not_text, not_arn)
    ]
    for one, other in (allow, deny):
        assert (blocked((one, other)) == blocked((other, one)) == []) is is_same


def test_what_a_condition_leaves_over_is_another_condition() -> None:
    """An Allow under a condition and one under its opposite are an Allow without."""
    halves = [statement("kms:*", Condition=on("k", "a", name)) for name in ("StringEquals", "StringNotEquals")]
    assert blocked((policy(*halves), policy(statement("kms:*")))) == []
    present = [statement("kms:*", Condition=on("k", value, "Null")) for value in ("true", "false")]
    assert blocked((policy(*present), policy(statement("kms:*")))) == []
    assert blocked((policy(halves[0], present[0]), policy(statement("kms:*")))) == ["KMS001"]


def test_a_variable_is_one_only_in_the_newer_language() -> None:
    """Without Version 2012-10-17 a policy variable is a text that no tag has, so a change of Version is a grant."""
    grant = statement("kms:*", Condition=on("aws:ResourceTag/owner", "${aws:username}"))
    newer = policy(grant)
    older = newer.replace("2012-10-17", "2008-10-17")
    assert older != newer
    assert blocked((older, newer)) == ["KMS001"]
    assert blocked((newer, newer)) == []
    key = policy(statement("kms:*", "arn:aws:kms:*:*:key/${aws:username}"))
    assert blocked((key.replace("2012-10-17", "2008-10-17"), key)) == ["KMS002"]


@pytest.mark.parametrize(
    ("resource", "rule"),
    [
        ("*111122223333*", "KMS001"),
        ("*eu-west-1*", "KMS001"),
        ("*:eu-west-1:111122223333:*", "KMS001"),
        ("arn:aws:kms:*:*:key/*111122223333*", "KMS002"),
        ("*:key/1234*", "KMS002"),
    ],
)
def test_the_width_is_that_of_everything_covered(resource: str, rule: str) -> None:
    """A number that a key's id may hold is that of an account as well."""
    assert blocked((None, policy(statement("kms:*", resource)))) == [rule]


@pytest.mark.parametrize("partition", ["aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"])
def test_a_deny_of_the_known_partitions_leaves_the_others(partition: str) -> None:
    """Every partition that AWS has is looked at."""
    others = {"aws", "aws-cn", "aws-us-gov", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f"} - {partition}
    denied = statement("kms:*", [f"arn:{name}:kms:*" for name in sorted(others)], effect="Deny")
    assert blocked((None, policy(statement("kms:*"), denied))) == ["KMS001"]


def test_reading_more_freely_than_before_is_no_full_access() -> None:
    """Who may do everything with MFA and now reads without it has nothing that is full in more requests."""
    guarded = statement("kms:*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    assert blocked((policy(guarded), policy(guarded, statement("kms:Decrypt")))) == []
    assert blocked((policy(guarded), policy(guarded, statement("kms:*")))) == ["KMS001"]


@pytest.mark.slow
def test_patterns_too_many_to_tell_apart_are_compared_by_text() -> None:
    """A long list of infixes is no reason to give up on a list that is shortened, nor to let a longer one pass."""
    infixes = [f"*{one}*{other}*" for one in "abcdef" for other in "ghij"]
    wide, narrow = (statement("kms:*", Condition=on("k", listed, "StringLike")) for listed in (infixes, infixes[1:]))
    assert blocked((policy(wide), policy(narrow))) == []
    assert blocked((policy(narrow), policy(wide))) == ["KMS001"]


HANDING = ["kms:Decrypt", "kms:CreateGrant"]
INSIDE, OUTSIDE = (on("aws:SourceIp", "10.1.0.0/16", name) for name in ("IpAddress", "NotIpAddress"))
MFA, ANY_MFA = (on("aws:MultiFactorAuthPresent", "true", name) for name in ("Bool", "BoolIfExists"))
DENY = {"effect": "Deny"}
EARLY, LATE = "2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"
# Found at random, where comparing clauses by their text was wrong: (statements before, after, rules).
TELLING = [
    # the address is inside, so neither Deny stops it, while administering from outside is another request
    (
        [statement("kms:*", **DENY), statement(HANDING)],
        [statement("kms:*", **DENY, Condition=OUTSIDE), statement(HANDING), statement("*", Condition=OUTSIDE)],
        ["KMS001"],
    ),
    # with MFA everything is allowed, a Deny left aside, and it reads without MFA
    (
        [],
        [statement("kms:*", Condition=MFA), statement("*", Condition=ANY_MFA, **DENY), statement("kms:Decrypt")],
        ["KMS001"],
    ),
    # the same where nothing is left to read or to hand on
    (
        [],
        [statement("kms:*", Condition=MFA), statement("*", Condition=ANY_MFA, **DENY), statement("kms:Encrypt")],
        [],
    ),
    # what one clause allows and denies at once
    ([], [statement(NotAction="kms:Decrypt", Condition=INSIDE), statement("kms:*", Condition=INSIDE, **DENY)], []),
    # the wide clause covered the moment that the narrow one names
    (
        [
            statement(HANDING, Condition=on("aws:CurrentTime", LATE, "DateLessThan")),
            statement(NotAction="kms:Describe*", Condition=on("aws:CurrentTime", LATE, "DateLessThan")),
        ],
        [statement("kms:*", Condition=on("aws:CurrentTime", EARLY, "DateEquals"))],
        [],
    ),
    # no address holds both clauses of the Deny that is replaced
    (
        [statement(NotAction="kms:Decrypt", **DENY), statement("*", Condition=OUTSIDE)],
        [statement(NotAction="kms:Decrypt", Condition=OUTSIDE, **DENY), statement("*", Condition=OUTSIDE)],
        [],
    ),
    # a request without the key is one of those with values that all fit
    (
        [statement(NotAction="kms:Describe*", Condition=on("aws:TagKeys", "a", "ForAllValues:StringEquals"))],
        [statement(NotAction="kms:Describe*", Condition=on("aws:TagKeys", "true", "Null"))],
        [],
    ),
]


@pytest.mark.parametrize(("before", "after", "rules"), TELLING)
def test_what_clauses_mean_together(
    before: list[dict[str, object]], after: list[dict[str, object]], rules: list[str]
) -> None:
    """Changes that only the meaning of several clauses decides."""
    assert blocked((policy(*before), policy(*after))) == rules


def test_a_list_with_a_variable_is_shortened() -> None:
    """Whoever may not any longer be one of several owners gains nothing."""
    owners = ["a", "${aws:username}"]
    long, *short = (
        policy(statement("kms:*", Condition=on("aws:ResourceTag/owner", listed))) for listed in (owners, *owners)
    )
    for fewer in short:
        assert blocked((long, fewer)) == []
        assert blocked((fewer, long)) == ["KMS001"]


@pytest.mark.slow
def test_many_guards_are_decided() -> None:
    """Thirteen statements each with a service of its own, twelve keys each under its tag; and what is new of them."""
    parts = ["Decrypt", "CreateGrant", "ScheduleKeyDeletion", *"BEFGLMPTUV"]
    services = [
        statement(f"kms:{part}*", Condition=on("kms:ViaService", f"s{i}.eu-west-1.amazonaws.com"))
        for i, part in enumerate(parts)
    ]
    assert blocked((None, policy(*services))) == ["KMS001"]
    assert blocked((policy(*services), policy(*services[1:]))) == []
    assert blocked((policy(*services[:2], *services[3:]), policy(*services))) == ["KMS001"]
    keys = [f"arn:aws:kms:eu-west-1:111122223333:key/{i}" for i in range(12)]
    tagged = [statement("kms:*", key, Condition=on("aws:ResourceTag/a", key)) for key in keys]
    assert blocked((policy(*tagged), policy(*tagged[1:]))) == []
    assert blocked((policy(*tagged[1:]), policy(*tagged))) == ["KMS002"]
