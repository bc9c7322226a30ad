"""Conditions on who makes a request: what a class of principals is known to bring, and whether a clause holds of it.

Only these keys narrow who. What is not listed (`kms:ViaService`, an encryption context, an address, a tag, a user's
name, which anybody may give a user of an account of their own) narrows what is asked or from where.
Each key: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html and
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account. That a fixed
value of one makes a policy no public one: "The meaning of public",
https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html.
"""

import re
from enum import Enum, auto

import msgspec

from gate.iam.condition_values import OPERATORS, Kind, Operator
from gate.iam.conditions import Clause
from gate.iam.patterns import glob, matches

_NUMBER = r"\d{12}"


class Subject(Enum):
    """What the value of a condition key is."""

    ACCOUNT = auto()  # the account of the principal
    ARN = auto()  # the principal itself; of a role session the role
    ORGANIZATION = auto()  # the organization of the principal, or a path within it
    IS_SERVICE = auto()  # whether an AWS service makes the request itself
    SERVICE = auto()  # the AWS service that makes the request itself
    SOURCE_ACCOUNT = auto()  # the account for whose resource an AWS service asks
    SOURCE_ARN = auto()  # the resource for which an AWS service asks
    SOURCE_ORGANIZATION = auto()  # the organization for whose resource an AWS service asks
    OWN = auto()  # an id that AWS gives once, of the principal or of the network that it comes from


WHO: dict[str, Subject] = {
    "kms:calleraccount": Subject.ACCOUNT,
    "aws:principalaccount": Subject.ACCOUNT,
    "aws:principalarn": Subject.ARN,
    "aws:principalorgid": Subject.ORGANIZATION,
    "aws:principalorgpaths": Subject.ORGANIZATION,
    "aws:principalisawsservice": Subject.IS_SERVICE,
    "aws:principalservicename": Subject.SERVICE,
    "aws:principalservicenameslist": Subject.SERVICE,
    "aws:sourceaccount": Subject.SOURCE_ACCOUNT,
    "aws:sourceowner": Subject.SOURCE_ACCOUNT,
    "aws:sourcearn": Subject.SOURCE_ARN,
    "aws:sourceorgid": Subject.SOURCE_ORGANIZATION,
    "aws:sourceorgpaths": Subject.SOURCE_ORGANIZATION,
    "aws:userid": Subject.OWN,
    "aws:sourcevpc": Subject.OWN,
    "aws:sourcevpce": Subject.OWN,
}
# Every call of KMS is signed (https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html). The first three
# of these are in the context of every signed request (the first page above, "Availability"), that of KMS in that of all
# operations on a key but RetireGrant (the second page). AWS does not document their values of a service principal:
# there they may be absent.
ALWAYS = frozenset({"aws:principalaccount", "aws:principalarn", "aws:userid", "kms:calleraccount"})
OF_A_KEY = frozenset({"kms:calleraccount"})  # of these, what only a request on a key brings
SOURCES = (Subject.SOURCE_ACCOUNT, Subject.SOURCE_ARN, Subject.SOURCE_ORGANIZATION)
_PLAIN = {ord("*"): "x", ord("?"): "x"}  # where they are no wildcards, they are characters that nothing has


class Fact(msgspec.Struct, frozen=True, gc=False):
    """What a request brings of one key: `value`, or, where that is None, one of which no policy names a fixed part
    (`within` excepted: the account or the organization that it is known to be of). `never`: the key is not there;
    `certain`: it is."""

    value: str | None = None
    within: str = ""
    never: bool = False
    certain: bool = False


Facts = dict[str, Fact]


def part(key: str, value: str) -> str | None:
    """The part of a clause's value that says who: a value without wildcard, the account of an ARN, the organization of
    a path, the id of a role before a session's name. None where a wildcard or a policy variable leaves that open."""
    subject = WHO.get(key)
    if subject is None or "${" in value:
        return None
    if subject in (Subject.ARN, Subject.SOURCE_ARN) and value.count(":") >= 5:
        fields = value.split(":", 5)
        return fields[4] if fields[4] and not set("".join(fields[:5])) & set("*?") else _fixed(value)
    if subject in (Subject.ORGANIZATION, Subject.SOURCE_ORGANIZATION):
        return _fixed(value.partition("/")[0])
    if key == "aws:userid":
        return _fixed(value.partition(":")[0])
    return _fixed(value)


def _fixed(value: str) -> str | None:
    return None if set(value) & set("*?") else value


def holds(clause: Clause, facts: Facts) -> bool | None:
    """Whether a clause holds of every request (True), of none (False), or of some of a class (None)."""
    fact = facts.get(clause.key)
    if fact is None or not clause.values:
        return None
    if clause.operator == "null":
        there = False if fact.never else True if fact.certain else None
        return None if there is None else there != (clause.values[0].lower() == "true")
    quantifier, _, name = clause.operator.rpartition(":")
    optional, name = name.endswith("ifexists"), name.removesuffix("ifexists")
    how = OPERATORS.get(name)
    if how is None or how.kind not in (Kind.STRING, Kind.FOLDED, Kind.ARN, Kind.BOOL):
        return None
    if quantifier not in ("", "forallvalues", "foranyvalue"):
        return None
    outcomes: set[bool | None] = set()
    if not fact.certain:
        outcomes.add(optional or quantifier == "forallvalues" or (how.negated and quantifier != "foranyvalue"))
    if not fact.never:
        hits = {_hits(how, clause.key, value, fact) for value in clause.values}
        met = True if True in hits else None if None in hits else False
        outcomes.add(None if met is None else met != how.negated)
    return outcomes.pop() if len(outcomes) == 1 else None


def _hits(how: Operator, key: str, wanted: str, fact: Fact) -> bool | None:
    """Whether a request's value is the one of a clause, as far as both are known."""
    if "${" in wanted:
        return None
    any_case = how.kind in (Kind.FOLDED, Kind.BOOL)
    wanted = wanted.lower() if any_case else wanted
    is_pattern = how.wildcards and bool(set(wanted) & set("*?"))
    if is_pattern and how.kind is Kind.STRING and not wanted.strip("*"):
        return True
    if fact.value is None:
        return _may_hit(key, wanted if is_pattern else wanted.translate(_PLAIN), fact)
    given = fact.value.lower() if any_case else fact.value
    if not is_pattern and given == wanted:
        return True
    if "(" in given or "(" in wanted:
        return None  # what is not known before apply may be the same
    if how.kind is Kind.ARN:
        fields, own = wanted.split(":", 5), given.split(":", 5)
        if len(fields) != 6 or len(own) != 6:
            return None
        return all(matches(glob(one), other) for one, other in zip(fields, own, strict=True))
    return is_pattern and matches(glob(wanted), given)


def _may_hit(key: str, wanted: str, fact: Fact) -> bool | None:
    """False where a clause names somebody else than a value of which no more is known than what it is within."""
    who = part(key, wanted)
    if who is None:
        return None
    if not fact.within:
        return False
    if WHO[key] is Subject.ARN and not set(wanted) & set("*?(") and not wanted.endswith(":root"):
        return False  # the one whom it names is a class of its own
    if WHO[key] is Subject.SOURCE_ARN and not re.fullmatch(_NUMBER, who):
        return None  # the ARN of a bucket tells no account
    return None if who == fact.within or "(" in who + fact.within else False
