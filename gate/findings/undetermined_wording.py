"""The sentences of a finding about what can't be decided: what stands in the way, and what to do about it."""

from collections.abc import Iterable, Iterator, Sequence

from gate.findings.found import Seen
from gate.holdings.accounts import Account
from gate.holdings.documents import Place
from gate.iam.policy import shown
from gate.new_access.introduced import Grant
from gate.new_access.meaning import unknown_parts
from gate.new_access.undetermined import Undetermined
from gate.plan.addresses import target_of
from gate.plan.provider_instances import ProviderInstance

_SOURCE = "give the folder that the plan was made from with `--source FOLDER`, so that gate can read the expression"
_HINTS = (
    'write the document with `data "aws_iam_policy_document"`: Terraform plans its actions in any case',
    "or build the ARN from parts that are known before apply, or create the key in an earlier apply",
)
_NOISE = ("path.", "each.", "count.", "terraform.", "(")
_ABOUT_ACCOUNTS = (Undetermined.ONE_ACCOUNT, Undetermined.TWO_ACCOUNTS, Undetermined.ACCOUNTS)


def sentence(grant: Grant, seen: Seen) -> str:
    """What can't be told, and why."""
    label = grant.holder.label
    full = seen.service.words.full
    has = f"{label} newly has {full}"
    accounts = _listed([account.label for account in grant.accounts])
    gone = _gone(grant)
    if grant.undetermined is Undetermined.ORDER and gone is not None:
        return (
            f"{label} may lose what holds it back from {full}: this apply removes it at {gone.address} and "
            f"sets it again at {grant.place.address}, and may do the removal last"
        )
    if grant.undetermined is Undetermined.ONE_ACCOUNT:
        return f"if {accounts} are one AWS account, {has}, and nothing in the plan says whether they are"
    if grant.undetermined is Undetermined.TWO_ACCOUNTS:
        return f"unless {accounts} are one AWS account, {has}, and nothing in the plan says whether they are"
    if grant.undetermined is Undetermined.ACCOUNTS:
        return (
            f"whether {has} can't be told: there are more ways than gate tries in which {accounts} may be one account"
        )
    return f"whether {has} can't be told: {_reason(grant, seen)}"


def references(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """What the unknown parts at a place depend on."""
    held = [held for held in grant.holder.after if grant.place in (held.document.place, *(x.place for x in held.links))]
    holes = (hole for one in held for hole in unknown_parts(one.document, seen.service))
    return tuple(sorted({text for hole in holes for text in _names(hole)}))


def remedy(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """What to do, one line each."""
    if grant.undetermined is Undetermined.ORDER:
        return (_ordering(grant, seen),)
    if grant.undetermined in _ABOUT_ACCOUNTS:
        return tuple(dict.fromkeys(_settling(grant.accounts)))
    if any(" " in text and not text.startswith("(") for text in references(grant, seen)):
        return ("plan again without what defers the change, or look for a newer gate",)
    if grant.undetermined is Undetermined.POLICY:
        return _HINTS if seen.sourced else (_SOURCE, *(f"or {hint.removeprefix('or ')}" for hint in _HINTS))
    if grant.undetermined is Undetermined.PRINCIPAL:
        return ("name the principal by something that is known before apply",)
    if grant.undetermined is Undetermined.INTRICATE:
        return ("split the policy, or use fewer wildcards and conditions in one principal's policies",)
    return ('keep the boundary in the plan, or read it with `data "aws_iam_policy"`, so that gate can see it',)


def _gone(grant: Grant) -> Place | None:
    """Where the apply takes away what it sets again at a grant's place."""
    for held in grant.holder.after:
        if held.may_be_lost_at and grant.place in (held.document.place, *(link.place for link in held.links)):
            return held.may_be_lost_at
    boundary = grant.holder.boundary_after
    return boundary.may_be_lost_at if boundary else None


def _ordering(grant: Grant, seen: Seen) -> str:
    """By what Terraform can be told: that it is the same object, to let go of the old one, or to wait for it."""
    gone, made = _gone(grant), grant.place.address
    if gone is None:
        return "make the change in a way that keeps the Deny, the membership or the boundary at its address"
    old = gone.address
    if _stays(old, seen):
        return f"add `depends_on = [{old}]` to {made}, so that the removal comes first"
    if _type(old) == _type(made):
        return f"add `moved {{ from = {old}, to = {made} }}`: then nothing is removed"
    return f"let go of the old one without destroying it: `removed {{ from = {old} }}` with `destroy = false`"


def _stays(address: str, seen: Seen) -> bool:
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


def _names(hole: object) -> list[str]:
    found = getattr(hole, "references", None)
    return list(found) if found else [shown(hole)]


def _reason(grant: Grant, seen: Seen) -> str:
    told = references(grant, seen)
    strange = [text for text in told if " " in text and not text.startswith("(")]
    if strange:
        return ", ".join(strange)  # not a reference, but why the plan does not tell
    known = [name for name in told if not name.startswith(_NOISE)]
    if grant.undetermined is Undetermined.POLICY and known:
        return f"the policy is known only after apply, it depends on {', '.join(known)}"
    return grant.undetermined.value if grant.undetermined else ""


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)
