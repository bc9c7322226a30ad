"""Whom a role's trust policy lets assume the role.

Within one account a trust policy that names a principal is enough; one that names the account leaves it to the
principal's own policies; another account's principal needs both
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html).
"""

import json
from collections.abc import Iterator
from enum import Enum
from functools import lru_cache

from gate.holdings.documents import Document
from gate.holdings.identities import Identity
from gate.holdings.resource_types import ROLE, USER
from gate.iam import escalation
from gate.iam.boxes import named
from gate.iam.policy import MalformedPolicy, Policy, parse
from gate.iam.principals import EVERYONE, Kind, Match, Name, name, names, speaks_of
from gate.unknown import Value

_KINDS = {ROLE: Kind.ROLE, USER: Kind.USER}
_ASSUMES = ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity")
_SERVICE = {each.prefix: each for _, each in escalation.services()}


class Trust(Enum):
    """What a trust policy says of a principal."""

    NO = "it may not assume the role"
    LEAVES = "its own policies decide"
    NAMES = "it may"


def trust_of(document: Document | None, role: Identity, principal: Name | None) -> Trust:
    """What a role's trust policy says of a principal. One that is not known, or that the plan does not show, leaves it
    to the principal's own policies: who grants them on the role's name means it."""
    policy = trust_policy(document)
    if policy is None or policy.unknown:
        return Trust.LEAVES
    accounts = _accounts(role)
    own = frozenset({principal} if principal else ())
    whole = frozenset(Name(Kind.ACCOUNT, account) for account in accounts)
    best = Trust.NO
    for statement in policy.statements:
        if statement.principals is None or not _assumes(statement.action.values, negated=statement.action.negated):
            continue
        if statement.effect == "Deny":
            stops = not statement.conditions and speaks_of(statement.principals, own | whole, own | whole) is Match.YES
            if stops:
                return Trust.NO
            continue
        listed = {each for each, _ in names(statement.principals)}
        if own & listed and not statement.principals.negated:
            best = Trust.NAMES
        elif best is Trust.NO and (
            statement.principals.negated
            or statement.principals.unknown
            or EVERYONE in listed
            or any(each.kind is Kind.ACCOUNT and (not accounts or each.account in accounts) for each in listed)
        ):
            best = Trust.LEAVES
    return best


def trusts_service(document: Document | None, service: str) -> bool:
    """Whether a trust policy lets a service have the role; one that is not known does."""
    policy = trust_policy(document)
    if policy is None or policy.unknown:
        return True
    own = frozenset({name("Service", service)})
    trusting = [s.principals for s in policy.statements if s.effect == "Allow" and s.principals is not None]
    return any(each.unknown or speaks_of(each, own, own) is not Match.NO for each in trusting)


def let_in(role: Identity) -> Iterator[tuple[Name, str]]:
    """The principals that a role's trust policy newly lets assume it, services left out, with what names them.

    Whom the account as a whole stood for is not new: its own policies decided, and naming it is how people narrow.
    """
    was, will = trust_policy(role.trust_before), trust_policy(role.trust_after)
    if was is None or will is None or was.unknown or will.unknown:
        return
    before = {each for each, _ in _named(was)}
    if EVERYONE in before:
        return
    for each, text in dict.fromkeys(_named(will)):
        if each not in before and each.kind is not Kind.SERVICE and Name(Kind.ACCOUNT, each.account) not in before:
            yield each, text


def _named(policy: Policy) -> Iterator[tuple[Name, str]]:
    for statement in policy.statements:
        principals = statement.principals
        if (
            statement.effect == "Allow"
            and principals
            and _assumes(statement.action.values, negated=statement.action.negated)
        ):
            yield from ((EVERYONE, "*"),) if principals.negated else names(principals)


def _accounts(role: Identity) -> frozenset[str]:
    return frozenset({role.number} - {""})


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
    except json.JSONDecodeError:
        return None


def _of_value(value: Value) -> Policy | None:
    """A trust policy names no resource: it is that of the role."""
    if isinstance(value, dict) and isinstance(value.get("Statement"), (list, dict)):
        listed = value["Statement"] if isinstance(value["Statement"], list) else [value["Statement"]]
        value = {**value, "Statement": [{"Resource": "*", **s} if isinstance(s, dict) else s for s in listed]}
    try:
        return parse(value, of_key=True)
    except MalformedPolicy:
        return None
