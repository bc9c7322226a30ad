"""What a rule about a few actions finds."""

from collections.abc import Iterator

from gate.findings import undetermined_wording, wording
from gate.findings.found import Found, Seen
from gate.findings.remedies.remedy import Remedy, remedy
from gate.new_access.questions import Question


def found(seen: Seen, question: Question) -> Iterator[Found]:
    """Every grant that answers a question, certain ones first."""
    for grant in seen.answers(question):
        label = grant.holder.label
        if grant.undetermined:
            message, rank = undetermined_wording.sentence(grant, seen), 1000
            told = Remedy((*undetermined_wording.remedy(grant, seen), *wording.narrowing(grant, seen.service)))
        else:
            has = wording.access(grant, seen.service)
            message = f"{label} newly has {has} on {wording.breadth(grant, seen.service)}{wording.because(grant)}"
            rank = 10 * len(grant.width or ()) + wording.distance(grant)
            told = remedy(grant, seen)
        yield Found(
            grant.place,
            message,
            (label,),
            rank,
            grant,
            identity=undetermined_wording.identity(grant, seen) if grant.undetermined else (),
            remedy=told.lines,
            example=told.example,
        )
