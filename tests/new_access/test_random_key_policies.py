"""Random pairs of key policies with all forms of Principal against a judge that tries requests.

GATE_KEY_PAIRS sets which, as in `0-20000`; the test run takes some of them. A pair is made from its number alone.
"""

import itertools
import json
import os
from functools import lru_cache
from itertools import groupby
from random import Random
from typing import Any

import pytest

from gate.holdings.documents import Document, Place
from gate.holdings.keys import Key
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access.circles import Circle
from gate.new_access.inquiry import Inquiry, Work
from gate.new_access.keys import Opened, Opening, opened
from gate.new_access.policies import PlanDocuments
from tests.helpers.key_judge import OWN, Who, allowed

PAIRS = range(*map(int, os.environ.get("GATE_KEY_PAIRS", "0-150").split("-")))
OTHER, THIRD, NOBODY = "444455556666", "777788889999", "999900001111"
ALIKE = "440000001111"  # nobody names it, and it begins as OTHER does
APP, AL = f"arn:aws:iam::{OWN}:role/app", f"arn:aws:iam::{OWN}:user/al"
SESSION = f"arn:aws:sts::{OWN}:assumed-role/app/one"
X, Y = f"arn:aws:iam::{OTHER}:role/x", f"arn:aws:iam::{OTHER}:role/y"
GOOGLE, CANONICAL = "accounts.google.com", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
ORG = "o-abc"

WHOS = [
    Who("everyone", NOBODY, [f"arn:aws:iam::{NOBODY}:role/q"]),
    Who("everyone", ALIKE, [f"arn:aws:iam::{ALIKE}:role/q"]),
    Who(f"account {OTHER}", OTHER, [f"arn:aws:iam::{OTHER}:role/q"]),
    Who(f"account {OTHER}", OTHER, [f"arn:aws:iam::{OTHER}:role/xx"]),
    Who(f"account {OTHER}", OTHER, [f"arn:aws:sts::{OTHER}:federated-user/f"]),
    Who(f"account {THIRD}", THIRD, [f"arn:aws:iam::{THIRD}:role/q"]),
    Who(X, OTHER, [X]),
    Who(Y, OTHER, [Y]),
    Who("role app", OWN, [APP]),
    Who("session app/one", OWN, [SESSION, APP]),
    Who("user al", OWN, [AL]),
    Who("every AWS service", service="unnamed.amazonaws.com"),
    Who("every AWS service", NOBODY, service="unnamed.amazonaws.com"),
    Who("every AWS service", ALIKE, service="unnamed.amazonaws.com"),
    Who("service logs.amazonaws.com", service="logs.amazonaws.com"),
    Who("service logs.amazonaws.com", ALIKE, service="logs.amazonaws.com"),
    Who("service logs.amazonaws.com", service="logs.amazonaws.com", aws__SourceAccount=OTHER),
    Who("service logs.amazonaws.com", ALIKE, service="logs.amazonaws.com", aws__SourceAccount=OTHER),
    Who(f"whoever signs in with {GOOGLE}", "", [GOOGLE]),
    Who(f"the account with the canonical id {CANONICAL}", "", [CANONICAL]),
    Who(f"AWS services for {OTHER}", service="unnamed.amazonaws.com", aws__SourceAccount=OTHER),
    Who(f"AWS services for {OTHER}", ALIKE, service="unnamed.amazonaws.com", aws__SourceAccount=OTHER),
]
for who in [
    who for who in WHOS if who.arns and who.account and who.context == {}
]:  # any of them may be of any organization
    for organization in (ORG, "o-other"):
        label = "organization o-abc" if who.label == "everyone" and organization == ORG else who.label
        WHOS.append(Who(label, who.account, who.arns, aws__PrincipalOrgID=organization))
PRINCIPALS: list[Any] = [
    "*", {"AWS": "*"}, {"AWS": OWN}, {"AWS": f"arn:aws:iam::{OWN}:root"}, {"AWS": OTHER}, {"AWS": [X, OTHER]},
    {"AWS": f"arn:aws:iam::{OTHER}:root"}, {"AWS": X}, {"AWS": [X, Y]}, {"AWS": APP}, {"AWS": SESSION}, {"AWS": AL},
    {"Service": "logs.amazonaws.com"}, {"AWS": [APP], "Service": ["logs.amazonaws.com"]}, {"Federated": GOOGLE},
    {"CanonicalUser": CANONICAL}, {"AWS": [THIRD, APP]},
]  # fmt: skip
EXCEPTED: list[Any] = [
    {"AWS": [OTHER, f"arn:aws:iam::{OTHER}:root", X, Y]}, {"Service": "logs.amazonaws.com"}, {"AWS": THIRD}
]  # fmt: skip
ACTIONS = ["kms:*", "kms:Decrypt", ["kms:Decrypt", "kms:Encrypt"], "kms:Put*", "kms:Encrypt",
           ["kms:Decrypt", "kms:CreateGrant", "kms:DisableKey"]]  # fmt: skip
TRIED = ["kms:Decrypt", "kms:Encrypt", "kms:PutKeyPolicy", "kms:CreateGrant", "kms:DisableKey",
         "kms:ScheduleKeyDeletion", "kms:Tag"]  # fmt: skip
SENSITIVE = {*TRIED} - {"kms:Encrypt", "kms:Tag"}
CONDITIONS: list[Any] = [
    {"StringEquals": {"kms:CallerAccount": OTHER}},
    {"StringEquals": {"kms:CallerAccount": [OWN, THIRD]}},
    {"StringNotEquals": {"kms:CallerAccount": OTHER}},
    {"StringEqualsIfExists": {"aws:PrincipalAccount": OTHER}},
    {"StringLike": {"aws:PrincipalAccount": "44*"}},
    {"StringEquals": {"aws:PrincipalOrgID": ORG}},
    {"StringNotEquals": {"aws:PrincipalOrgID": ORG}},
    {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORG}},
    {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": ORG}},
    {"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": ORG}},
    {"Null": {"aws:PrincipalOrgID": "true"}},
    {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:role/x*"}},
    {"ArnEquals": {"aws:PrincipalArn": X}},
    {"StringNotLike": {"aws:PrincipalArn": f"arn:aws:iam::{OTHER}:*"}},
    {"Bool": {"aws:PrincipalIsAWSService": "false"}},
    {"Bool": {"aws:PrincipalIsAWSService": "true"}},
    {"StringEquals": {"aws:SourceAccount": OTHER}},
    {"StringEquals": {"kms:ViaService": "s3"}},
    {"StringEquals": {"kms:ViaService": ["s3", "ec2"]}},
    {"StringEquals": {"kms:ViaService": "s3", "aws:PrincipalOrgID": ORG}},
]
# Every signed request of a principal other than a service has these.
ALWAYS = {"aws:PrincipalAccount", "aws:PrincipalArn", "kms:CallerAccount"}


def document(random: Random) -> str:
    """A key policy of one to three statements."""
    statements = []
    for _ in range(random.randint(1, 3)):
        denies = random.random() < 0.3
        statement: dict[str, Any] = {"Effect": "Deny" if denies else "Allow", "Resource": "*"}
        excepting = random.random() < 0.1
        statement["NotPrincipal" if excepting else "Principal"] = random.choice(EXCEPTED if excepting else PRINCIPALS)
        statement["Action"] = random.choice(ACTIONS)
        if random.random() < 0.6:
            statement["Condition"] = random.choice(CONDITIONS)
        statements.append(statement)
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def pair(random: Random) -> tuple[str, str]:
    """Two key policies, some of which differ in a statement only."""
    before, after = document(random), document(random)
    if random.random() < 0.3:
        statements = json.loads(before)["Statement"]
        after = json.dumps(json.loads(before) | {"Statement": statements[:-1]}) if len(statements) > 1 else before
    return before, after


def contexts(who: Who, used: str) -> list[dict[str, list[str]]]:
    """Everything that a principal's request may carry of the keys that the policies use."""
    fixed = {"aws:PrincipalIsAWSService": ["true" if who.service else "false"], **who.context}
    own: dict[str, str] = {}
    if who.account:
        own = {"kms:CallerAccount": who.account, "aws:PrincipalAccount": who.account}
    if who.arns:
        own["aws:PrincipalArn"] = who.arns[-1]
    known = [key for key in own if key in used]
    ways = [[True] if key in ALWAYS and not who.service else [True, False] for key in known]
    via = [None, "s3", "ec2", "rds"] if "kms:ViaService" in used else [None]
    return [
        fixed
        | {key: [own[key]] for key, there in zip(known, present, strict=True) if there}
        | ({"kms:ViaService": [service]} if service else {})
        for present in itertools.product(*ways)
        for service in via
    ]


def judged(before: str, after: str) -> tuple[dict[str, set[str]], set[str]]:
    """The actions that each principal newly may do, by the judge, and who newly has full access."""
    new: dict[str, set[str]] = {}
    full: set[str] = set()
    for who in WHOS:
        tried = [Tried(before, after, who, context) for context in contexts(who, before + after)]
        for each in tried:
            if each.new:
                new.setdefault(who.label, set()).update(each.new)
        full |= {who.label for _, alike in groupby(tried, lambda each: each.given) if _is_newly_full([*alike])}
    return new, full


class Tried:
    """What two policies say to every action under one context."""

    def __init__(self, before: str, after: str, who: Who, context: dict[str, list[str]]) -> None:
        self.given = {key: value for key, value in context.items() if key != "kms:ViaService"}  # callers choose that
        self.before, self.after, self.who, self.context = before, after, who, context
        self.allowed = self.of(after)
        self.new = {action for action in self.allowed if not allowed(before, who, action, context)}

    def of(self, policy: str) -> set[str]:
        """The actions that a policy allows."""
        return {action for action in TRIED if allowed(policy, self.who, action, self.context)}


def _is_newly_full(alike: list[Tried]) -> bool:
    """Whether requests that differ in what callers choose are full access, and newly (docs/semantics.md)."""
    if not any(each.new for each in alike):
        return False
    granted, before = ([each.of(_allows(policy)) for each in alike] for policy in (alike[0].after, alike[0].before))
    for each, now, then in zip(alike, granted, before, strict=True):
        new = each.new & SENSITIVE if _is_full(then) else each.new
        if new and _is_full(now) and each.allowed & SENSITIVE:
            return True
    reached = set().union(*(each.allowed for each in alike))
    return bool(_is_full(set().union(*granted)) and not _is_full(set().union(*before)) and reached & SENSITIVE)


def _is_full(actions: set[str]) -> bool:
    hands_on, destroys = {"kms:PutKeyPolicy", "kms:CreateGrant"}, {"kms:DisableKey", "kms:ScheduleKeyDeletion"}
    return "kms:Decrypt" in actions and bool(hands_on & actions) and bool(destroys & actions)


@lru_cache
def _allows(policy: str) -> str:
    return json.dumps({"Statement": [each for each in json.loads(policy)["Statement"] if each["Effect"] == "Allow"]})


def found(before: str, after: str) -> Opened:
    """What gate finds new for a key."""
    place = Place("aws_kms_key.k", "policy")
    was, will = Document(place, before, of_key=True), Document(place, after, of_key=True)
    work = Work(Budget(10_000_000), Budget(0), Budget(0))
    inquiry = Inquiry(protected(), PlanDocuments({}, {}), work)
    return opened([Key("aws_kms_key.k", frozenset({OWN}), True, was, (will,))], inquiry)


@pytest.mark.slow
def test_random_key_policies_against_the_judge() -> None:
    """For everyone and everybody elsewhere gate finds new access, and for principals of the own account new full
    access, if and only if some request is newly allowed."""
    compared = 0
    for number in PAIRS:
        before, after = pair(Random(number))
        missed, too_many, named = differences(before, after)
        assert not missed, f"{number} misses {missed}\n{before}\n{after}"
        assert not too_many, f"{number} has {too_many} too many\n{before}\n{after}"
        compared += len(named)
    assert compared > len(PAIRS) / 3


def differences(before: str, after: str) -> tuple[set[str], set[str], set[str]]:
    """Whom gate misses, whom it finds too many, and all whom the judge finds."""
    grants, used = found(before, after).grants, before + after
    outside = {grant.label for grant in grants if grant.circle in (Circle.EVERYONE, Circle.ELSEWHERE)}
    within = {grant.label for grant in grants if grant.circle is Circle.WITHIN and grant.opening is Opening.FULL}
    new, full = judged(before, after)
    named = {label for label in new if label not in WITHIN and _is_told_apart(label, used)}
    covered = {label for label in named if "everyone" in outside and new[label] <= new.get("everyone", set())}
    filled = {label for label in full & WITHIN if _is_told_apart(label, used)}
    by_everyone = filled if "everyone" in outside and "everyone" in full else set()
    too_many = (outside - UNPLACED - named) | (within - filled)
    return (named - outside - covered) | (filled - within - by_everyone), too_many - _not_exact(used), named | filled


# Of which account these are nobody knows, so that what gate finds may be one request too many.
UNPLACED = {f"whoever signs in with {GOOGLE}", f"the account with the canonical id {CANONICAL}"}
WITHIN = {"role app", "session app/one", "user al", "service logs.amazonaws.com"}


def _not_exact(used: str) -> set[str]:
    """Of whom gate may find too much, because clauses on one key are taken as independent that nothing else decides:
    one with a set operator beside one without, and one that compares ARNs beside one that compares texts."""
    of_other = {f"account {OTHER}"} if '"Arn' in used and "StringNotLike" in used else set()
    if "ForA" in used:  # whether it is of the organization is known of everyone else
        of_other |= {f"account {OTHER}", f"account {THIRD}", X, Y, "role app", "session app/one", "user al"}
    return of_other


def _is_told_apart(label: str, used: str) -> bool:
    """Whether the policies name what a label is of, so that it is a class of its own and not a part of another one."""
    if label.startswith("AWS services for"):
        return "aws:SourceAccount" in used
    if label.startswith("account "):
        account = label.removeprefix("account ")
        used = used.replace(f'"aws:SourceAccount": "{account}"', "")  # says for whom a service asks, not who
        ways = (f'"{account}"', f"{account}:root", f'"aws:PrincipalArn": "arn:aws:iam::{account}')
        return any(way in used for way in ways)
    words = {
        "everyone": "",
        "user al": AL,
        "session app/one": SESSION,
        "role app": APP,
        "every AWS service": "",
        "organization o-abc": ORG,
        X: f'"{X}"',
        Y: f'"{Y}"',
    }
    return words.get(label, label.rpartition(" ")[2]) in used
