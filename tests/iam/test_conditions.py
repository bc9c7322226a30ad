"""Which condition clauses follow from which, and which contradict each other: against a judge that tries contexts."""

import itertools
from itertools import combinations, compress
from pathlib import Path
from random import Random

import pytest

from gate.iam import key_contexts
from gate.iam.conditions import UNKNOWN_CLAUSE, Clause, clause
from gate.iam.contexts import completions, contexts
from gate.iam.key_contexts import MAX_STEPS
from gate.iam.patterns import Budget
from tests.helpers.condition_judge import Context, holds

ARN = "arn:aws:iam::111122223333:"
# Values to write in policies, and values around them that requests may carry. ARNs are compared as texts, too.
VALUES = {
    "arn or text": [f"{ARN}role/x", f"{ARN}role/*", f"{ARN}user/y", f"{ARN}*/y", "arn:aws:iam::1:user/y", "a", "arn:*"],
    "string": ["a", "A", "b", "ab", "a*", "*b", "?", "A?", "*", ""],
    "arn": [f"{ARN}role/x", f"{ARN}role/*", f"{ARN}*", "arn:aws:iam::*:role/x", "arn:*:iam::1*:user/?", f"{ARN}user/y"],
    "number": ["1", "5", "5.0", "10", "-3"],
    "date": ["2026-01-01T00:00:00Z", "2026-01-01T01:00:00+01:00", "2026-02-01T00:00:00Z", "2027-01-01T00:00:00.494Z"],
    "address": ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "192.168.0.0/24", "2001:db8::/32", "2001:db8::1"],
    "bool": ["true", "false", "True"],
    "binary": ["QQ==", "Qg=="],
}
CARRIED = {
    "arn or text": [
        f"{ARN}role/x", f"{ARN}role/y", f"{ARN}user/y", "arn:aws:iam::1:user/y", f"{ARN}role/a:b/y", "a", "arn:b", "x",
    ],
    "string": ["", "a", "A", "b", "B", "ab", "aB", "AB", "Ab", "abb", "axb", "c", "cc", "ac"],
    "arn": [
        f"{ARN}role/x", f"{ARN}role/y", f"{ARN}user/x", f"{ARN}user/y", f"{ARN}user/zz", "arn:aws:iam::2:role/x",
        "arn:aws-cn:iam::12:user/q", "arn:aws-cn:iam::12:user/qq", "arn:aws:iam::222:role/a:role/x", "x",
    ],
    "number": ["-4", "-3", "0", "1", "2", "5", "5.5", "7", "10", "11", "x"],
    "date": [
        "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-15T00:00:00Z", "2026-02-01T00:00:00Z",
        "2026-03-01T00:00:00Z", "2027-01-01T00:00:00Z", "2027-01-01T00:00:00.494Z", "2028-01-01T00:00:00Z", "x",
    ],
    "address": ["10.0.0.1", "10.1.0.1", "10.1.2.3", "192.168.0.9", "8.8.8.8", "2001:db8::1", "2001:db8::2", "x"],
    "bool": ["true", "false", "x"],
    "binary": ["QQ==", "Qg==", "x"],
}  # fmt: skip
COMPARED = ("Equals", "NotEquals", "LessThan", "LessThanEquals", "GreaterThan", "GreaterThanEquals")
NAMES = {
    "string": [
        "StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
    ],
    "arn": ["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    "arn or text": ["ArnEquals", "ArnLike", "ArnNotEquals", "StringEquals", "StringLike", "StringNotEquals"],
    "number": [f"Numeric{name}" for name in COMPARED],
    "date": [f"Date{name}" for name in COMPARED],
    "address": ["IpAddress", "NotIpAddress"],
    "bool": ["Bool"],
    "binary": ["BinaryEquals"],
}  # fmt: skip


def carried(kind: str, *, several: bool) -> list[Context]:
    """Every context of one key: without it, without a value, with one, and with two or three where `several`."""
    single: list[Context] = [{}, *({"k": [value]} for value in CARRIED[kind])]
    if not several:
        return single
    more = itertools.chain(*(combinations(CARRIED[kind], size) for size in (2, 3)))
    return [*single, {"k": []}, *({"k": values} for values in more)]


def occurring_of(written: dict[Clause, tuple[str, list[str]]], universe: list[Context]) -> set[frozenset[Clause]]:
    """The sets of clauses that hold of some context, each made once: most contexts meet the same ones."""
    answers = [[holds(name.lower(), "k", values, one) for one in universe] for name, values in written.values()]
    return {frozenset(compress(written, each)) for each in set(zip(*answers, strict=True))}


def _random_clauses(random: Random, kind: str, *, several: bool) -> dict[Clause, tuple[str, list[str]]]:
    written: dict[Clause, tuple[str, list[str]]] = {}
    for _ in range(random.randint(2, 6)):
        if random.random() < 0.15:
            name, values = "Null", [random.choice(["true", "false"])]
        else:
            prefix = random.choice(["ForAllValues:", "ForAnyValue:"]) if several else ""
            name = prefix + random.choice(NAMES[kind]) + random.choice(["", "", "IfExists"])
            values = random.sample(VALUES[kind], random.randint(1, min(3, len(VALUES[kind]))))
        written.setdefault(clause(name, "k", values), (name, values))
    return written


@pytest.mark.slow
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("kind", VALUES)
def test_what_holds_of_a_request_is_never_left_out(kind: str, several: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a request carries: among the sets that contain what is assumed of it, one holds wholly of it, whether
    clauses are compared by their meaning or, where that is too much work, by their text. A wrong implication and a
    wrong contradiction would both break this. Where one value is no text, each set is also met."""
    random = Random(f"{kind}{several}")
    universe = carried(kind, several=several)
    for _ in range(150):
        written = _random_clauses(random, kind, several=several)
        clauses = list(written)
        occurring = occurring_of(written, universe)
        for steps in (MAX_STEPS, 0):
            monkeypatch.setattr(key_contexts, "MAX_STEPS", steps)
            known = contexts(clauses, Budget(10**7))
            for assumed in {frozenset(some) for true in occurring for n in (0, 1, 2) for some in combinations(true, n)}:
                found = completions(known, assumed, Budget(10**7))
                for true in occurring:
                    left_out = assumed <= true and not any(guard <= true for guard in found)
                    assert not left_out, (steps, clauses, assumed, true, found)
                assert all(assumed <= guard for guard in found)
                if steps and not several and kind not in ("arn", "string", "arn or text"):
                    assert all(guard in occurring for guard in found), (clauses, assumed, found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", VALUES)
def test_what_holds_of_a_key_of_one_value_is_never_left_out(kind: str) -> None:
    """The same where AWS documents that a key has no more than one value, whatever operators ask for it: with a set
    operator, or without one."""
    random, key = Random(f"one {kind}"), "sts:ExternalId"
    universe = carried(kind, several=False)
    for _ in range(150):
        written = _random_clauses(random, kind, several=True) | _random_clauses(random, kind, several=False)
        occurring = {
            frozenset(clause(one.spelled[0], key, one.values) for one in true)
            for true in occurring_of(written, universe)
        }
        known = contexts(frozenset().union(*occurring), Budget(10**7))
        for assumed in {frozenset(some) for true in occurring for n in (0, 1, 2) for some in combinations(true, n)}:
            found = completions(known, assumed, Budget(10**7))
            for true in occurring:
                assert not (assumed <= true) or any(guard <= true for guard in found), (written, assumed, true, found)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["string", "number", "date", "address", "bool", "binary"])
def test_what_holds_is_never_left_out_of_several_kinds(kind: str) -> None:
    """The same where clauses on one key compare it as an ARN, as a text in any case and as something else."""
    random = Random(f"several {kind}")
    universe = [*carried(kind, several=False), *carried("arn or text", several=False), {"k": [f"{ARN}USER/Y"]}]
    for _ in range(60):
        written = _random_clauses(random, "arn or text", several=False) | _random_clauses(random, kind, several=False)
        name, values = random.choice(["StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]), [f"{ARN}user/y"]
        written[clause(name, "k", values)] = name, values
        occurring = occurring_of(written, universe)
        known = contexts(list(written), Budget(10**7))
        for assumed in {frozenset(some) for true in occurring for n in (1, 2) for some in combinations(true, n)}:
            found = completions(known, assumed, Budget(10**7))
            for true in occurring:
                assert not (assumed <= true) or any(guard <= true for guard in found), (written, assumed, true, found)


def follows(wider: Clause, narrower: Clause) -> bool:
    """Whether one clause holds in every set in which the other does."""
    known = contexts([wider, narrower], Budget(10**6))
    return all(wider in guard for guard in completions(known, frozenset([narrower]), Budget(10**6)))


def contradicts(one: Clause, other: Clause) -> bool:
    """Whether no set has both."""
    known = contexts([one, other], Budget(10**6))
    return not completions(known, frozenset([one, other]), Budget(10**6))


def _clause(text: str, key: str = "k") -> Clause:
    name, _, values = text.partition(" ")
    return clause(name, key, values.split(",") if values else [""])


# narrower, wider: the second follows from the first, and never the first from the second
FOLLOWS = [
    ("StringEquals a", "Null false"),
    ("ForAnyValue:StringEquals a", "Null false"),
    ("Null true", "StringNotEquals a"),
    ("Null true", "StringEqualsIfExists a"),
    ("Null true", "BoolIfExists true"),
    ("Null true", "ForAllValues:StringEquals a"),
    ("StringEquals a", "StringEqualsIfExists a"),
    ("StringEquals a", "StringEquals a,b"),
    ("StringEquals A", "StringEqualsIgnoreCase a"),
    (f"StringEquals {ARN}role/x", f"ArnLike {ARN}role/*"),
    (f"ArnEquals {ARN}role/x", f"StringLike {ARN}*"),
    (f"ArnEquals {ARN}role/x", f"StringNotEquals {ARN}role/y"),
    (f"ArnLike {ARN}role/x*", f"StringLike {ARN}role/*"),
    (f"StringLike {ARN}role/x*", f"ArnLike {ARN}role/*"),
    ("StringNotEqualsIgnoreCase a", "StringNotEquals A"),
    ("StringEquals b", "StringNotEquals a"),
    ("StringNotEquals a,b", "StringNotEquals a"),
    ("StringEquals ab", "StringLike a*"),
    ("StringLike ab*", "StringLike a*,c"),
    ("StringLike b*", "StringNotLike a*"),
    ("StringNotLike a*", "StringNotEquals ab"),
    ("ForAnyValue:StringEquals ab", "ForAnyValue:StringLike a*"),
    ("ForAllValues:StringEquals ab", "ForAllValues:StringLike a*"),
    (f"ArnEquals {ARN}role/x", f"ArnLike {ARN}role/*"),
    (f"ArnLike {ARN}role/*", "ArnLike arn:*:iam::*:*"),
    (f"ArnLike {ARN}user/*", f"ArnNotLike {ARN}role/*"),
    ("StringEquals a", "StringEquals a,${aws:username}"),
    ("StringEquals ${aws:username}", "StringEquals a,${aws:username}"),
    ("StringEquals ab", "StringLike a*,${aws:username}"),
    ("ForAnyValue:StringEquals a", "ForAnyValue:StringEquals a,${aws:username}"),
    ("StringNotEquals a,${aws:username}", "StringNotEquals ${aws:username}"),
    (f"ArnLike {ARN}role/x", f"ArnLike {ARN}role/*,{ARN}role/${{aws:username}}"),
    ("NumericLessThan 5", "NumericLessThan 10"),
    ("NumericLessThan 5", "NumericLessThanEquals 5"),
    ("NumericEquals 7", "NumericGreaterThan 5"),
    ("NumericEquals 7", "NumericNotEquals 5"),
    ("DateLessThan 2026-01-01T00:00:00Z", "DateLessThan 2026-02-01T00:00:00Z"),
    ("DateLessThan 2026-01-01T00:00:00Z", "DateLessThanEquals 2026-01-01T00:00:00Z"),
    ("DateLessThan 2026-01-01T00:00:00Z", "DateNotEquals 2026-02-01T00:00:00Z"),
    ("DateGreaterThan 2026-02-01T00:00:00Z", "DateGreaterThan 2026-01-01T00:00:00Z"),
    ("DateLessThan 2024-09-28T14:50:02.494Z", "DateLessThan 2026-02-01T00:00:00Z"),
    ("DateLessThan 2024-09-28T14:50:02.49Z", "DateLessThan 2024-09-28T14:50:02.494Z"),
    ("NumericLessThan 5", "NumericNotEquals 7"),
    (f"ArnNotEquals {ARN}role/*", f"ArnNotLike {ARN}role/x"),
    ("DateGreaterThan 2026-01-01T00:00:00Z", "DateGreaterThanEquals 2026-01-01T01:00:00+01:00"),
    ("IpAddress 10.1.0.0/16", "IpAddress 10.0.0.0/8"),
    ("IpAddress 10.1.0.0/16", "NotIpAddress 192.168.0.0/16"),
    ("NotIpAddress 10.0.0.0/8", "NotIpAddress 10.1.0.0/16"),
    ("Bool true", "BoolIfExists true"),
    ("BinaryEquals QQ==", "BinaryEquals QQ==,Qg=="),
    ("StringEquals ${aws:username}", "StringEquals ${aws:username},a"),
    ("StringNotEquals ${aws:username},a", "StringNotEquals a"),
    ("NumericLessThan five", "NumericLessThan five,10"),
    ("NumericLessThan five", "NumericLessThanIfExists five,10"),
    ("NumericLessThanIfExists five", "NumericLessThanIfExists five,10"),
    ("NumericEquals five", "NumericEqualsIfExists five"),
    ("NumericNotEquals five", "NumericNotEqualsIfExists five"),
    ("NumericNotEquals five,ten", "NumericNotEquals ten"),
    ("StringEqualsIgnoreCase é", "StringEqualsIgnoreCase é,${aws:username}"),
]
SAME = [
    ("NumericEquals 5", "NumericEquals 5.0"),
    ("NumericLessThan 10", "NumericLessThan 5,10"),
    ("StringEqualsIgnoreCase eu-west-1", "StringEqualsIgnoreCase EU-WEST-1"),
    ("Bool true", "Bool True"),
    ("DateEquals 2026-01-01T00:00:00Z", "DateEquals 2026-01-01T01:00:00+01:00"),
    ("DateEquals 2026-01-01T00:00:00Z", "DateEquals 2026-01-01T01:00:00.000+01:00"),
    (f"ArnEquals {ARN}role/*", f"ArnLike {ARN}role/*"),
    ("StringEquals a", "StringLike a"),
    ("StringEquals 1", "StringEqualsIgnoreCase 1"),
]
# neither follows from the other, and both may hold or not
INDEPENDENT = [
    ("Null false", "StringNotEquals a"),
    ("ForAllValues:StringEquals a", "ForAnyValue:StringEquals a"),
    ("ForAnyValue:StringEquals a", "ForAnyValue:StringEquals b"),
    ("ForAnyValue:StringNotEquals a", "ForAnyValue:StringEquals a"),
    ("StringEquals a", "ForAnyValue:StringEquals a"),
    ("StringLike a*", "StringLike *b"),
    ("NumericGreaterThan 5", "NumericLessThan 10"),
    ("IpAddress ::/0", "IpAddress 10.0.0.0/8"),
    ("IpAddress 10.0.0.1/8", "IpAddress 10.0.0.0/8"),
    ("NumericLessThan five", "NumericLessThan 10"),
    ("DateLessThan 1767225600", "DateLessThan 2027-01-01T00:00:00Z"),
    ("DateLessThan 2026-01-01", "DateLessThan 2027-01-01T00:00:00Z"),
    ("DateLessThan 2026-01-01T00:00:00.1234567Z", "DateLessThan 2027-01-01T00:00:00Z"),
    ("DateLessThan 2026-01-01T00:00:00.Z", "DateLessThan 2027-01-01T00:00:00Z"),
    ("StringEqualsIgnoreCase ${aws:username}", "StringEqualsIgnoreCase ${AWS:username}"),
    ("StringNotEquals a", "StringNotEquals ${aws:username}"),
    ("Unheard a", "Unheard a,b"),
    ("NumericLessThan ٥", "NumericLessThan 10"),
    ("NumericLessThan five", "NumericLessThan five,six"),
    ("NumericLessThan five", "NumericLessThan five,six,10"),
    ("NumericLessThan five", "NumericGreaterThan five,10"),
    ("ForAnyValue:NumericLessThan five", "NumericLessThan five,10"),
    ("NumericLessThanIfExists five", "NumericLessThan five,10"),
    ("Null true", "NumericNotEquals five"),
    ("Null true", "NumericNotEquals ${aws:username}"),
    ("Null true", "ForAnyValue:StringEqualsIfExists a"),
    ("IpAddress ten", "IpAddress 10.0.0.0/8"),
]
CONTRADICTS = [
    ("Null true", "Null false"),
    ("Null true", "StringEquals a"),
    ("Null true", "ForAnyValue:StringNotEquals a"),
    ("StringEquals a", "StringEquals b"),
    ("StringEquals a", "StringNotLike a*"),
    (f"ArnLike {ARN}role/x", f"ArnNotLike {ARN}role/*"),
    ("NumericLessThan 5", "NumericGreaterThanEquals 5"),
    ("DateLessThan 2026-01-01T00:00:00Z", "DateEquals 2026-02-01T00:00:00Z"),
    ("IpAddress 10.1.0.0/16", "NotIpAddress 10.0.0.0/8"),
    ("Bool true", "Bool false"),
    ("ForAnyValue:StringEquals a", "ForAllValues:StringEquals b"),
    ("StringEquals ${aws:username}", "StringNotEquals ${aws:username}"),
    ("StringEquals b", "StringLike a*"),
    ("NumericEquals five", "NumericNotEquals five"),
    ("IpAddress 10.0.0.0/8", "IpAddress 11.0.0.0/8"),
    ("IpAddress ::a00:0/104", "IpAddress 10.0.0.0/8"),
]
HOLD_TOGETHER = [
    ("StringEquals ${aws:username}", "StringNotEquals a"),
    ("StringEquals ${aws:username}", "StringEquals a"),
    ("StringEquals a,${aws:username}", "StringNotEquals a"),
    ("Null true", "StringNotEquals a"),
    ("Null true", "StringEqualsIfExists a"),
    ("Null true", "ForAllValues:StringEquals a"),
    ("StringEqualsIfExists a", "StringEqualsIfExists b"),
    ("ForAllValues:StringEquals a", "ForAllValues:StringEquals b"),
    ("ForAnyValue:StringEquals a", "ForAnyValue:StringEquals b"),
    ("StringEquals a", "StringEqualsIgnoreCase A"),
    ("StringEqualsIgnoreCase a", "StringNotEquals x,y"),
    ("StringEqualsIgnoreCase ab", "StringLike A*"),
    (f"ArnLike {ARN}user/y:role/x", "ArnLike arn:aws:iam::?*:role/x"),
    (f"ArnLike {ARN}user/y:role/x", "ArnNotLike arn:aws:iam::?*:role/x"),
    ("NumericGreaterThan 5", "NumericGreaterThan 10"),
    ("NumericGreaterThan 5,7", "NumericGreaterThan 10"),
    ("IpAddress ::ffff:a00:0/104", "IpAddress 10.0.0.0/8"),
    ("BinaryEquals ${aws:username}", "BinaryEquals QQ=="),
    ("NumericEquals five", "StringNotEquals five"),
    ("NumericLessThan five", "NumericNotEquals five"),
    ("NumericNotEquals five", "NumericNotEquals five,six"),
    ("ForAnyValue:NumericEquals five", "ForAnyValue:NumericNotEquals five"),
    ("NumericEquals five", "ForAnyValue:NumericNotEquals five"),
]


@pytest.mark.parametrize(("narrower", "wider"), FOLLOWS)
def test_one_clause_follows_from_another(narrower: str, wider: str) -> None:
    """The wider one holds whenever the narrower one does, and not the other way round."""
    assert follows(_clause(wider), _clause(narrower))
    assert not follows(_clause(narrower), _clause(wider))


@pytest.mark.parametrize(("one", "other"), SAME)
def test_clauses_that_say_the_same(one: str, other: str) -> None:
    """Each follows from the other."""
    assert follows(_clause(one), _clause(other))
    assert follows(_clause(other), _clause(one))


@pytest.mark.parametrize(("one", "other"), INDEPENDENT)
def test_clauses_of_which_nothing_is_certain(one: str, other: str) -> None:
    """Neither follows from the other."""
    assert not follows(_clause(one), _clause(other))
    assert not follows(_clause(other), _clause(one))


@pytest.mark.parametrize(("one", "other"), CONTRADICTS)
def test_clauses_that_contradict_each_other(one: str, other: str) -> None:
    """No request meets both."""
    assert contradicts(_clause(one), _clause(other))


@pytest.mark.parametrize(("one", "other"), HOLD_TOGETHER)
def test_clauses_that_can_hold_together(one: str, other: str) -> None:
    """Some request meets both."""
    assert not contradicts(_clause(one), _clause(other))


@pytest.mark.parametrize("beside", ["StringLike a*", f"StringLike {ARN}*", "BoolIfExists true", "NumericNotEquals 5"])
@pytest.mark.parametrize(
    ("one", "other"),
    [
        (f"ArnNotEquals {ARN}user/y", f"StringEqualsIgnoreCase {ARN}user/y"),
        (f"ArnNotLike {ARN}user/*", f"StringEqualsIgnoreCase {ARN}user/y"),
        (f"ArnEquals {ARN}user/y", f"StringNotEquals {ARN}user/Y"),
    ],
)
def test_arns_and_texts_that_can_hold_together_do_so_beside_others(one: str, other: str, beside: str) -> None:
    """A text in another case is another ARN, whatever else is compared with the key."""
    known = contexts([_clause(one), _clause(other), _clause(beside)], Budget(10**6))
    assert completions(known, frozenset([_clause(one), _clause(other)]), Budget(10**6))


@pytest.mark.parametrize(
    ("one", "other"), [("StringEquals a", "StringEquals b"), ("StringEquals a", "StringNotEquals a")]
)
def test_plain_operators_on_a_key_of_several_values(one: str, other: str) -> None:
    """What AWS makes of them is not documented: they may hold together, and only fewer values imply more."""
    key = "kms:ResourceAliases"
    assert not contradicts(_clause(one, key), _clause(other, key))
    assert not follows(_clause("StringNotEquals b", key), _clause("StringEquals a", key))
    assert follows(_clause("StringEquals a,b", key), _clause("StringEquals a", key))


@pytest.mark.parametrize("key", ["token.actions.githubusercontent.com:aud", "AWS:SourceArn", "aws:PrincipalTag/team"])
def test_set_operators_on_a_key_of_one_value(key: str) -> None:
    """They ask for what an operator without them does, but where the key is missing."""
    plain, every, some = (_clause(f"{name}StringEquals a", key) for name in ("", "ForAllValues:", "ForAnyValue:"))
    assert follows(every, plain)
    assert not follows(plain, every)
    assert follows(some, plain)
    assert follows(plain, some)
    assert follows(_clause("ForAllValues:StringLike a*", key), plain)
    assert follows(_clause("StringEqualsIfExists a", key), every)
    assert follows(every, _clause("StringEqualsIfExists a", key))
    assert not follows(_clause("ForAllValues:StringEquals b", key), plain)
    assert contradicts(_clause("ForAllValues:StringEquals b", key), plain)
    assert contradicts(_clause("ForAllValues:StringNotEquals a", key), plain)
    assert not contradicts(_clause("ForAllValues:StringEquals b", key), every)


@pytest.mark.parametrize("key", ["k", "saml:aud", "kms:ResourceAliases", "token.example.com:amr"])
def test_set_operators_on_a_key_of_which_nobody_knows_how_many(key: str) -> None:
    """Nothing follows for an operator without them, nor from one."""
    plain, every, some = (_clause(f"{name}StringEquals a", key) for name in ("", "ForAllValues:", "ForAnyValue:"))
    assert not follows(every, plain)
    assert not follows(some, plain)
    assert not follows(plain, some)
    assert not contradicts(_clause("ForAllValues:StringEquals b", key), plain)


# Every operator of AWS's page; the names that AWS gives to one and the same are on one line of the table.
OPERATORS = [
    *(name for names in NAMES.values() for name in names), "Null", "IfExists", "ForAnyValue:", "ForAllValues:",
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", OPERATORS)
def test_every_operator_is_in_the_table_and_has_an_example(name: str) -> None:
    """The page says of each what follows from it, and some pair above tries it."""
    page = (Path(__file__).parents[2] / "docs" / "semantics.md").read_text()
    table = page[page.index("| clause |") : page.index("Not certain, and so independent")]
    assert f"{name}`" in table
    pairs = [*FOLLOWS, *SAME, *CONTRADICTS]
    spoken = [text.partition(" ")[0] for pair in pairs for text in pair]
    assert any(
        name in text if name in ("IfExists", "ForAnyValue:", "ForAllValues:") else text == name for text in spoken
    )


def test_how_a_clause_is_written_is_no_part_of_it() -> None:
    """Clauses that are spelled differently are one, in a set and in order."""
    one, other = clause("StringEquals", "kms:ViaService", ["a"]), clause("stringequals", "KMS:viaservice", ["a"])
    later = clause("stringequals", "kms:viaservice", ["b"])
    assert one == other
    assert len({one, other}) == 1
    assert sorted([later, other, one]) == [one, one, later]
    assert str(one) == "StringEquals kms:ViaService = a"
    assert (one != other) is False
    assert one != later
    assert (one == ("stringequals", "kms:viaservice", ("a",))) is False
    assert str(clause("Null", "k", [])) == "Null k"
    assert str(UNKNOWN_CLAUSE) == "a condition known after apply"
    assert clause("StringLike", "k", ["a~"]) == clause("StringEquals", "k", ["a~"])
