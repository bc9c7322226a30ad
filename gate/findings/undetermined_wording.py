"""The sentences of a finding about what can't be decided: what stands in the way, and what to do about it."""

from collections.abc import Iterable, Iterator, Sequence

from gate.findings import wording
from gate.findings.fingerprint import unknown_in_fingerprint
from gate.findings.found import Seen
from gate.holdings.accounts import Account
from gate.holdings.documents import Document, Place
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.iam.policy import Hole
from gate.new_access.grants import Grant
from gate.new_access.policies import has_unknown_condition, readable_policy, unknown_parts
from gate.new_access.undetermined import Undetermined
from gate.plan.addresses import named, target_of, unkeyed
from gate.plan.provider_instances import ProviderInstance
from gate.text.sensitive import HIDDEN
from gate.text.sentences import Sentence, joined, named_arn
from gate.text.sentences import sentence as made_of
from gate.unknown import OneOf, Reason, WhyUnknown, readable, unresolved

_ABOUT_ACCOUNTS = (Undetermined.ONE_ACCOUNT, Undetermined.TWO_ACCOUNTS, Undetermined.ACCOUNTS)
_OF_THE_DOCUMENTS = (Undetermined.POLICY, Undetermined.BOUNDARY, Undetermined.INTRICATE, Undetermined.PRINCIPAL)
SENTENCES = {
    Undetermined.POLICY: "whether {has} can't be told: {policy}",
    Undetermined.BOUNDARY: (
        "whether {has} can't be told: the permissions boundary is replaced by one that gate cannot see"
    ),
    Undetermined.INTRICATE: "whether {has} can't be told: the policies are too intricate to be decided",
    Undetermined.PRINCIPAL: "whether {has} can't be told: whose policy it is is known only after apply",
    Undetermined.ORDER: (
        "{label} may lose what holds it back from {full}: this apply removes it at {gone} and sets it again at "
        "{place}, and may do the removal last"
    ),
    Undetermined.ONE_ACCOUNT: "if {accounts} are one AWS account, {has}, and nothing in the plan says whether they are",
    Undetermined.TWO_ACCOUNTS: (
        "unless {accounts} are one AWS account, {has}, and nothing in the plan says whether they are"
    ),
    Undetermined.ACCOUNTS: (
        "whether {has} can't be told: there are more ways than gate tries in which {accounts} may be one account"
    ),
}
_UNKNOWN = "the policy is known only after apply"
_UNKNOWN_CONDITION = "a condition of the policy is known only after apply"
_ORDER_OF_SOMETHING = (
    "whether {has} can't be told: the apply may delete what holds the access back after it has created it again"
)

SOURCE = "give the folder that the plan was made from with `--source FOLDER`, so that gate can read the expression"
DOCUMENT = 'write the document with `data "aws_iam_policy_document"`: Terraform plans its actions in any case'
_ARN = "build the ARN from parts that are known before apply, or create {} in an earlier apply"
ARN, ARN_OF_OTHERS = _ARN.format("the key"), _ARN.format("what it depends on")
CONDITION = "write the condition with values that are known before apply"
_PRINCIPAL = "name the principal by something that is known before apply"
_INTRICATE = "split the policy, or use fewer wildcards and conditions in one principal's policies"
_BOUNDARY = 'keep the boundary in the plan, or read it with `data "aws_iam_policy"`, so that gate can see it'
_WHOLE = "give gate all that `terraform show -json PLANFILE` writes, with its `configuration`, which tells the accounts"
_SAME_ADDRESS = "make the change in a way that keeps the Deny, the membership or the boundary at its address"

# Why a policy can't be told although another plan could tell it, and what makes that plan.
REASONS = {
    WhyUnknown.DEFERRED: ("the change is deferred ({})", "plan again without what defers the change"),
    WhyUnknown.UNKNOWN_ACTION: ("gate does not know the action `{}`", "look for a newer gate"),
    WhyUnknown.OUTSIDE_SOURCE: (
        "{}, outside the source folder",
        "keep the file inside the folder that gate is given, or write the policy in the configuration",
    ),
    WhyUnknown.WRITTEN_BY_TERRAFORM: (
        "{}, written by Terraform itself",
        "write the policy in the configuration, not into a file that Terraform writes",
    ),
    WhyUnknown.WRITTEN_BY_RESOURCE: (
        "{}, may be written by {}",
        "write the policy in the configuration, not into a file that the apply may write",
    ),
    WhyUnknown.NOT_OF_AWS: (
        "{} is whatever a server answers that may not be AWS's, which provider {} asks",
        "let the provider ask AWS alone (`endpoints`, region, source, files), or put nothing of it into policies",
    ),
}
_PASSED_ON = ("path.", "each.", "count.", "terraform.")  # what these refer to is what the policy depends on


def sentence(grant: Grant, seen: Seen, has: str = "") -> Sentence:
    """What can't be told, and why; `has` says what it is, where no question of a rule does."""
    label, full = grant.holder.label, wording.access(grant, seen.service)
    gone, made = taken_and_set(grant) or (None, grant.place)
    said = _ORDER_OF_SOMETHING
    if grant.undetermined and not (grant.undetermined is Undetermined.ORDER and gone is None):
        said = SENTENCES[grant.undetermined]
    found = reasons(grant, seen)
    if found and grant.undetermined in _OF_THE_DOCUMENTS:
        said = SENTENCES[Undetermined.POLICY]
    return made_of(
        said,
        has=has or made_of("{} newly has {}{}", label, full, _where(grant, seen)),
        label=label,
        full=full,
        gone=named(gone.address) if gone else "",
        place=named(made.address),
        accounts=_accounts(grant),
        policy=_policy(grant, found),
    )


def _accounts(grant: Grant) -> Sentence:
    """The accounts of which nothing proves whether they are one: "a, b and c"."""
    labels = [account.label for account in grant.accounts]
    return joined([joined(labels[:-1], ", "), labels[-1]], " and ") if len(labels) > 1 else joined(labels, "")


def _where(grant: Grant, seen: Seen) -> str:
    """On what, where the question is about resources that no name tells apart."""
    return "" if grant.question.on_named else f" on every {seen.service.fields[-1]}"


def identity(grant: Grant) -> tuple[str, ...]:
    """What the fingerprint says of the unknown parts at a place."""
    return unknown_in_fingerprint(_holes(grant))


def remedy(grant: Grant, seen: Seen, settling: Sequence[str] = (DOCUMENT, ARN)) -> tuple[str, ...]:
    """What to do, one line each; `settling` are the ways in which a policy becomes known before apply."""
    if grant.undetermined is Undetermined.ORDER:
        return (_ordering(grant, seen),)
    if grant.undetermined in _ABOUT_ACCOUNTS:
        return (_WHOLE,) if seen.iam.plan.lacks_configuration else tuple(dict.fromkeys(_settling(grant.accounts)))
    found = reasons(grant, seen)
    if found:
        return tuple(dict.fromkeys(REASONS[reason.why][1] for reason in found))
    if grant.undetermined is Undetermined.POLICY:
        first, *others = settling if seen.sourced else (SOURCE, *settling)
        return first, *(f"or {each}" for each in others)
    if grant.undetermined is Undetermined.PRINCIPAL:
        return (_PRINCIPAL,)
    return (_INTRICATE if grant.undetermined is Undetermined.INTRICATE else _BOUNDARY,)


def _documents(grant: Grant) -> list[Document]:
    """The documents at a grant's place."""
    held = [held for held in grant.holder.after if grant.place in (held.document.place, *(x.place for x in held.links))]
    return [one.document for one in held]


def _holes(grant: Grant) -> list[Hole]:
    """The unknown parts of the documents at a grant's place."""
    return [hole for document in _documents(grant) for hole in unknown_parts(document)]


def is_of_a_condition(grant: Grant) -> bool:
    """Whether nothing else of the documents at a grant's place is unknown than conditions."""
    policies = [readable_policy(document) for document in _documents(grant)]
    return has_unknown_condition(policies) and not _holes(grant)


def reasons(grant: Grant, seen: Seen) -> list[Reason]:
    """Why the unknown parts can't be told, of those for which the apply is not the reason."""
    parts = [part for hole in _holes(grant) for part in unresolved(hole)]
    found = {part.reason for part in parts if part.reason}
    asking = seen.iam.plan.resource_change(grant.place.address)
    for name in {name for part in parts for name in part.references}:
        target = target_of(name)
        provider = seen.iam.references.stray(target, asking) if target is not None else None
        if provider:
            found.add(Reason(WhyUnknown.NOT_OF_AWS, name, provider))
    return sorted(found, key=lambda reason: (reason.why.value, reason.detail, reason.by))


def references(grant: Grant) -> list[str]:
    """What the unknown parts depend on, what is only passed on left out. Of a template it is a part of its text, which
    a sensitive one does not show."""
    names = {name for hole in _holes(grant) for part in unresolved(hole) for name in part.references}
    hides = any(document.sensitive for document in _documents(grant))
    shown = {HIDDEN if hides and "{" in name else name for name in names}
    return sorted(name for name in shown if not name.startswith(_PASSED_ON))


def _policy(grant: Grant, reasons: Sequence[Reason]) -> Sentence:
    """Why the policy can't be told."""
    if reasons:
        told = (made_of(REASONS[each.why][0], named(each.detail), named(each.by)) for each in reasons)
        return joined(told, ", ")
    if is_of_a_condition(grant):
        return made_of(_UNKNOWN_CONDITION)
    known = references(grant)
    if known:
        return made_of("{}, it depends on {}", _UNKNOWN, joined(map(named, known), ", "))
    shown = [document for document in _documents(grant) if not document.sensitive]
    choices = sorted({_choice(hole) for one in shown for hole in unknown_parts(one) if isinstance(hole, OneOf)})
    return made_of("{}, it has {}", _UNKNOWN, joined(choices, " and ")) if choices else made_of(_UNKNOWN)


def _choice(hole: OneOf) -> Sentence:
    """What an unknown part may be, the ARNs as names."""
    alike = tuple(named_arn(each).alike if isinstance(each, str) else each for each in hole.alternatives)
    return Sentence(readable(hole), readable(OneOf(alike)))


def taken_and_set(grant: Grant) -> tuple[Place, Place] | None:
    """Where the apply takes away what holds a grant back, and where it sets it again: at the grant's own place, if
    anything does there."""
    found: list[tuple[Place, Place]] = []
    for held in grant.holder.after:
        if held.may_be_lost_at:
            places = (held.document.place, *(link.place for link in held.links))
            if grant.place in places:
                return held.may_be_lost_at, grant.place
            found.append((held.may_be_lost_at, places[-1]))
    boundary = grant.holder.boundary_after
    if boundary and boundary.may_be_lost_at:
        return boundary.may_be_lost_at, grant.place
    return found[0] if found else None


def _ordering(grant: Grant, seen: Seen) -> str:
    """By what Terraform can be told: that it is the same object, to let go of the old one, or to wait for it."""
    places = taken_and_set(grant)
    if places is None:
        return _SAME_ADDRESS
    old, made = (place.address for place in places)
    if is_principal(old):
        return f"name {grant.holder.label} in {made} by a reference, so that it is written after {old} is made anew"
    if is_kept(old, seen):
        return f"add `depends_on = [{old}]` to {made}, so that the removal comes first"
    if _type(old) == _type(made):
        return f"add {moved_block(old, made)}: then nothing is removed"
    return f"let go of the old one without destroying it: {removed_block(old)}"


def is_principal(address: str) -> bool:
    """Whether a resource is a principal, which takes along what it has."""
    row = RESOURCE_TYPES.get(_type(address))
    return row is not None and row.own_name is not None


def moved_block(old: str, made: str) -> str:
    """What makes one resource of two addresses, in words: HCL takes no two arguments on the line of a block."""
    return f"a `moved` block with `from = {old}` and `to = {made}`"


def removed_block(old: str) -> str:
    """What lets go of all instances of a resource without destroying them, in words."""
    return f"a `removed` block with `from = {unkeyed(old)}` and `destroy = false`"


def is_kept(address: str, seen: Seen) -> bool:
    """Whether anything of a resource is there after the change."""
    held = (held for holder in seen.holdings.principals for held in holder.after)
    return any(
        place.address == address for one in held for place in (one.document.place, *(x.place for x in one.links))
    )


def _type(address: str) -> str:
    """The resource type in an address."""
    target = target_of(address)
    return target.type if target else ""


def _settling(accounts: Iterable[Account]) -> Iterator[str]:
    for account in accounts:
        if account.is_contradictory:
            yield f"what tells the account of {account.label} disagrees: correct its role, or its `allowed_account_ids`"
        elif account.number is None and account.providers:
            yield from map(_naming, account.providers)
        elif account.number is None:
            kept = ", ".join(account.unconfigured)
            yield f"keep the block of {kept} with `count = 0` for this apply, so that the plan tells its provider"


def _naming(provider: ProviderInstance) -> str:
    if provider.is_unresolved:
        return (
            f"plan with Terraform 1.2 or newer, which tells {provider.label}, or write the same "
            "`allowed_account_ids` into every aws provider block"
        )
    if provider.is_one_of_several:
        key = provider.key
        return f"write a provider block for each account: a plan does not tell which instance of {key} a resource uses"
    return f'write `allowed_account_ids = ["123456789012"]` into {provider.label}, with its number as a literal'
