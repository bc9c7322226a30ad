"""What to do about a grant: words, and what to write, by what was changed."""

from collections.abc import Iterable, Iterator
from itertools import chain

import msgspec

from gate.findings import wording
from gate.findings.found import Remedy, Seen
from gate.findings.remedies import put_back, writing
from gate.findings.remedies.author import author
from gate.findings.remedies.changed import (
    Attached,
    BoundaryLost,
    Completed,
    ConditionLost,
    DenyLost,
    Joined,
    Written,
    changed,
)
from gate.findings.remedies.imported import also_imported
from gate.findings.remedies.keys import Whence
from gate.findings.remedies.lost_deny import HowLost, how_lost, sentence
from gate.findings.remedies.own_policy import own_policy
from gate.findings.remedies.renamed import former_address, former_alias, former_name, unidentified
from gate.findings.remedies.suggested import Suggestion, Why, suggestion
from gate.holdings.resource_types import PERMISSION_SET
from gate.iam.boxes import expand
from gate.iam.service import Service
from gate.new_access.causes import Sources
from gate.new_access.grants import Grant
from gate.new_access.questions import FULL
from gate.plan.notation import Notation
from gate.text.sensitive import unless_sensitive
from gate.text.words import in_words

_SHOWN = 3
_NOT_ACTION = "NotAction"
_OF_A_SERVICE = ":aws:policy/service-role/"
_OTHERS = "whoever has the policy by this plan gains nothing; whoever else has it, or gets it later, does"
_OBJECT = Notation.OBJECT


def remedy(grant: Grant, seen: Seen) -> Remedy:
    """The remedy of a grant that is certain."""
    found = _by_what_changed(grant, seen)
    proving = (one(grant, seen) for one in (unidentified, former_name, former_address, former_alias, also_imported))
    return msgspec.structs.replace(found, lines=(*found.lines, *chain.from_iterable(proving)))


def _by_what_changed(grant: Grant, seen: Seen) -> Remedy:
    what = changed(grant, seen)
    match what:
        case DenyLost():
            return _deny_back(what, grant, seen)
        case BoundaryLost():
            return Remedy((_boundary_back(grant),), put_back.boundary(grant, seen))
        case Attached():
            first, *rest = (found := _of_its_own(what.offered, _instead(what, grant), grant, seen)).lines
            return msgspec.structs.replace(found, lines=(first, *_kept_for_a_service(what, grant), *rest))
        case Joined():
            return _of_its_own(what.offered, _left_out(what, grant), grant, seen)
        case Completed():
            return Remedy(
                (
                    "none of these statements is too much by itself: give them to different principals",
                    seen.service.words.administer,
                )
            )
        case ConditionLost():
            return _with_condition(what, grant, seen)
        case Written():
            return _narrowed(what.offered, grant, seen, stay=what.stay)


def _narrowed(offered: Sources, grant: Grant, seen: Seen, first: str = "", stay: Sources = ()) -> Remedy:
    """The offered statements, narrowed in the same document, beside those that `stay`; `first` is another way, which
    comes before."""
    writer = author(grant.place, seen)
    found = suggestion(offered, grant, seen, writer)
    lines = tuple(_narrowing(offered, found, grant, seen))
    if first:
        lines = (f"{first} {lines[0]}", *lines[1:])
    if stay:
        lines = (*lines, _staying(stay))
    return Remedy(lines, writing.lines(found.statement, writer.notation) if found else ())


def _narrowing(offered: Sources, found: Suggestion | None, grant: Grant, seen: Seen) -> Iterator[str]:
    service = seen.service
    if grant.question != FULL:
        yield from wording.narrowing(grant, service)
    else:
        width = "" if grant.width is None else f", and `*` by the ARN of the {service.fields[-1]}"
        yield f"replace {_wide(offered, grant, service)} by the actions that are needed{width}"
    if found is not None:
        yield from _explained(found, service)
    if grant.question == FULL:
        if found is None:
            yield service.words.use
        yield service.words.administer
        if len(offered) == 1 and _wide(offered, grant, service) == _NOT_ACTION:
            yield f"or add `{service.prefix}:*` to NotAction: then it leaves the other services as they are"


def _staying(stay: Sources) -> str:
    were = "statement {} was" if len(stay) == 1 else "statements {} were"
    return f"{were.format(_numbers(stay))} the same before and may stay"


def _numbers(sources: Sources) -> str:
    return in_words([str(number) for number in sorted(statement.index + 1 for _, statement in sources)])


def _explained(found: Suggestion, service: Service) -> Iterator[str]:
    """Why this statement, and what is to be changed in it."""
    names = wording.few(found.statement.actions)
    if found.why is Why.NEEDED:
        need = "needs" if len(found.needed_by) == 1 else "need"
        yield f"{wording.few(found.needed_by)} {need} {names} where the {service.fields[-1]} encrypts the data"
    elif found.why is Why.BEFORE:
        yield f"before the change it allowed {names}"
    elif found.why is Why.USUAL:
        yield service.words.use
    if len(found.replaced) > 1:
        yield f"write one statement in the place of statements {_numbers(found.replaced)}"
    if found.staying:
        whose = "its" if len(found.replaced) == 1 else "their"
        yield f"{whose} other actions stay in a statement of their own"
    if found.keys.whence is Whence.NOWHERE:
        noun, placeholder = service.fields[-1], found.keys.keys[0].written
        yield f"write the ARN of the {noun} that is needed, such as {placeholder}"
    elif found.keys.whence is Whence.PLAN and len(found.keys.keys) > 1:
        yield f"leave only the {service.fields[-1]}s in Resource that are needed"
    if found.keys.unreachable:
        yield f"the plan has {found.keys.unreachable}: hand its ARN to where the policy is written"


def _of_its_own(offered: Sources, line: str, grant: Grant, seen: Seen) -> Remedy:
    """A policy of the holder's own, with what it needs of what was offered."""
    writer = author(grant.place, seen)
    found = suggestion(offered, grant, seen, msgspec.structs.replace(writer, notation=_OBJECT), its_own=False)
    if found is None:
        return Remedy((line, seen.service.words.use))
    return Remedy((line, *_explained(found, seen.service)), own_policy(found.statement, grant, seen))


def _instead(what: Attached, grant: Grant) -> str:
    """What to do instead of an attachment."""
    own = f"give {grant.holder.label} a policy of its own with what it needs"
    names = dict.fromkeys(_policy(document.place.address) for document, _ in what.offered)
    if what.instead_of is not None:
        return f"attach {_policy(what.instead_of.place.address)} as before, or {own}"
    return f"do not attach {wording.few(list(names))}: {own}"


def _kept_for_a_service(what: Attached, grant: Grant) -> Iterator[str]:
    """When to keep a policy that AWS writes for the role of one of its services, which a narrower one would break."""
    if grant.question != FULL and all(_OF_A_SERVICE in document.place.address for document, _ in what.offered):
        yield f"or keep it, where nobody but the service that AWS writes it for may become {grant.holder.label}"


def _left_out(what: Joined, grant: Grant) -> str:
    """What to do instead of a membership, or of the assignment of a permission set, beside which there is no policy."""
    container = what.container
    if container is not None and container.kind == PERMISSION_SET:
        return f"do not assign {container} here: assign one with what is needed"
    out_of = container or "what gives it this"
    return f"leave {grant.holder.label} out of {out_of}, and give it a policy of its own with what it needs"


def _policy(address: str) -> str:
    """A managed policy as people call it: AWS's own by name."""
    return address.rpartition("/")[2] if address.startswith("arn:") else unless_sensitive(address)


def _with_condition(what: ConditionLost, grant: Grant, seen: Seen) -> Remedy:
    example = put_back.conditional(what, seen)
    if not example:
        return _narrowed(((what.document, what.now),), grant, seen, "keep the condition, and")
    lines = _narrowing(((what.document, what.now),), None, grant, seen)
    return Remedy((f"put the condition back, or {next(lines)}", *lines), example)


def _deny_back(what: DenyLost, grant: Grant, seen: Seen) -> Remedy:
    """Where the Deny is to be put, or what is to leave it alone."""
    how = how_lost(what, grant, seen)
    example = put_back.denies(what.denied, seen) if how in (HowLost.DESTROYED, HowLost.REWRITTEN) else ()
    others = (_OTHERS,) if how is HowLost.REWRITTEN and _is_for_others(grant, seen) else ()
    return Remedy((sentence(what, how, grant, seen), *others), example)


def _is_for_others(grant: Grant, seen: Seen) -> bool:
    """Whether a managed policy lost the Deny, and nobody gains by that who has the policy by this plan."""
    if any(other.holder != grant.holder and other.place == grant.place for other in seen.answers(grant.question)):
        return False
    own = (one for one in seen.holdings.policies if one.holder.principal == grant.holder.principal)
    return any(one.attached_after for one in own)


def _boundary_back(grant: Grant) -> str:
    was, will = grant.holder.boundary_before, grant.holder.boundary_after
    if was and will and was.document.place == will.document.place and grant.place == will.document.place:
        return "take out of the permissions boundary what it newly allows, or first narrow what the policies grant"
    return "keep the permissions boundary, or first narrow what the policies grant"


def _wide(offered: Sources, grant: Grant, service: Service) -> str:
    """The actions to be replaced, as the policy names them; `what it allows` where they are not to be shown."""
    if any(document.sensitive for document, _ in grant.sources):
        return "what it allows"
    if any(statement.action.negated for _, statement in offered):
        return _NOT_ACTION
    return _listed(value for _, s in offered for value in s.action.values if expand(value, service))


def _listed(values: Iterable[str]) -> str:
    distinct = dict.fromkeys(values)
    shown = [f"`{value}`" for value in distinct][:_SHOWN]
    return (", ".join(shown) + (" and the others" if len(distinct) > _SHOWN else "")) or "what it allows"
