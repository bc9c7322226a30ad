"""Whom a role's trust policy lets assume the role.

Within one account a trust policy that names a principal is enough; one that names the account leaves it to the
principal's own policies; another account's principal needs both
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html).
"""

import json
from collections.abc import Iterable
from enum import Enum, auto
from functools import lru_cache

from gate.holdings.documents import Document
from gate.holdings.identities import Identity
from gate.holdings.resource_types import ROLE, USER
from gate.iam.boxes import named
from gate.iam.conditions import Clause
from gate.iam.patterns import glob, matches
from gate.iam.policy import MalformedPolicy, Policy, Principals, Statement, parse
from gate.iam.principals import EVERYONE, Kind, Match, Name, name, names, speaks_of
from gate.unknown import OneOf, Value

_KINDS = {ROLE: Kind.ROLE, USER: Kind.USER}
_WRITTEN = ("stringequals", "stringequalsignorecase", "stringlike")
_ASSUMES = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")


class Trust(Enum):
    """What a trust policy says of a principal."""

    NO = auto()  # it may not assume the role
    LEAVES = auto()  # its own policies decide
    NAMES = auto()  # it may


def trust_of(document: Document | None, role: Identity, principal: Name | None, elsewhere: str | None = None) -> Trust:
    """What a role's trust policy says of a principal. One that is not known, or that the plan does not show, leaves it
    to the principal's own policies: who grants them on the role's name means it. `elsewhere` is the number of the
    account that the principal is of where that is not the role's, empty for any: its own policies decide there, be it
    named or not."""
    policy = trust_policy(document)
    if policy is None or policy.unknown:
        return Trust.LEAVES
    accounts = frozenset({role.number if elsewhere is None else elsewhere} - {""})
    own = frozenset({principal} if principal else ())
    whole = frozenset(Name(Kind.ACCOUNT, account) for account in accounts)
    best = Trust.NO
    for statement in policy.statements:
        if statement.principals is None or not may_assume(statement):
            continue
        sure = is_certain(statement)
        if statement.effect == "Deny":
            always = sure and not statement.conditions and not statement.conditions_unknown
            if always and speaks_of(statement.principals, own | whole, own | whole) is Match.YES:
                return Trust.NO
            continue
        listed = {each for each, _ in names(statement.principals)}
        named_here = bool(own & listed) and not statement.principals.negated
        if named_here and sure and speaks_of(statement.principals, own, own) is Match.YES:
            best = Trust.NAMES if elsewhere is None else Trust.LEAVES
        elif best is Trust.NO and (
            named_here
            or statement.principals.negated
            or statement.principals.unknown
            or EVERYONE in listed
            or any(
                each.account in accounts or not accounts for each in listed if _stands_for(each, principal, elsewhere)
            )
        ):
            best = Trust.LEAVES
    return best


def _stands_for(named_: Name, principal: Name | None, elsewhere: str | None) -> bool:
    """Whether who is named may be a principal if its account is the one: the whole account, or, of another account,
    anybody of it, where it is not known who the principal is."""
    is_somebody = named_.kind in _KINDS.values() and elsewhere is not None and principal is None
    return named_.kind is Kind.ACCOUNT or is_somebody


def trusts_service(document: Document | None, service: str) -> bool:
    """Whether a trust policy lets a service have the role; one that is not known does."""
    policy = trust_policy(document)
    if policy is None or policy.unknown:
        return True
    trusting = [s.principals for s in policy.statements if s.effect == "Allow" and s.principals is not None]
    return any(each.unknown or _names_service(each, service) for each in trusting)


def _names_service(principals: Principals, service: str) -> bool:
    own = frozenset({name("Service", service)})
    return speaks_of(principals, own, own) is not Match.NO


def admits_anchor(document: Document | None, anchor: str) -> bool:
    """Whether a role's trust policy lets IAM Roles Anywhere have the role for whoever has a certificate that a trust
    anchor takes; one that has no ARN yet is none that a policy can name. A condition may ask for others
    (https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html)."""
    return any(
        all(_may_be_source(clause, anchor) for clause in statement.conditions if clause.key == "aws:sourcearn")
        for statement in _allowing(document)
        if statement.principals and _names_service(statement.principals, "rolesanywhere.amazonaws.com")
    )


def _may_be_source(asked: Clause, arn: str) -> bool:
    """Whether an ARN may meet a condition; only one with ARNs, or patterns of some, tells that it does not."""
    told = asked.operator in (*_WRITTEN, "arnlike") and not any(set(one) & set("$(") for one in asked.values)
    patterns = [value for value in asked.values if arn or set(value) & set("*?")]
    return not told or any(not arn or matches(glob(value), arn) for value in patterns)


def providers_of(document: Document | None) -> set[str]:
    """The identity providers that a role's trust policy lets sign somebody in."""
    return {provider for statement in _allowing(document) for provider in _federated(statement)}


def admits_client(document: Document | None, provider: str, clients: Iterable[str]) -> bool:
    """Whether a role's trust policy may let somebody whom an identity provider signs in for one of some clients assume
    the role: a condition may ask for others
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html#condition-keys-wif)."""
    audience = f"{provider.partition('/')[2]}:aud".lower()
    return any(
        all(_may_be(clause, clients) for clause in statement.conditions if clause.key == audience)
        for statement in _allowing(document)
        if provider in _federated(statement)
    )


def _may_be(asked: Clause, clients: Iterable[str]) -> bool:
    """Whether one of some clients may meet a condition; only one with texts alone tells that none does."""
    written = asked.operator in _WRITTEN and not any(set(value) & set("*?$") for value in asked.values)
    return not written or not {value.lower() for value in asked.values}.isdisjoint(map(str.lower, clients))


def _allowing(document: Document | None) -> list[Statement]:
    policy = trust_policy(document)
    return [one for one in (policy.statements if policy else ()) if one.effect != "Deny" and may_assume(one)]


def _federated(statement: Statement) -> set[str]:
    return (
        {text for kind, text in statement.principals.values if kind == "Federated"} if statement.principals else set()
    )


def may_assume(statement: Statement) -> bool:
    """Whether a statement speaks of assuming the role, as far as that is known."""
    action = statement.action
    return bool(action.unknown and not action.negated) or _assumes(action.values, negated=action.negated)


def is_certain(statement: Statement) -> bool:
    """Whether a statement is there, and known but for whom it names and under which condition."""
    action = statement.action
    told = not action.unknown or (not action.negated and _assumes(action.values, negated=False))
    return statement.certain and statement.effect is not None and told


@lru_cache(maxsize=1024)
def _assumes(values: tuple[str, ...], *, negated: bool) -> bool:
    found = any(named(value, "sts", _ASSUMES) for value in values)
    return not found if negated else found


def own_name(kind: str, account: str, called: str) -> Name | None:
    """A role or user as trust policies name it; None for what no trust policy can name."""
    return Name(_KINDS[kind], account, called) if kind in _KINDS and account else None


def trust_policy(document: Document | None) -> Policy | None:
    """The trust policy of a document, None where there is none that can be read."""
    if document is None or document.content is None:
        return None
    return _of_text(document.content) if isinstance(document.content, str) else _of_value(document.content)


@lru_cache(maxsize=1024)
def _of_text(text: str) -> Policy | None:
    try:
        return _of_value(json.loads(text))
    except (ValueError, RecursionError):  # no JSON, or nested too deeply
        return None


def _of_value(value: Value) -> Policy | None:
    """A trust policy names no resource: it is that of the role."""
    try:
        return parse(_on_role(value), of_key=True)
    except MalformedPolicy:
        return None


def _on_role(value: Value) -> Value:
    """A document, or statements of one, with the resource that no trust policy names."""
    if isinstance(value, OneOf):
        return OneOf(tuple(map(_on_role, value.alternatives)))
    if isinstance(value, list):
        return list(map(_on_role, value))
    if not isinstance(value, dict):
        return value
    if "Statement" in value:
        return {**value, "Statement": _on_role(value["Statement"])}
    return {"Resource": "*", **value}
