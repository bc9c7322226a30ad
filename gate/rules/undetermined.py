"""What decides whether full KMS access is granted is known only after apply, or too intricate to decide.

Finds: a policy, a part of one or an attached ARN that Terraform shows as "known after apply" and that may, at its
worst, newly grant full KMS access; resources of which the plan does not say whether they are of one account, where
that decides; a Deny, a boundary or a membership that the apply takes away at one address and sets again at another, in
no certain order; a permissions boundary that is replaced by one outside the plan; a change that Terraform defers; an
IAM resource type with a changed policy that gate does not know; policies so intricate that the work allowed for one
principal does not suffice. Nothing is found where even the worst case would add nothing.

Why it matters: one ARN that is not known yet makes Terraform hide the whole policy. Passing it would make every policy
beside a new key invisible.

Example:

    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "kms:*", Resource = aws_kms_key.app.arn }]
    })

Remedy: let gate see what decides. Give it the source with --source. Or write the document with
`data "aws_iam_policy_document"`, whose actions Terraform plans even when a resource is not known; or build the ARN from
known parts; or apply the key before the policy that names it. For accounts, write `allowed_account_ids` into the
provider blocks, with the number as a literal. For what moves to another address, add a `moved` block.
"""

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from msgspec.structs import replace

from gate.findings.found import Found, Remedy, Seen
from gate.new_access.grants import Grant
from gate.new_access.questions import FULL
from gate.plan.addresses import named
from gate.report import UNDETERMINED
from gate.text.sentences import sentence

if TYPE_CHECKING:
    from gate.new_access.keys import KeyGrant

ID = UNDETERMINED
DEFAULT = "block"
ASKS = FULL


def find(seen: Seen) -> Iterator[Found]:
    """Grants that the worst case of something unknown would make, and documents of unknown types."""
    for grant in seen.answers(ASKS):
        if grant.undetermined:
            yield _found(grant, seen)
    for opened in seen.opened.grants if seen.opened else ():
        if opened.is_for_everyone and opened.is_undetermined:
            yield _opened(opened, seen)
    for document in seen.holdings.unlisted:
        yield Found(
            document.place,
            sentence(
                "gate does not know the resource type of {}, and its policy changes", named(document.place.address)
            ),
            remedy=("look for a newer gate, or report the type",),
        )


def _found(grant: Grant, seen: Seen) -> Found:
    from gate.findings import undetermined_wording  # only where something is found

    return Found(
        grant.place,
        undetermined_wording.sentence(grant, seen),
        (grant.holder.label,),
        0,
        grant,
        identity=undetermined_wording.identity(grant),
        advice=partial(_advice, grant, seen),
    )


def _opened(opened: "KeyGrant", seen: Seen) -> Found:
    from gate.findings import key_wording, undetermined_wording

    told = key_wording.found(opened, seen)
    return replace(told, identity=(*told.identity, *undetermined_wording.identity(opened.grant)))


def _advice(grant: Grant, seen: Seen) -> Remedy:
    from gate.findings import undetermined_wording
    from gate.findings.remedies.settling import settling, ways

    return Remedy(undetermined_wording.remedy(grant, seen, ways(grant, seen)), settling(grant, seen))
