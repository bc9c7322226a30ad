"""What a class of principals is to the account of a key, and what people call it."""

from collections.abc import Container, Iterable
from enum import Enum, auto

from msgspec.structs import replace

from gate.holdings.keys import Key
from gate.iam.boxes import boxes
from gate.iam.callers import Caller, Class, callers, projected
from gate.iam.guards import actions_of
from gate.iam.policy import Element, Policy, Statement
from gate.iam.principals import Kind, Name
from gate.iam.service import Service
from gate.text.sentences import Label, PrincipalKind, Sentence, as_label, named_arn, sentence

_ACCOUNT_OF = "(account of "  # gate.holdings.principal_arns.named
_KINDS: dict[Kind, PrincipalKind] = {Kind.ROLE: "role", Kind.USER: "user"}


class Circle(Enum):
    """How far a class of principals is from the account of the key."""

    EVERYONE = auto()
    ELSEWHERE = auto()  # somebody who is not proven to be of the key's own account
    WITHIN = auto()  # a principal of the key's own account, or an AWS service
    ACCOUNT = auto()  # the key's own account, whose policies decide


def settled(key: Key, policies: Iterable[Policy], service: Service) -> Key:
    """A key with its own account, if a policy that it may get proves it.

    AWS refuses a policy by which whoever puts it may not put another one, and that is always somebody of the key's own
    account (https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html).
    """
    if key.proven or key.locks_out:
        return key
    own = {account for policy in policies for account in [_only_account(policy, service)] if account.isdigit()}
    return replace(key, own=key.own | own, proven=True) if len(own) == 1 else key


def _only_account(policy: Policy, service: Service) -> str:
    """The one account of all to whom a policy lets its key's policy be put; empty where there is no such one."""
    accounts = {caller.account for caller in callers([policy]) if may_put(policy, caller, service)}
    return accounts.pop() if len(accounts) == 1 and not policy.unknown else ""


def may_put(policy: Policy, caller: Caller, service: Service) -> bool:
    """Whether an Allow of a key policy lets a class of principals put another one, as far as that is known."""
    put = 1 << service.actions.index("PutKeyPolicy")
    said = projected(policy, caller, foreign=True).statements
    return any(one.effect != "Deny" and allows(one, put, service) for one in said)


def circle_of(key: Key, caller: Caller) -> tuple[Circle, bool]:
    """What a class is to the account of a key, and whether it may be of that account for all that is proven."""
    if caller.kind is Class.EVERYONE:
        return Circle.EVERYONE, False
    if caller.named is not None and caller.named.kind is Kind.SERVICE and "*" not in caller.named.value:
        return Circle.WITHIN, False
    if caller.account and caller.account in key.own:
        is_account = caller.kind is Class.SOURCE or (caller.named is not None and caller.named.kind is Kind.ACCOUNT)
        return (Circle.ACCOUNT if is_account else Circle.WITHIN), False
    unproven = bool(caller.account) and not (key.proven and caller.account.isdigit())
    return Circle.ELSEWHERE, unproven


def label_of(caller: Caller, circle: Circle, *, hidden: bool = False) -> Label:
    """What people call a class of principals; `hidden`: whom the policies name is not to be shown.

    Roles and users of the key's own account have names, and so have ARNs; an account, an organization and everyone are
    who they are.
    """
    named = caller.named
    kind = kind_of(named) if named and circle is Circle.WITHIN and not hidden else ""
    if named is not None and kind:
        return Label(f"{kind} {named.value}", kind, kind)
    in_words = None if hidden else label_in_words(caller)
    return in_words or as_label(_called(caller, circle, hidden=hidden))


def label_in_words(caller: Caller) -> Label | None:
    """What people call a role, user or account of which the name, or the account, is known only after apply, in the
    place of an ARN with what stands for it; None for anybody else. Waivers are bound to the ARN."""
    named = caller.named
    if named is None or "(" not in (named.account[:1], named.value[:1]):
        return None
    whose = f"the {named.account[1:-1]}" if named.account.startswith(_ACCOUNT_OF) else f"account {named.account}"
    if named.kind is Kind.ACCOUNT:
        return Label(whose, whose, "", f"account {named.account}")
    kind = kind_of(named)
    return Label(f"{kind} {named.value} of {whose}", f"{kind} of {whose}", kind, caller.text) if kind else None


def kind_of(name: Name) -> PrincipalKind:
    """The kind of a principal that is called by its name; a session is called by its ARN."""
    return _KINDS.get(name.kind, "")


def _called(caller: Caller, circle: Circle, *, hidden: bool) -> Sentence:
    """What people call whoever is no role or user of the key's own account."""
    named = caller.named
    if caller.kind is Class.EVERYONE:
        return sentence("everyone")
    if caller.kind is Class.SERVICES:
        return sentence("every AWS service")
    if hidden:
        return sentence("somebody whom the plan marks as sensitive")
    if named is None:
        words = {Class.SOURCE: "AWS services for", Class.ORGANIZATION: "organization"}.get(caller.kind)
        return sentence("{} {}", words, named_arn(caller.value)) if words else sentence("whoever has {}", caller.text)
    if named.kind is Kind.ACCOUNT:
        return sentence("account {}", named.account)
    is_within = circle is Circle.WITHIN and named.kind is not Kind.OTHER
    if is_within or named.kind in (Kind.SERVICE, Kind.PROVIDER, Kind.CANONICAL):
        return sentence("{} {}", named.kind.value, named_arn(named.value))
    return named_arn(caller.text)


def allows(statement: Statement, actions: int, service: Service) -> bool:
    """Whether a statement speaks of some of a set of actions."""
    allowed, denied = boxes(Policy((statement,)), service, None, worst=True)
    return bool(actions_of((*allowed, *denied)) & actions)


def succeeding_to(key: Key, former: Key) -> Key:
    """A created key in the place of one that is deleted, as if it were that one."""
    return replace(key, before=former.before, grants_before=former.grants_before, arns_before=former.arns_before)


def on_itself(policy: Policy, arns: Container[str]) -> Policy:
    """The policy of a key, which is of that key alone: its ARN in a Resource means what `*` does there."""

    def is_named(one: Statement) -> bool:
        return not one.resource.negated and any(name in arns for name in one.resource.values)

    if not any(map(is_named, policy.statements)):
        return policy
    every = Element(("*",), negated=False)
    return replace(
        policy, statements=tuple(replace(s, resource=every) if is_named(s) else s for s in policy.statements)
    )
