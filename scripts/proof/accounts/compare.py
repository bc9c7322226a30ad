"""One account and one change: what gate says of each principal, and what the account grants in every order."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Finding
from scripts.proof.accounts.apply import Outcome, outcome
from scripts.proof.accounts.aws import Facts, Who
from scripts.proof.accounts.generate import account, change
from scripts.proof.accounts.judge import Power, newly_full, power_of, power_of_policy, principals
from scripts.proof.accounts.planned import CREATE, DELETE, Change, Step, applied, owner, planned
from scripts.proof.accounts.resources import ACCOUNTS, OWN_TYPES, SETS
from scripts.proof.accounts.written import plan_json

PROVEN, UNDETERMINED = frozenset({"KMS001", "KMS002"}), "KMS009"
POLICY = "policy"
_FORMER = re.compile(r" \(before: [^)]*\)")
NEW, NOT_NEW, SOME = "new in every order", "new in no order", "new in some orders"


@dataclass(frozen=True)
class Case:
    """A change, the plan that Terraform makes of it, and what its applies leave."""

    number: int
    step: Step
    changes: Mapping[str, Change]
    facts: Facts
    outcome: Outcome
    plan: bytes


@dataclass(frozen=True)
class Compared:
    """What became of one case; `principals` were judged. `missed`, `alarms` and `cautious` name principals;
    those `for_a_while` have the access that gate tells only while the plan is applied."""

    number: int
    applies: bool
    principals: int = 0
    new: int = 0
    in_some: int = 0
    operations: int = 0
    every_order: bool = True
    missed: tuple[str, ...] = ()
    alarms: tuple[str, ...] = ()
    for_a_while: tuple[str, ...] = ()
    cautious: tuple[str, ...] = ()


def case(seed: int | str, number: int) -> Case | None:
    """The case of a number: None where AWS refuses the account itself, or nothing changes."""
    random = Random(f"{seed} {number}")
    made = applied(account(random))
    if made is None:
        return None
    facts, before = made
    step = change(random, before)
    changes = planned(step, facts)
    if all(one.action == "no-op" for one in changes.values()):
        return None
    return Case(number, step, changes, facts, outcome(step, changes, facts, random), plan_json(step, changes))


def compared(one: Case) -> Compared:
    """gate's verdict against the simulated account's."""
    if not one.outcome.accounts:
        return Compared(one.number, applies=False)
    findings = check(read(one.plan, "plan.json"), Options(no_source=True)).findings
    said, blocking = _said(findings), _said(tuple(finding for finding in findings if finding.blocks))
    expected = _expected(one, one.outcome.accounts)
    names = {_shown(who): {_shown(who), _shown(was)} for who, was in _former(one).items()}
    on_the_way = _expected(one, one.outcome.on_the_way)
    may_be_another = {label for who in _newly_named_by_text(one) for label in (_text(who), f"{who[1]} {who[2]}")}
    missed: list[str] = []
    alarms: list[str] = []
    for_a_while: list[str] = []
    cautious: list[str] = []
    for who, truth in sorted(expected.items()):
        rules = {rule for name in names.get(who, {who}) for rule in _rules(said, name)}
        told = rules or (who[1] == POLICY and _told_of_holders(one, who, said))
        if truth != NOT_NEW and not told:
            missed.append(f"{_text(who)}: {truth}")
        elif rules == {UNDETERMINED} and truth != SOME:
            cautious.append(f"{_text(who)}: {truth}")
    for label, rules in sorted((label, rules) for label, rules in said.items() if " " in label):
        meant, meanwhile = (
            [
                truth
                for who, truth in verdicts.items()
                if any(label in (_text(name), f"{name[1]} {name[2]}") for name in names.get(who, {who}))
            ]
            for verdicts in (expected, on_the_way)
        )
        if blocking.get(label, set()) & PROVEN and not set(meant) - {NOT_NEW}:
            found = for_a_while if set(meanwhile) - {NOT_NEW} else cautious if label in may_be_another else alarms
            found.append(f"{label}: {', '.join(sorted(rules))}")
        elif not meant:
            cautious.append(f"{label}: nobody")
    return Compared(
        one.number,
        applies=True,
        principals=len(expected),
        new=sum(truth == NEW for truth in expected.values()),
        in_some=sum(truth == SOME for truth in expected.values()),
        operations=one.outcome.operations,
        every_order=one.outcome.every_order,
        missed=tuple(missed),
        alarms=tuple(alarms),
        for_a_while=tuple(for_a_while),
        cautious=tuple(cautious),
    )


def _said(findings: tuple[Finding, ...]) -> dict[str, set[str]]:
    said: dict[str, set[str]] = {}
    for finding in findings:
        if finding.rule in PROVEN or finding.rule == UNDETERMINED:
            for who in (*finding.principals, finding.address):
                said.setdefault(_plain(who), set()).add(finding.rule)
    return said


def _plain(label: str) -> str:
    """Whom gate names, by the new name alone, an assignee without its permission set."""
    label = _FORMER.sub("", label)
    name, _, of = label.partition(f" ({SETS} ")
    return name.replace("user ", "assignee ", 1) if of else label


def _rules(said: Mapping[str, set[str]], who: Who) -> set[str]:
    return said.get(_text(who), set()) | said.get(f"{who[1]} {who[2]}", set())


def _expected(one: Case, accounts: frozenset[Facts]) -> dict[Who, str]:
    """For each principal and each managed policy: in which orders it newly has full access."""
    former = _former(one)
    seen: dict[Who, set[bool]] = {}
    for facts in accounts:
        for who in principals(facts) | {fact[1] for fact in facts if fact[0] == "assigned"}:
            seen.setdefault(_shown(who), set()).add(_newly(one.facts, facts, who, former))
        for arn in (fact[1] for fact in facts if fact[0] == "policy"):
            seen.setdefault(_policy(arn), set()).add(_policy_newly(one, facts, arn, former))
    return {who: SOME if len(of) > 1 else NEW if True in of else NOT_NEW for who, of in seen.items()}


def _newly_named_by_text(one: Case) -> set[Who]:
    """The principals that the change creates or gives another name, and that something names by a text: for gate there
    may be one of the name already, of which the simulator knows nothing."""
    found = set()
    for entry in one.changes.values():
        if entry.will and entry.will.type in OWN_TYPES:
            who = owner(entry.will, entry.written() or {})
            names = (who[1], f"{who[1]}_name")
            is_named = any(each.values.get(name) == who[2] for each in one.step.after.values() for name in names)
            if is_named and ("exists", who) not in one.facts:
                found.add(who)
    return found


def _policy(arn: str) -> Who:
    return arn.split(":")[4], POLICY, arn.rpartition("/")[2]


def _told_of_holders(one: Case, policy: Who, said: Mapping[str, set[str]]) -> bool:
    """Whether a finding names a principal that has a managed policy, or stands at the policy itself."""
    of_type = [entry for entry in one.changes.values() if entry.will and entry.will.type == "aws_iam_policy"]
    own = [entry.address for entry in of_type if _policy((entry.written() or {})["arn"]) == policy]
    return any(address in said for address in own) or any(_rules(said, who) for who in _holders(one, policy))


def _holders(one: Case, policy: Who) -> set[Who]:
    """All principals that have a managed policy after some order, the users of its groups too."""
    found = set()
    for facts in one.outcome.accounts:
        has = {fact[1] for fact in facts if fact[0] == "attached" and _policy(fact[2]) == policy}
        found |= has | {fact[1] for fact in facts if fact[0] == "member" and fact[2] in has}
    return {_shown(who) for who in found}


def _newly(before: Facts, after: Facts, who: Who, former: Mapping[Who, Who]) -> bool:
    if who[1] != "assignee":
        return newly_full(power_of(before, former.get(who, who)), power_of(after, who))
    sets = [fact[2] for fact in after if fact[0] == "assigned" and fact[1] == who]
    had = {fact[2] for fact in before if fact[0] == "assigned" and fact[1] == who}
    for one in sets:
        old = former.get(one, one)
        was = power_of(before, old) if old in had else power_of(frozenset(), old)
        if newly_full(was, power_of(after, one)):
            return True
    return False


def _former(one: Case) -> dict[Who, Who]:
    """Who a principal was, where the plan gives it another name that nobody had."""
    was: dict[Who, Who] = {}
    for entry in one.changes.values():
        if entry.was and entry.will and entry.will.type in OWN_TYPES and entry.before:
            will = owner(entry.will, entry.written() or {})
            if ("exists", will) not in one.facts:
                was[will] = owner(entry.was, entry.before)
    return was


def _policy_newly(one: Case, after: Facts, arn: str, former: Mapping[Who, Who]) -> bool:
    """Whether a managed policy itself newly gives full access: not if it is made by the change, is attached, and gives
    nobody anything new, nor if it takes over from one that goes."""
    old = arn
    made = False
    for entry in one.changes.values():
        if entry.will and entry.will.type == "aws_iam_policy" and (entry.written() or {}).get("arn") == arn:
            old = entry.before["arn"] if entry.before else arn
            made = entry.action == CREATE
    has = power_of_policy(after, arn)
    if not newly_full(power_of_policy(one.facts, old), has):
        return False
    attached = {
        fact[1]: facts for facts in one.outcome.accounts for fact in facts if fact[0] == "attached" and fact[2] == arn
    }
    if made and attached and not any(_newly(one.facts, facts, who, former) for who, facts in attached.items()):
        return False
    gone = [
        entry.before["arn"]
        for entry in one.changes.values()
        if entry.action == DELETE and entry.was and entry.was.type == "aws_iam_policy" and entry.before
    ]
    alike = [other for other in gone if _policy(other)[0] == _policy(arn)[0]]
    return not (made and any(_takes_over(one, other, has, set(attached)) for other in alike))


def _takes_over(one: Case, gone: str, has: Power, attached: set[Who]) -> bool:
    """Whether a policy gives what one that goes gave, to the same principals."""
    had = {fact[1] for fact in one.facts if fact[0] == "attached" and fact[2] == gone}
    return had == attached and not newly_full(power_of_policy(one.facts, gone), has)


def _shown(who: Who) -> Who:
    """A permission set by its name, and all of Identity Center in the account of its provider, as gate shows them."""
    name = who[2].rpartition("/ps-")[2].removesuffix("-new") if who[1] == SETS else who[2]
    return who[0] or ACCOUNTS["aws"], who[1], name


def _text(who: Who) -> str:
    return f"{who[1]} {who[2]} in account {who[0]}"
