"""What the actions of the ways to become somebody else (gate.iam.ways) are worth: as bit sets, and under conditions."""

from collections.abc import Iterable
from functools import cache

from gate.iam.conditions import Clause, Guard
from gate.iam.guards import Box
from gate.iam.managed_policies import ManagedPolicies
from gate.iam.needs import Needs
from gate.iam.patterns import glob, matches
from gate.iam.service import Service, Words
from gate.iam.ways import WAYS, Gain, Way
from gate.iam.who import Facts, holds

# What AWS-managed policies say of IAM that hand out no KMS action themselves
# (https://docs.aws.amazon.com/aws-managed-policy/latest/reference/IAMFullAccess.html).
AWS_MANAGED = {"IAMFullAccess": {"Effect": "Allow", "Action": ["iam:*"], "Resource": "*"}}

_FULL = tuple(f"arn:aws:iam::aws:policy/{name}" for name in ("AdministratorAccess", "PowerUserAccess", "IAMFullAccess"))
_ATTACHES = ("iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy")
_BOUNDED = (
    "iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:PutUserPolicy", "iam:AttachUserPolicy",
    "iam:PutRolePermissionsBoundary", "iam:PutUserPermissionsBoundary",
)  # fmt: skip
# Condition keys that say which policies may be attached, and within which boundary a policy may be written
# (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html).
BOUNDARY_KEY, POLICY_KEY = "iam:PermissionsBoundary", "iam:PolicyARN"
_KEYS = ((POLICY_KEY.lower(), _ATTACHES), (BOUNDARY_KEY.lower(), _BOUNDED))
_TEXTS = ("stringequals", "stringlike", "arnequals", "arnlike", "stringequalsignorecase")
_OTHERS = ("stringnotequals", "stringnotlike", "arnnotequals", "arnnotlike", "stringnotequalsignorecase")


def can_be_bounded(names: Iterable[str]) -> bool:
    """Whether the condition key that tells a permissions boundary limits every one of some actions."""
    return set(names) <= set(_BOUNDED)


@cache
def ways(gain: Gain, kind: str) -> tuple[Way, ...]:
    """The rows of one gain that lead to principals, or policies, of one kind."""
    return tuple(way for way in WAYS if (way.gain, way.kind) == (gain, kind))


@cache
def actions() -> tuple[str, ...]:
    """Every action of the table; a set of them is a bit set over this order, one service after the other."""
    listed = dict.fromkeys(action for way in WAYS for action in way.actions)
    return tuple(sorted(listed, key=lambda action: action.partition(":")[0]))


@cache
def services() -> tuple[tuple[int, Service], ...]:
    """A service of the table's actions alone for each prefix, and the position of its first action."""
    found: dict[str, list[str]] = {}
    for action in actions():
        prefix, _, name = action.partition(":")
        found.setdefault(prefix, []).append(name)
    offset, result = 0, []
    for prefix, names in found.items():
        result.append((offset, _service(prefix, tuple(names))))
        offset += len(names)
    return tuple(result)


@cache
def assuming() -> Service:
    """The actions by which somebody assumes a role, as a service of their own.
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_manage-assume.html"""
    return _service("sts", ("AssumeRole", "AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"))


def _service(prefix: str, names: tuple[str, ...]) -> Service:
    nothing = ManagedPolicies("")  # their documents are in the plan's holdings already
    return Service(prefix, names, 0, (), 0, (), "", (), (), Words(prefix, "", "", "", ()), nothing, Needs(""))


@cache
def bits(names: tuple[str, ...]) -> int:
    """The bit set of some actions of the table."""
    return sum(1 << actions().index(name) for name in names)


def held_back(guard: Guard, denies: Iterable[Box]) -> int:
    """The actions by which only some policies can be attached, or written within a boundary, while `guard` holds."""
    only = [box for box in denies if len(box.guard) == 1]
    total = 0
    for key, names in _KEYS:
        if any(_names_some(clause, _TEXTS) for clause in guard if clause.key == key):
            total |= bits(names)
        for box in only:
            if any(_names_some(clause, _OTHERS) for clause in box.guard if clause.key == key):
                total |= bits(names) & box.actions
    return total


def _names_some(clause: Clause, operators: tuple[str, ...]) -> bool:
    """Whether a clause names policies of which none hands out everything."""
    operator, values = clause.operator, clause.values
    if operator.removesuffix("ifexists") not in operators or (operators is _TEXTS and operator.endswith("ifexists")):
        return False
    return bool(values) and not any("${" in value or matches(glob(value), full) for value in values for full in _FULL)


def may_be(action: str, facts: Facts, guard: Guard, denies: Iterable[Box]) -> bool:
    """Whether an action that is allowed while `guard` holds, but for `denies`, may be done in a request of which some
    keys are known."""
    bit = bits((action,))
    denying = (box.guard for box in denies if box.guard and box.actions & bit)
    return not any(holds(clause, facts) is False for clause in guard) and not any(
        all(clause in guard or holds(clause, facts) for clause in denied) for denied in denying
    )


def passes_to(guard: Guard, denies: Iterable[Box], service: str) -> bool:
    """Whether a role may be passed to a service while `guard` holds, as far as iam:PassedToService says. A policy
    variable in its value may hold any service."""
    alone = [clause for box in denies if len(box.guard) == 1 for clause in box.guard]
    asked = [clause for clause in guard if clause.operator.removesuffix("ifexists") in _TEXTS]
    asked += [clause for clause in alone if clause.operator.removesuffix("ifexists") in _OTHERS]
    named = [clause.values for clause in asked if clause.key == "iam:passedtoservice"]
    return all(any("${" in value or matches(glob(value.lower()), service) for value in values) for values in named)
