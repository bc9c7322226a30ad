"""What a rule about a few actions finds: its question is answered in gate.new_access.few_actions."""

from collections.abc import Iterator
from functools import partial

from gate.findings.found import Found, Remedy, Seen
from gate.new_access.grants import Grant
from gate.new_access.questions import Question
from gate.text.sentences import sentence


def found(seen: Seen, question: Question) -> Iterator[Found]:
    """Every grant that answers a question, certain ones first."""
    return (_found(grant, seen) for grant in seen.answers(question))


def _found(grant: Grant, seen: Seen) -> Found:
    from gate.findings import undetermined_wording, wording  # only where something is found
    from gate.findings.remedies.remedy import remedy

    label = grant.holder.label
    if grant.undetermined:
        message, rank = undetermined_wording.sentence(grant, seen), 1000
        identity, advice = undetermined_wording.identity(grant), partial(_undetermined, grant, seen)
    else:
        has = wording.access(grant, seen.service)
        on, because = wording.breadth(grant, seen.service), wording.because(grant)
        message = sentence("{} newly has {} on {}{}", label, has, on, because)
        rank = 10 * len(grant.width or ()) + wording.distance(grant)
        identity, advice = (), partial(remedy, grant, seen)
    return Found(grant.place, message, (label,), rank, grant, identity=identity, advice=advice)


def _undetermined(grant: Grant, seen: Seen) -> Remedy:
    from gate.findings import undetermined_wording, wording
    from gate.findings.remedies.settling import ways

    return Remedy(
        (*undetermined_wording.remedy(grant, seen, ways(grant, seen)), *wording.narrowing(grant, seen.service))
    )
