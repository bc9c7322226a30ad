"""The classes of principals that no statement of a key's policies tells apart, and what a policy says to each.

Everyone is whoever no policy names; each principal that a Principal element names, each account, organization, service
and resource that a condition fixes is a class of its own. Projected to one class a key policy is an identity policy:
who is asked for no longer stands in it, and the algebra compares before and after.
"""

from collections.abc import Iterable, Iterator
from enum import Enum, auto

import msgspec
from msgspec.structs import replace

from gate.iam.conditions import Clause
from gate.iam.policy import Policy, Statement
from gate.iam.principals import Kind, Match, Name, is_anybody, name, names, speaks_of
from gate.iam.who import ALWAYS, OF_A_KEY, SOURCES, WHO, Fact, Facts, Subject, holds, part

NOBODY_NAMED = Fact()
_NEVER = Fact(never=True)
_NO_SERVICE, _A_SERVICE = Fact("false", certain=True), Fact("true", certain=True)


class Class(Enum):
    """What a class of principals is."""

    EVERYONE = auto()
    NAMED = auto()  # a principal that a policy names
    ORGANIZATION = auto()  # whoever is of an organization
    OWN_ID = auto()  # whoever has an id
    SERVICES = auto()  # every AWS service
    SOURCE = auto()  # AWS services that ask for somebody's resource


class Caller(msgspec.Struct, frozen=True, gc=False):
    """One class. `named` is the principal, where it is one that has a name; `account` whose account it is of, empty
    where that is unknown; `value` the organization, id or resource; `text` how a policy writes it; `facts` what its
    requests are known to bring (pairs, by condition key)."""

    kind: Class
    named: Name | None = None
    account: str = ""
    value: str = ""
    text: str = ""
    facts: tuple[tuple[str, Fact], ...] = ()

    @property
    def own(self) -> frozenset[Name]:
        """The names by which a statement speaks of it without speaking of its whole account."""
        return frozenset(each for each in (self.named, self.named and self.named.role) if each)

    @property
    def named_account(self) -> Name:
        """Its account as a principal."""
        return Name(Kind.ACCOUNT, self.account)

    @property
    def chain(self) -> frozenset[Name]:
        """The same with its account: who denies an account denies everybody in it. Whoever signs in with an identity
        provider is nobody of the account that has the provider."""
        is_of_account = self.named and self.account and self.named.kind is not Kind.PROVIDER
        return self.own | {self.named_account} if is_of_account else self.own


def callers(policies: Iterable[Policy]) -> list[Caller]:
    """Every class that some policies tell apart; everyone comes first."""
    found: dict[object, Caller] = {}

    def add(caller: Caller) -> None:
        found.setdefault((caller.kind, caller.named, caller.value, caller.facts), caller)

    add(Caller(Class.EVERYONE, facts=_facts(_stranger())))
    add(Caller(Class.SERVICES, facts=_facts(_service(NOBODY_NAMED))))
    for statement in (statement for policy in policies for statement in policy.statements):
        for named, text in names(statement.principals) if statement.principals else ():
            if named.kind is not Kind.EVERYONE:
                add(_named(named, text))
        for clause in statement.conditions:
            for value in clause.values if clause.operator != "null" else ():
                for caller in _conditioned(clause.key, value):
                    add(caller)
    return list(found.values())


def asking_for_roles(policies: Iterable[Policy]) -> Iterator[Caller]:
    """The same classes where they ask for a role: nobody brings for certain what only a request on a key has."""
    for caller in callers(policies):
        facts = ((key, replace(fact, certain=False) if key in OF_A_KEY else fact) for key, fact in caller.facts)
        yield replace(caller, facts=tuple(facts))


def projected(policy: Policy, caller: Caller, *, foreign: bool) -> Policy:
    """What a key policy says to a class, as an identity policy: the statements that speak of it, without the clauses
    on who that hold of it.

    `foreign`: it is of another account than the key, so that what allows its account allows it as well. In the key's
    own account that only lets the policies of its identities count.
    """
    facts = dict(caller.facts)
    kept = (_projected(statement, caller, facts, foreign=foreign) for statement in policy.statements)
    return Policy(tuple(statement for statement in kept if statement), policy.unknown)


def _projected(statement: Statement, caller: Caller, facts: Facts, *, foreign: bool) -> Statement | None:
    principals = statement.principals
    if principals is None:
        return statement
    own = caller.own if statement.effect == "Allow" and not foreign else caller.chain
    match = speaks_of(principals, own, caller.chain)
    left: list[Clause] = []
    for clause in statement.conditions:
        held = holds(clause, facts)
        if held is False:
            return None
        left += [] if held else [clause]
    if match is Match.NO:
        return None
    if match is Match.MAYBE and not principals.unknown:
        left.append(_perhaps_left_out(caller))
    certain = statement.certain and not (match is Match.MAYBE and principals.unknown)
    return replace(statement, conditions=tuple(sorted(left)), certain=certain)


def _perhaps_left_out(caller: Caller) -> Clause:
    """Stands for whether AWS takes a principal to be left out by a NotPrincipal that names a part of its chain: the
    same before and after the change, and not known."""
    return Clause("(unknown)", "aws:principalarn", (caller.text,), ("NotPrincipal", "does not leave out"))


def _named(named: Name, text: str) -> Caller:
    value = ""
    if is_anybody(named):
        return Caller(Class.EVERYONE, named, text=text, facts=_facts(_stranger()))
    known: Facts = {}
    account = named.account
    if named.kind is Kind.SERVICE:
        known = _without(_service(Fact(named.value)), Subject.OWN, *SOURCES)
        del known["aws:principalservicenameslist"]  # it has more names of the same service
    else:
        known |= _of(Subject.IS_SERVICE, _NO_SERVICE) | _of(Subject.SERVICE, _NEVER)
        known |= {key: fact for subject in SOURCES for key, fact in _of(subject, _NEVER).items()}
        if account and named.kind is not Kind.PROVIDER:
            known |= _of(Subject.ACCOUNT, Fact(account)) | _of(Subject.ARN, Fact(within=account))
        if named.kind in (Kind.ROLE, Kind.USER, Kind.FEDERATED_USER) and text.startswith("arn:"):
            known |= _of(Subject.ARN, Fact(text))
        known = _signed(known)
    return Caller(Class.NAMED, named, account, value, text, _facts(known))


def _conditioned(key: str, value: str) -> Iterator[Caller]:
    """The classes that one value of a condition fixes. Of services and networks it is the requests that bring it: those
    of the same that leave it out are of another class."""
    who, subject = part(key, value), WHO.get(key)
    if who is None or subject is None:
        return
    if subject is Subject.ACCOUNT:
        yield _named(Name(Kind.ACCOUNT, who), who)
    elif subject is Subject.ARN and value.count(":") >= 5:
        account = value.split(":", 5)[4]
        if account == who:
            yield _named(Name(Kind.ACCOUNT, who), who)
        if not set(value) & set("*?"):
            yield _named(name("AWS", value), value)
    elif subject is Subject.ORGANIZATION:
        known = _stranger() | {"aws:principalorgid": Fact(who, certain=True)}
        known |= {"aws:principalorgpaths": Fact(within=who, certain=True)}
        yield Caller(Class.ORGANIZATION, None, "", who, who, _facts(_without(known, Subject.OWN)))
    elif subject is Subject.OWN:
        known = _without(_stranger(), Subject.OWN) | {key: Fact(within=who, certain=True)}
        yield Caller(Class.OWN_ID, None, "", who, f"{key} {who}", _facts(known))
    elif subject is Subject.SERVICE:
        yield _named(Name(Kind.SERVICE, "", who), who)
    elif subject in SOURCES:
        known = _without(_service(NOBODY_NAMED), *SOURCES) | _source(who)
        known[key] = replace(known.get(key, Fact(within=who)), certain=True)
        yield Caller(Class.SOURCE, None, who, who, who, _facts(known))


def _source(who: str) -> Facts:
    if who.startswith("arn:"):
        return {"aws:sourcearn": Fact(who)}
    if who.startswith("o-"):
        return {"aws:sourceorgid": Fact(who), "aws:sourceorgpaths": Fact(within=who)}
    return _of(Subject.SOURCE_ACCOUNT, Fact(who)) | _of(Subject.SOURCE_ARN, Fact(within=who))


def _stranger() -> Facts:
    """A principal of whom no policy names anything: not an AWS service, of no account and no organization that one
    names."""
    known = dict.fromkeys(WHO, NOBODY_NAMED)
    for subject in (Subject.SERVICE, *SOURCES):
        known |= _of(subject, _NEVER)
    return _signed(known | _of(Subject.IS_SERVICE, _NO_SERVICE))


def _signed(known: Facts) -> Facts:
    """What a principal that is no service brings for certain, since it signs its requests."""
    return {key: replace(fact, certain=fact.certain or key in ALWAYS) for key, fact in known.items()}


def _service(service: Fact) -> Facts:
    """An AWS service that makes the request itself: it is of nobody's account."""
    known = dict.fromkeys(WHO, NOBODY_NAMED)
    known |= _of(Subject.ORGANIZATION, _NEVER)  # it is a member of none
    return known | _of(Subject.IS_SERVICE, _A_SERVICE) | _of(Subject.SERVICE, replace(service, certain=True))


def _of(subject: Subject, fact: Fact) -> Facts:
    return {key: fact for key, about in WHO.items() if about is subject}


def _without(known: Facts, *subjects: Subject) -> Facts:
    return {key: fact for key, fact in known.items() if WHO[key] not in subjects}


def _facts(known: Facts) -> tuple[tuple[str, Fact], ...]:
    return tuple(sorted(known.items(), key=lambda item: item[0]))
