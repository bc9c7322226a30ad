"""The sentences of a finding about who may use a key."""

from gate.findings import undetermined_wording
from gate.findings.found import Found, Remedy, Seen
from gate.findings.remedies import key_statement
from gate.findings.remedies.author import author
from gate.findings.remedies.renamed import policy_put_elsewhere
from gate.findings.wording import because, few
from gate.holdings.renamed_arns import renames
from gate.iam.principals import Kind
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.circles import Circle
from gate.new_access.keys import KeyGrant, Opening
from gate.plan.notation import Notation
from gate.text.sentences import Sentence
from gate.text.sentences import sentence as said

_SHOWN = 3
_PRINCIPAL = (
    "name the principal by an ARN whose parts are known before apply, with the account's number and the name of the "
    "role, or create the role in an earlier apply"
)
_CONDITION = "write the values of the condition as texts, or create what they depend on in an earlier apply"
_SOME_ACCOUNT = "111122223333"
# What stands for what was looked at. A waiver may be bound to a fingerprint, so these texts stay.
_IN_FINGERPRINT = {
    Opening.ACCESS: "any action",
    Opening.FULL: "full access",
    Opening.CONDITION: "an action that a condition held back",
    Opening.LEFT: "left to the account",
}
_RANKS = {Circle.EVERYONE: 0, Circle.ELSEWHERE: 10, Circle.WITHIN: 20, Circle.ACCOUNT: 30}


def found(opened: KeyGrant, seen: Seen) -> Found:
    """What the rule on key policies says of one class of principals."""
    return Found(
        opened.grant.place,
        sentence(opened, seen),
        (opened.label,),
        _RANKS[opened.circle] + (opened.opening is Opening.CONDITION),
        opened.grant,
        identity=(_IN_FINGERPRINT[opened.opening], opened.label),
        advice=lambda: Remedy(remedy(opened, seen), _example(opened, seen)),
        action="block" if opened.circle is Circle.EVERYONE else "warn",
    )


def sentence(opened: KeyGrant, seen: Seen) -> Sentence:
    """Who newly may do what with the key, or why that can't be told."""
    what, service = _what(opened), seen.service
    if opened.is_undetermined:
        has = said("{} newly gives {} to {}", what, _any(opened, service), opened.label)
        if opened.grant.undetermined is None:
            return said("whether {} can't be told: a condition of it is known only after apply", has)
        return undetermined_wording.sentence(opened.grant, seen, has)
    if opened.opening is Opening.LEFT:
        return said(
            "{} no longer holds back {} from {}, which the policies of the account decide{}{}",
            what,
            opened.label,
            _access(opened, service),
            _whose(opened) if opened.unproven else "",
            because(opened.grant),
        )
    gives = said("{} newly gives {} to {}", what, _access(opened, service), opened.label)
    if opened.opening is Opening.CONDITION:
        return said("{} without {}", gives, _listed(opened))
    return said("{}{}{}", gives, _whose(opened), because(opened.grant))


def remedy(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """What to do, one line each."""
    if opened.is_undetermined and opened.grant.undetermined is None:
        return (_CONDITION,) if seen.sourced else (undetermined_wording.SOURCE, f"or {_CONDITION}")
    if opened.is_undetermined:
        is_read = author(opened.grant.place, seen).notation is Notation.BLOCK
        written = () if _is_grant(opened) or is_read else (undetermined_wording.DOCUMENT,)
        return undetermined_wording.remedy(opened.grant, seen, (*written, _PRINCIPAL))
    if opened.grant.cause.lost is Lost.DENY and opened.opening is not Opening.CONDITION:
        return _unless_elsewhere("keep the Deny, or first narrow what the Allow grants", opened, seen)
    if opened.circle is Circle.EVERYONE:
        return (
            "name the principals that need the key",
            f"or add a condition that says who, with fixed values: {seen.service.words.who}",
            *(
                ()
                if key_statement.is_proven(opened)
                else (f"write the number of the key's account for {_SOME_ACCOUNT}",)
            ),
        )
    if opened.opening is Opening.CONDITION:
        return ("keep the condition, or write a statement of its own for what does not need it",)
    if opened.opening is Opening.FULL:
        return (
            "let one principal administer the key and another one use it",
            seen.service.words.use,
            seen.service.words.administer,
            *_by_reference(opened, seen),
        )
    if opened.opening is Opening.LEFT:
        keep = "keep what held it back, or look at who has this access by the policies of the account"
        return _unless_elsewhere(keep, opened, seen)
    account = opened.caller.named is not None and opened.caller.named.kind is Kind.ACCOUNT
    meant = (
        "make sure that this account is meant to use the key, or name the one role of it that needs the key"
        if account
        else f"make sure that {opened.label} is meant to use the key"
    )
    if opened.unproven:
        return (
            meant,
            "if it is of the key's own account, write `allowed_account_ids` with that number into the provider block",
        )
    return (meant,)


def _unless_elsewhere(line: str, opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """What to do about what is gone, and before it how to keep a policy that the plan has at another place as well."""
    elsewhere = policy_put_elsewhere(opened.key, opened.grant.place, seen)
    return (*elsewhere, f"or {line}") if elsewhere else (line,)


def _by_reference(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """What proves that a principal is one that the plan renames, one line; none where that would prove nothing."""
    named = opened.caller.named
    found = seen.lookup.principals.get((named.kind.value, named.value)) if named else None
    if found is None:
        return ()
    renamed = seen.lookup.once("renamed principals", lambda: [one.resource for one in renames(seen.iam).values()])
    own = next((one for one in renamed if one.address == found[0]), None)
    if own is None:
        return ()
    return (f"if it is {own.address} under its new name, refer to `{own.address}.{own.row.arn}` in place of the name",)


def _whose(opened: KeyGrant) -> str:
    """Why access of somebody who is not everyone is told, where the name alone does not show it."""
    if opened.unproven:
        return " (nothing in the plan proves that this is of the key's own account)"
    return ", outside the key's own account" if opened.circle is Circle.ELSEWHERE else ""


def _example(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """What to write instead, in the notation of the document; nothing for a grant, which has no statements."""
    if opened.is_undetermined or _is_grant(opened):
        return ()
    if opened.opening is Opening.CONDITION:
        return key_statement.with_its_condition(opened, seen)
    if opened.grant.cause.lost is Lost.DENY:
        return key_statement.denying_again(opened, seen)
    if opened.circle is Circle.EVERYONE:
        return key_statement.said_who(opened, seen, seen.service.words.caller_account, _SOME_ACCOUNT)
    return key_statement.use_only(opened, seen) if opened.opening is Opening.FULL else ()


def _listed(opened: KeyGrant) -> str:
    """The conditions that are gone."""
    if any(document.sensitive for document, _ in opened.grant.sources):
        return "a condition that the plan marks as sensitive"
    named = ", ".join(opened.lost[:_SHOWN]) + (" and others" if len(opened.lost) > _SHOWN else "")
    return f"the condition on {named} that it needed before"


def _is_grant(opened: KeyGrant) -> bool:
    return opened.grant.place.attribute == "grantee_principal"


def _what(opened: KeyGrant) -> str:
    return "the grant" if _is_grant(opened) else "the key policy"


def _any(opened: KeyGrant, service: Service) -> str:
    return service.words.full if opened.opening is Opening.FULL else f"{service.words.title} access"


def _access(opened: KeyGrant, service: Service) -> str:
    actions = opened.grant.actions & ~service.unscoped
    if service.is_full(actions):
        return service.words.full
    return few(list(service.by_weight(actions)))
