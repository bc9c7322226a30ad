"""What a rule about a few actions finds."""

from collections.abc import Iterator
from functools import partial

from gate.findings import undetermined_wording, wording
from gate.findings.found import Found, Remedy, Seen
from gate.findings.remedies.remedy import remedy
from gate.new_access.introduced import Grant
from gate.new_access.questions import Question


def found(seen: Seen, question: Question) -> Iterator[Found]:
    """Every grant that answers a question, certain ones first."""
    for grant in seen.answers(question):
        label = grant.holder.label
        if grant.undetermined:
            message, rank = undetermined_wording.sentence(grant, seen), 1000
            advice = partial(_undetermined, grant, seen)
        else:
            has = wording.access(grant, seen.service)
            message = f"{label} newly has {has} on {wording.breadth(grant, seen.service)}{wording.because(grant)}"
            rank = 10 * len(grant.width or ()) + wording.distance(grant)
            advice = partial(remedy, grant, seen)
        yield Found(
            grant.place,
            message,
            (label,),
            rank,
            grant,
            identity=undetermined_wording.identity(grant, seen) if grant.undetermined else (),
            advice=advice,
        )


def _undetermined(grant: Grant, seen: Seen) -> Remedy:
    return Remedy((*undetermined_wording.remedy(grant, seen), *wording.narrowing(grant, seen.service)))
