"""A pass rests on a reference that nothing proved.

Finds: a document, an ARN or a principal's name that is known only after apply, where all that the plan says of it is
one reference, such as `data.aws_iam_policy_document.app.json` or `aws_iam_policy.app.arn`. gate takes the expression
to be that reference and nothing more. The plan would look the same for `replace(aws_iam_policy.app.arn, ...)`. Also a
key policy, or another attribute that need not be set, that is known only after apply and refers to variables alone of
which nothing could come: true, false, null or empty. It is taken not to be set.

Why it matters: an expression that is not what it looks like could hand out another policy than the one that gate read.

Example:

    policy_arn = aws_iam_policy.app.arn # known only after apply

Remedy: none is needed for a bare reference. A team that wants proof sets this rule to block.
"""

from collections.abc import Iterator, Sequence

from gate.findings.found import Found, Seen
from gate.holdings.documents import Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.iam.boxes import boxes
from gate.iam.guards import Box, actions_of
from gate.iam.policy import Policy
from gate.new_access.policies import Malformed, denies, policy_in
from gate.plan.addresses import named
from gate.text.sentences import Label, sentence

ID = "KMS007"
DEFAULT = "warn"


def find(seen: Seen) -> Iterator[Found]:
    """References that the access of a holder rests on, unless it could do everything before anyway."""
    for introduced in seen.introduced:
        holder = introduced.holder
        if not (introduced.was_full or introduced.combined or holder.keeps_all):
            for held in filter(_rests_on_something, holder.after):
                if held not in holder.before:
                    yield from _of_document(held, holder, seen)
    for key in seen.keys:
        for document in key.after:
            if document is not None and document.rests_on and document != key.before:
                yield _found(document.place, "the value", document.rests_on, key.label)


def _rests_on_something(held: HeldDocument) -> bool:
    return bool(held.document.rests_on or held.rests_on or any(link.rests_on for link in held.links))


def _of_document(held: HeldDocument, holder: Holder, seen: Seen) -> Iterator[Found]:
    place = held.links[0].place if held.links else held.document.place
    if held.document.rests_on:
        yield _found(place, "the value", held.document.rests_on, holder.label)
    if held.rests_on and _matters(held, holder, seen):
        yield _found(place, "whose policy it is", held.rests_on, holder.label)
    for link in held.links:
        if link.rests_on and _matters(held, holder, seen):
            yield _found(link.place, "who has it", link.rests_on, holder.label)


def _found(place: Place, what: str, reference: str, label: Label) -> Found:
    return Found(
        place,
        sentence("{} is known only after apply and taken to be {} itself", what, named(reference)),
        (label,),
        identity=(reference,),
        remedy=("nothing is to be done for a bare reference",),
    )


def _matters(held: HeldDocument, holder: Holder, seen: Seen) -> bool:
    """Whether it matters whose a document is: it alone could be full access, or it denies something to a holder whose
    documents could be."""
    return _may_be_full([held], seen) or (denies(held.document) and _may_be_full(holder.after, seen))


def _may_be_full(several: Sequence[HeldDocument], seen: Seen) -> bool:
    policies = [policy_in(held.document) for held in several]
    if any(isinstance(policy, Malformed) for policy in policies):
        return True
    allows = [box for policy in policies if not isinstance(policy, Malformed) for box in _allows(policy, seen)]
    return seen.service.is_full(actions_of(allows))


def _allows(policy: Policy, seen: Seen) -> Sequence[Box]:
    return boxes(policy, seen.service, None, worst=True)[0]
