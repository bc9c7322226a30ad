"""What decides whether full KMS access is granted is known only after apply, or too intricate to decide.

Finds: a policy, a part of one or an attached ARN that Terraform shows as "known after apply" and that may, at its
worst, newly grant full KMS access; a permissions boundary that is replaced by one outside the plan; a change that
Terraform defers; an IAM resource type with a changed policy that gate does not know; policies so intricate that the
work allowed for one principal does not suffice. Nothing is found where even the worst case would add nothing.

Why it matters: one ARN that is not known yet makes Terraform hide the whole policy. Passing it would make every policy
beside a new key invisible.

Example:

    policy = jsonencode({
      Version   = "2012-10-17"
      Statement = [{ Effect = "Allow", Action = "kms:*", Resource = aws_kms_key.app.arn }]
    })

Remedy: let gate see what decides. Give it the source with --source. Or write the document with
`data "aws_iam_policy_document"`, whose actions Terraform plans even when a resource is not known; or build the ARN from
known parts; or apply the key before the policy that names it.
"""

from collections.abc import Iterator, Sequence

from gate.findings import Found, Seen
from gate.iam.policy import shown
from gate.introduced import Grant
from gate.meaning import unknown_parts
from gate.undetermined import Undetermined

ID = "KMS009"
DEFAULT = "block"

_SOURCE = "give the source with --source, so that gate can read the expression itself"
_HINTS = (
    'write the document with `data "aws_iam_policy_document"`: Terraform plans its actions in any case',
    "or build the ARN from parts that are known before apply, or create the key in an earlier apply",
)
ACCOUNT_REMEDY = (
    'write `allowed_account_ids = ["..."]` with the number of the account into each of these provider blocks',
    "what has no configuration any more has no provider either: delete it in an apply of its own",
)
_NOISE = ("path.", "each.", "count.", "terraform.", "(")


def find(seen: Seen) -> Iterator[Found]:
    """Grants that the worst case of something unknown would make, and documents of unknown types."""
    for holder in seen.introduced:
        for grant in holder.grants:
            if grant.undetermined:
                yield Found(
                    grant.place,
                    f"whether {holder.holder.label} newly has full KMS access can't be told: {_reason(grant, seen)}",
                    (holder.holder.label,),
                    0,
                    grant,
                    about=tuple(sorted(_references(grant, seen))),
                    remedy=_remedy(grant, seen),
                )
    for document in seen.holdings.unlisted:
        yield Found(
            document.place,
            f"gate does not know the resource type of {document.place.address}, and its policy changes",
            remedy=("look for a newer gate, or report the type",),
        )


def _references(grant: Grant, seen: Seen) -> list[str]:
    """What the unknown parts at a place depend on."""
    held = [held for held in grant.holder.after if grant.place in (held.document.place, *(x.place for x in held.links))]
    return sorted({text for one in held for hole in unknown_parts(one.document, seen.service) for text in _names(hole)})


def _names(hole: object) -> list[str]:
    references = getattr(hole, "references", None)
    return list(references) if references else [shown(hole)]


def _reason(grant: Grant, seen: Seen) -> str:
    if grant.undetermined is Undetermined.ORDER:
        return f"{grant.undetermined.value}, since nothing orders the two"
    if grant.undetermined is Undetermined.ACCOUNT:
        return f"nothing proves whether {_listed(grant.accounts)} are one account"
    if grant.undetermined is Undetermined.ACCOUNTS:
        return f"too many accounts may be one and the same: {_listed(grant.accounts)}"
    told = _references(grant, seen)
    strange = [text for text in told if " " in text and not text.startswith("(")]
    if strange:
        return ", ".join(strange)  # not a reference, but why the plan does not tell
    references = [name for name in told if not name.startswith(_NOISE)]
    if grant.undetermined is Undetermined.POLICY and references:
        return f"the policy is known only after apply, it depends on {', '.join(references)}"
    return grant.undetermined.value if grant.undetermined else ""


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def _remedy(grant: Grant, seen: Seen) -> tuple[str, ...]:
    if grant.undetermined is Undetermined.ORDER:
        return ("add a `moved` block from the old address to the new one, or make the change in two applies",)
    if grant.undetermined in (Undetermined.ACCOUNT, Undetermined.ACCOUNTS):
        return ACCOUNT_REMEDY
    if any(" " in text and not text.startswith("(") for text in _references(grant, seen)):
        return ("plan again without what defers the change, or look for a newer gate",)
    if grant.undetermined is Undetermined.POLICY:
        return _HINTS if seen.sourced else (_SOURCE, *(f"or {hint.removeprefix('or ')}" for hint in _HINTS))
    if grant.undetermined is Undetermined.INTRICATE:
        return ("split the policy, or use fewer wildcards and conditions in one principal's policies",)
    return ('keep the boundary in the plan, or read it with `data "aws_iam_policy"`, so that gate can see it',)
