"""after - before of a role's trust policy: whom it newly lets become the role.

Asked for each class of principals that no statement tells apart, as of a key policy: what the trust policy says to one
class is compared by the algebra, conditions and Denies counted.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum, auto

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document
from gate.holdings.identities import Identity
from gate.holdings.inventory import HeldDocument
from gate.iam import access, escalation, narrowed
from gate.iam.bits import union
from gate.iam.boxes import boxes
from gate.iam.callers import Caller, Class, asking_for_roles, projected
from gate.iam.clause_tests import taken_apart
from gate.iam.conditions import Clause, Guard
from gate.iam.guards import Access
from gate.iam.patterns import MANY, Budget, OutOfBudget
from gate.iam.policy import Policy, Principals, Statement
from gate.iam.principals import EVERYONE, Kind, Match, Name, speaks_of
from gate.iam.undecided import texts
from gate.iam.who import WHO, part
from gate.new_access.becoming_targets import Key
from gate.new_access.circles import Circle, kind_of, label_in_words, label_of
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import BUDGET, LEAST
from gate.new_access.powerful import Powerful
from gate.new_access.trust import is_certain, may_assume, trust_policy
from gate.text.sentences import NO_WORDS, Label, as_label, named_arn

_ANYBODY = frozenset({Name(Kind.OTHER, "", "(somebody whom nothing names)")})
_LIKE, _OF_ADDRESSES = ("stringlike", "arnlike", "arnequals"), "ipaddress"
# Of the condition keys of AWS, besides those that say who: what a stranger has to know, and from where it may come. The
# rest (tags of its own, MFA, its session's name, TLS, the region) it chooses; claims of identity providers are theirs.
_OF_AWS = ("aws:", "sts:")
_KEPT_FROM_STRANGERS = frozenset(
    {
        "aws:ec2instancesourcevpc", "aws:sourceip", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths",
        "aws:vpcsourceip", "sts:externalid",
    }
)  # fmt: skip
_NOT_LOOKED_AT = (Class.SERVICES, Class.SOURCE)  # no trust policy lets every service in, or one by a condition alone


class How(Enum):
    """Why somebody may newly become a role."""

    NAMED = auto()  # nothing let them before
    RELEASED = auto()  # something held them back before, a condition or a Deny
    HIDDEN = auto()  # whom the trust policy lets can't be told
    POSSIBLE = auto()  # they are one of several of whom it will name one


class LetIn(msgspec.Struct, frozen=True, gc=False):
    """One class of principals, None where it can't be told who, and why it is new. `is_open`: everyone, under no
    condition that asks for anything. `is_asked`: every statement that lets them in has a condition."""

    how: How
    caller: Caller | None = None
    is_open: bool = False
    is_asked: bool = False

    @property
    def name(self) -> Name:
        """Its name; everyone's where it has none, or may be anybody's."""
        caller = self.caller
        return caller.named if caller and caller.named and caller.kind is not Class.EVERYONE else EVERYONE


class Entrance(msgspec.Struct, frozen=True, gc=False):
    """Somebody whom the trust policy of a role with full access newly lets become it; `who` has no words where that
    can't be told. `former` is the trust policy before the change. `kind` is that of whom it names: a service stands for
    whoever hands it the role, a provider for whom it signs in. `is_open`: everyone, under no condition that asks for
    anything. `is_asked`: every statement that lets them in has a condition. `unseen` is a policy of the role that
    nobody sees, where nothing else gives it full access. `of_some`: the role has full access to some keys, or under a
    condition, alone."""

    former: Document | None
    document: Document
    role: Label
    who: Label
    how: How
    kind: Kind
    is_open: bool = False
    is_asked: bool = False
    unseen: str = ""
    of_some: bool = False


_UNTOLD = LetIn(How.HIDDEN)


def entrances(
    roles: Sequence[tuple[Identity, Introduced]],
    holders: Mapping[Key, Introduced],
    powerful: Powerful,
    whole: Budget,
) -> Iterator[Entrance]:
    """Who is let in newly to one of these roles, which had full access or may have it. Whoever has all that the role
    has gains nothing."""
    for role, one in roles:
        document = role.trust_after
        if document is None:
            continue
        share = max(min(BUDGET, whole.steps), LEAST)
        budget = Budget(share)
        former = _former_trust(role, one, roles)
        for each in let_in(former, document, budget):
            name = each.name
            known = holders.get((name.kind.value, role.account, name.value)) if name.account == role.number else None
            if known is None or not powerful.gains_nothing(known, one):
                who = known.holder.label if known else _called(each)
                yield Entrance(
                    former,
                    document,
                    one.holder.label,
                    who,
                    each.how,
                    name.kind,
                    each.is_open,
                    each.is_asked,
                    of_some=powerful.of_some(one),
                )
        whole.steps -= share - max(budget.steps, 0)


def open_to_everyone(
    roles: Sequence[tuple[Identity, Introduced]],
    holders: Mapping[Key, Introduced],
    powerful: Powerful,
    whole: Budget,
) -> Iterator[Entrance]:
    """Roles that everyone is newly let become, with a policy before and after which nobody sees and may be full."""
    unseen = {role.address: _unseen(one.holder.after) & _unseen(one.holder.before) for role, one in roles}
    for entrance in entrances([each for each in roles if unseen[each[0].address]], holders, powerful, whole):
        if entrance.is_open:
            yield replace(entrance, is_open=False, unseen=min(unseen[entrance.document.place.address]))


def _unseen(documents: Iterable[HeldDocument]) -> set[str]:
    return {held.document.place.address for held in documents if held.document.content is None}


def _former_trust(role: Identity, holder: Introduced, roles: Iterable[tuple[Identity, Introduced]]) -> Document | None:
    """A role's trust policy before the change, at whichever address the role was then."""
    gone = (each.trust_before for each, one in roles if one is holder and each.trust_after is None)
    return role.trust_before or next((document for document in gone if document is not None), None)


def _called(one: LetIn) -> Label:
    """What people call whom a trust policy names, or means by a condition; a principal whose name is known only after
    apply by its address."""
    caller = one.caller
    if caller is None:
        return as_label(NO_WORDS)
    kind = kind_of(one.name)
    if kind and one.name.value.startswith("("):
        return Label(f"{kind} {one.name.value}", kind, kind, caller.text)
    if one.name.kind is Kind.PROVIDER:
        words = label_of(caller, Circle.ELSEWHERE)
        return Label(words, words.alike, "", caller.text)
    if caller.kind is Class.NAMED and one.name.kind not in (Kind.ACCOUNT, Kind.SERVICE):
        return label_in_words(caller) or as_label(named_arn(caller.text))
    return label_of(caller, Circle.ELSEWHERE)


def let_in(before: Document | None, after: Document | None, budget: Budget) -> Iterator[LetIn]:
    """Whom a role's trust policy newly lets assume the role.

    Whom the account as a whole stood for is not new: its own policies decided, and naming it is how people narrow.
    """
    was, will = trust_policy(before), trust_policy(after)
    if was is None or was.unknown or after is None or was == will:
        return
    if will is None:
        yield _UNTOLD
        return
    lasting = [one for one in was.statements if is_certain(one) or one in will.statements]
    told = [one for one in will.statements if one in was.statements or not _lets_anybody(one)]
    untold = [one for one in will.statements if one not in told]
    former = Policy(tuple(lasting))
    try:
        possible = _compared(former, Policy((*told, *map(_with_all, untold))), budget) if untold else ()
        if everyone := next((one for one in possible if one.is_open), None):
            yield replace(everyone, how=How.POSSIBLE)
            return  # whoever else is let in is one of them
        if will.unknown or untold:
            yield replace(_UNTOLD, is_asked=not will.unknown and all(map(_has_condition, untold)))
        yield from _compared(former, Policy(tuple(told)), budget)
    except OutOfBudget:
        yield _UNTOLD


def _compared(was: Policy, will: Policy, budget: Budget) -> Iterator[LetIn]:
    for caller in asking_for_roles([will, was]):
        if caller.kind in _NOT_LOOKED_AT:
            continue
        former, planned = (_said(policy, caller) for policy in (was, will))
        if not access.widened(former, planned):
            continue
        cells = access.cells_of_one_action(former, planned, MANY, ["*"], budget)
        news = [(cell.guard, new) for cell in cells if (new := cell.after.allowed & ~cell.before.allowed)]
        if news:
            kept = union(box.actions for box in planned.denies if _keeps_strangers_out(box.guard))
            free = [guard for guard, new in news if new & ~kept] if caller.kind is Class.EVERYONE else []
            is_open = any(all(map(_asks_nothing, guard)) for guard in free)
            how = How.RELEASED if former.allows else How.NAMED
            yield LetIn(how, caller, is_open, _is_asked(will, caller))
            if is_open:
                return  # whoever else is let in is one of them


def _keeps_strangers_out(denied: Guard) -> bool:
    """Whether a Deny is of everybody but who meets what a stranger can't: it says the same as an Allow under that."""
    if len(denied) != 1:
        return False
    (clause,) = denied
    test = taken_apart(clause)
    if test.how is None or not test.how.negated or test.quantifier:
        return False
    return not _asks_nothing(replace(clause, operator=clause.operator.removesuffix("ifexists").replace("not", "")))


def _asks_nothing(clause: Clause) -> bool:
    """Whether a condition keeps nobody out: it holds without its key, or by what a stranger chooses or has anyway."""
    if clause.operator == "null" or taken_apart(clause).holds_lacking:
        return True
    if clause.key in WHO:
        return any(part(clause.key, value) is None for value in clause.values)
    chosen = clause.key.startswith(_OF_AWS) and clause.key not in _KEPT_FROM_STRANGERS
    return chosen or any(_is_anything(clause.operator, value) for value in clause.values)


def _is_anything(operator: str, value: str) -> bool:
    """Whether a value of a condition is met by whatever a request brings."""
    comparison = operator.rpartition(":")[2]
    every = value.endswith("/0") if comparison == _OF_ADDRESSES else comparison in _LIKE and not value.strip("*?")
    return every or "${" in value


def _is_asked(policy: Policy, caller: Caller) -> bool:
    """Whether every statement that lets a class in has a condition, be it one on who they are."""
    allowing = [one for one in policy.statements if one.effect != "Deny" and may_assume(one)]
    speaking = [one for one in allowing if projected(Policy((one,)), caller, foreign=True).statements]
    return all(map(_has_condition, speaking))


def _has_condition(statement: Statement) -> bool:
    return bool(statement.conditions or statement.conditions_unknown)


def _said(policy: Policy, caller: Caller) -> Access:
    """What a trust policy says to a class, as far as it can use it: who has credentials of AWS assumes a role in one
    way. Who signs in with an identity provider does it in another, for which any action that is allowed is taken."""
    service = escalation.assuming()
    signs_in = caller.named is not None and caller.named.kind is Kind.PROVIDER
    plain = service.chosen(("sts:AssumeRole",))
    usable = service.all_actions() if caller.kind is Class.EVERYONE else plain
    usable = service.all_actions() & ~plain if signs_in else usable
    allows, denies = boxes(projected(policy, caller, foreign=True), service, None, worst=True)
    if signs_in:
        allows = tuple(replace(box, actions=usable) for box in allows)
    return narrowed.only(Access(allows, denies), usable)


def _with_all(statement: Statement) -> Statement:
    """A statement that names everybody of whom it will name one; what is not known at all is nobody."""
    principals = statement.principals
    if principals is None or principals.negated:
        return statement
    told = [(kind, text) for kind, hole in principals.unknown for text in texts(hole)]
    return replace(statement, principals=Principals((*principals.values, *told), negated=False))


def _lets_anybody(statement: Statement) -> bool:
    """Whether a statement may let in anybody at all, for what is unknown of whom it names."""
    principals = statement.principals
    if statement.effect == "Deny" or principals is None or not principals.unknown or not may_assume(statement):
        return False
    return speaks_of(principals, _ANYBODY, _ANYBODY) is Match.MAYBE
