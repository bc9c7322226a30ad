"""What an account grants, by trying every KMS action on a few keys with the naive evaluator (gate.iam.evaluate), which
shares no code with the algebra. What is full, and what is new of it: docs/semantics.md."""

from dataclasses import dataclass
from functools import cache

from gate.iam.evaluate import allowed
from gate.iam.kms import kms
from gate.iam.policy import Policy, parse
from scripts.proof.accounts.aws import Facts, Who, of

KEYS = tuple(f"arn:aws:kms:eu-west-1:111111111111:key/{name}" for name in ("any", "named-1", "named-2"))
POLICIES_OF_AWS = {
    "arn:aws:iam::aws:policy/AdministratorAccess": (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'
    ),
    "arn:aws:iam::aws:policy/AmazonSQSReadOnlyAccess": (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:Get*","Resource":"*"}]}'
    ),
}
_ACTIONS = tuple(name for i, name in enumerate(kms().actions) if not kms().unscoped >> i & 1)
_KINDS_OF_POWER = (
    {"Decrypt", "ReEncryptFrom"},
    {"PutKeyPolicy", "CreateGrant"},
    {"ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"},
)
_SENSITIVE = frozenset(
    {
        *("PutKeyPolicy", "CreateGrant", "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"),
        *("ReplicateKey", "Decrypt", "ReEncryptFrom", "UpdateAlias", "ImportKeyMaterial", "UpdatePrimaryRegion"),
        *("RevokeGrant", "DisconnectCustomKeyStore", "DeleteCustomKeyStore"),
    }
)


@dataclass(frozen=True)
class Power:
    """What a principal can do on each key: what its Allows and boundary give, Denies left aside, and what is left."""

    given: tuple[frozenset[str], ...]
    allowed: tuple[frozenset[str], ...]


@cache
def power(texts: frozenset[str], boundary: str | None) -> Power:
    """The power that documents give within a boundary."""
    policies = [parse(text) for text in sorted(texts)]
    allows = [_allows(policy) for policy in policies]
    bound = None if boundary is None else parse(boundary)
    return Power(*(_each_key(which, bound) for which in (allows, policies)))


def _each_key(policies: list[Policy], bound: Policy | None) -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(name for name in _ACTIONS if allowed(policies, bound, f"kms:{name}", key, frozenset()))
        for key in KEYS
    )


def _allows(policy: Policy) -> Policy:
    return Policy(tuple(one for one in policy.statements if one.effect == "Allow"), policy.unknown)


def is_full(actions: frozenset[str]) -> bool:
    """Whether actions on one key are full access to it."""
    return len(_ACTIONS) - len(actions) <= 2 or all(actions & kind for kind in _KINDS_OF_POWER)


@cache
def newly_full(before: Power, after: Power) -> bool:
    """Whether some key is newly one with full access."""
    for i in range(len(KEYS)):
        new = after.allowed[i] - before.allowed[i]
        if is_full(before.given[i]):
            new &= _SENSITIVE
        if new and is_full(after.given[i]) and after.allowed[i] & _SENSITIVE:
            return True
    return False


NONE = power(frozenset(), None)


def power_of(facts: Facts, who: Who) -> Power:
    """What a principal of an account can do."""
    if ("exists", who) not in facts:
        return NONE
    bound = [_text(facts, fact[2]) for fact in of(facts, "bounded", who)]
    return power(frozenset(_texts(facts, who)), bound[0] if bound else None)


def power_of_policy(facts: Facts, arn: str) -> Power:
    """What a managed policy gives to whoever it is attached to."""
    text = _text(facts, arn)
    return power(frozenset({text} if text else ()), None)


def _texts(facts: Facts, who: Who) -> list[str]:
    found = [fact[3] for fact in of(facts, "inline", who)]
    found += [_text(facts, fact[2]) for fact in of(facts, "attached", who)]
    accounts = {fact[1].split(":")[4] for fact in facts if fact[0] == "policy"}
    for fact in of(facts, "named", who):
        found += [_text(facts, f"arn:aws:iam::{account}:policy{fact[3]}{fact[2]}") for account in sorted(accounts)]
    for fact in of(facts, "member", who):
        found += _texts(facts, fact[2])
    return [text for text in found if text]


def _text(facts: Facts, arn: str) -> str:
    stored: str = next((fact[2] for fact in facts if fact[:2] == ("policy", arn)), POLICIES_OF_AWS.get(arn, ""))
    return stored


def principals(facts: Facts) -> set[Who]:
    """All principals of an account."""
    return {fact[1] for fact in facts if fact[0] == "exists"}
