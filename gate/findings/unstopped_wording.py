"""The sentence of a finding about a policy that nobody sees, where nothing stops any more what it may allow."""

from gate.findings.found import Found, Seen
from gate.new_access.causes import Lost
from gate.new_access.unseen import Unstopped
from gate.plan.addresses import named
from gate.text.sensitive import unless_sensitive
from gate.text.sentences import sentence


def no_longer_stopped(one: Unstopped, why_unseen: str, seen: Seen) -> Found:
    """What the rule says of a policy that nobody sees, and that nothing stops any more; `why_unseen` nobody sees it."""
    grant, title = one.grant, seen.service.words.title
    label = grant.holder.label
    lost = "the permissions boundary" if grant.cause.lost is Lost.BOUNDARY else "the Deny"
    return Found(
        grant.place,
        sentence(
            "{} may newly have {}: it has {}, {}, and {} {} that",
            label,
            seen.service.words.full,
            named(one.policy),
            why_unseen,
            lost,
            "no longer stops" if grant.undetermined is None else "may no longer stop",
        ),
        (label,),
        identity=("unstopped", unless_sensitive(one.policy)),
        remedy=(f"keep {lost}", f'or look at what the policy allows of {title}: read it with `data "aws_iam_policy"`'),
    )
