"""after - before of what a holder may do, by its own tags or name, or by those of a key, that a plan changes.

The policies say the same, and a condition comes true: `aws:PrincipalTag/...`, `aws:PrincipalArn`, `aws:ResourceTag/...`
(https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html).
"""

from collections.abc import Iterable, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Place
from gate.holdings.holders import Holder
from gate.holdings.identities import Identity
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import POLICY
from gate.holdings.tags import About, TagChange, Tags
from gate.iam.condition_keys import KEY_ALIAS, KEY_TAG, PRINCIPAL_ARN, PRINCIPAL_TAG, USER_NAME
from gate.iam.patterns import glob, matches
from gate.iam.policy import Policy, Statement
from gate.iam.who import Fact, Facts, holds
from gate.new_access.becoming_targets import key_of, keys_of
from gate.new_access.grants import Introduced
from gate.new_access.inquiry import Inquiry
from gate.new_access.introduced import introduced
from gate.new_access.policies import PlanDocuments, policy_in, policy_of
from gate.text.sentences import Label

_ASKED = {
    About.PRINCIPAL: PRINCIPAL_TAG,
    About.NAME: USER_NAME,
    About.ARN: PRINCIPAL_ARN,
    About.KEY: KEY_TAG,
    About.ALIAS: KEY_ALIAS,
}


class Tagged(msgspec.Struct, frozen=True, gc=False):
    """Somebody who newly has full access by tags, whose names these are, `about` itself or the key at the place; a name
    or an alias at the place has none here."""

    about: About
    place: Place
    who: Label
    names: tuple[str, ...]


def tagged(
    found: Sequence[Introduced], changes: Iterable[TagChange], named: Iterable[Identity], inquiry: Inquiry
) -> Iterator[Tagged]:
    """Everybody who has; a managed policy by itself only where the plan shows nobody. Raises Unconfirmed."""
    holders = {key_of(one.holder): one for one in found}
    at = {one.address: holders[key] for one in named for key in keys_of(one) if key in holders}
    for change in changes:
        asked, is_own = _ASKED[change.about], change.about not in (About.KEY, About.ALIAS)
        own = found if not is_own else [at[change.address]] if change.address in at else []
        place = Place(change.address, change.attribute)
        told = [
            (one.holder, Tagged(change.about, place, one.holder.label, names))
            for one in own
            if not one.combined
            and (names := _names(one, asked, change))
            and _is_newly_full(one, asked, change, inquiry)
        ]
        has_principals = any(holder.principal.kind != POLICY for holder, _ in told)
        yield from (each for holder, each in told if not has_principals or holder.principal.kind != POLICY)


def _policies(documents: Iterable[HeldDocument]) -> list[tuple[HeldDocument, Policy]]:
    held = (held for held in documents if held.document.content is not None)
    return [(each, policy_of(each, [], set())) for each in held]


def _names(one: Introduced, asked: str, change: TagChange) -> tuple[str, ...]:
    """The tags that a holder's policies ask for and that may change, as they are written there."""
    bounding = _bounding(one.holder)
    policies = [*(policy for _, policy in _policies(one.holder.after)), *([bounding] if bounding else [])]
    clauses = [clause for policy in policies for each in policy.statements for clause in each.conditions]
    found = {
        clause.spelled[-1].partition("/")[2] if clause.spelled else clause.key.removeprefix(asked)
        for clause in clauses
        if clause.key.startswith(asked) and change.concerns(clause.key.removeprefix(asked))
    }
    return tuple(sorted(found))


def _is_newly_full(one: Introduced, asked: str, change: TagChange, inquiry: Inquiry) -> bool:
    """Whether what a holder has with the tags after the change would be new, of what stays as it is otherwise."""
    was, will = (
        tuple(
            replace(held, document=replace(held.document, content=_decided(policy, asked, tags, change.arn)))
            for held, policy in _policies(documents)
        )
        for documents, tags in ((one.holder.before, change.before), (one.holder.after, change.after))
    )
    documents = PlanDocuments(
        {held.document.place: held.document for held in was}, {held.document.place: held.document for held in will}
    )
    bounds = _bounds(one.holder, asked, change)
    holder = replace(one.holder, before=was, after=will, boundary_before=bounds[0], boundary_after=bounds[1])
    return bool(introduced(holder, Inquiry(inquiry.service, documents, inquiry.work)).grants)


def _bounding(holder: Holder) -> Policy | None:
    """What the permissions boundary of a holder says after the change, where it can be seen."""
    boundary = holder.boundary_after
    policy = None if boundary is None or boundary.document.content is None else policy_in(boundary.document)
    return policy if isinstance(policy, Policy) else None


def _bounds(holder: Holder, asked: str, change: TagChange) -> tuple[Boundary | None, Boundary | None]:
    """The permissions boundary of a holder as it says with the tags before, and after the change."""
    boundary, policy = holder.boundary_after, _bounding(holder)
    if boundary is None or policy is None:
        return boundary, boundary
    was, will = (_decided(policy, asked, tags, change.arn) for tags in (change.before, change.after))
    documents = (replace(boundary.document, content=content) for content in (was, will))
    before, after = (replace(boundary, document=document) for document in documents)
    return before, after


def _decided(policy: Policy, asked: str, tags: Tags, arn: str) -> Policy:
    """What a policy says to who has these tags, or of the key at an ARN that has them."""
    kept = (_left(statement, asked, tags) for statement in policy.statements if not arn or _reaches(statement, arn))
    return replace(policy, statements=tuple(statement for statement in kept if statement is not None))


def _left(statement: Statement, asked: str, tags: Tags) -> Statement | None:
    """A statement without the conditions that the tags meet, None where they do not meet one."""
    left = []
    for clause in statement.conditions:
        own = clause.key.startswith(asked)
        held = holds(clause, _facts(clause.key, tags.known.get(clause.key.removeprefix(asked)), tags)) if own else None
        if held is False:
            return None
        left += [] if held else [clause]
    return replace(statement, conditions=tuple(left))


def _facts(key: str, value: object, tags: Tags) -> Facts:
    """What a request brings of a tag, as far as it is known."""
    if isinstance(value, str):
        return {key: Fact(str.__str__(value), certain=True)}
    return {} if tags.open or value is not None else {key: Fact(never=True)}


def _reaches(statement: Statement, arn: str) -> bool:
    """Whether a statement may speak of a key, by its ARN."""
    element = statement.resource
    if element.negated or element.unknown or statement.effect != "Allow":
        return True
    return any("${" in value or matches(glob(value), arn) for value in element.values)
