"""The sentences of a finding about who may use a key."""

from gate.findings import undetermined_wording
from gate.findings.found import Found, Seen
from gate.findings.wording import because
from gate.iam.service import Service
from gate.new_access.causes import Lost
from gate.new_access.circles import Circle
from gate.new_access.keys import KeyGrant, Opening

_SHOWN = 3
_WHO = "aws:PrincipalOrgID, kms:CallerAccount, aws:PrincipalArn, or aws:SourceAccount for a service"
_PRINCIPAL = (
    "name the principal by an ARN whose parts are known before apply, with the account's number and the name of the "
    "role, or create the role in an earlier apply"
)
_CONDITION = """\
condition {
  test     = "StringEquals"
  variable = "aws:PrincipalOrgID"
  values   = ["o-exampleorgid"]
}""".splitlines()
_RANKS = {Circle.EVERYONE: 0, Circle.ELSEWHERE: 10, Circle.WITHIN: 20, Circle.ACCOUNT: 30}


def found(opened: KeyGrant, seen: Seen) -> Found:
    """What the rule on key policies says of one class of principals."""
    return Found(
        opened.grant.place,
        sentence(opened, seen),
        (opened.label,),
        _RANKS[opened.circle] + (opened.opening is Opening.CONDITION),
        opened.grant,
        identity=(opened.opening.value, opened.label),
        remedy=remedy(opened, seen),
        example=tuple(_CONDITION) if opened.circle is Circle.EVERYONE and not opened.is_undetermined else (),
        action="block" if opened.circle is Circle.EVERYONE else "warn",
    )


def sentence(opened: KeyGrant, seen: Seen) -> str:
    """Who newly may do what with the key, or why that can't be told."""
    what, service = _what(opened), seen.service
    if opened.is_undetermined:
        has = f"{what} newly gives {opened.label} {_any(opened, service)}"
        if opened.grant.undetermined is None:
            return f"whether {has} can't be told: a condition of it is known only after apply"
        return undetermined_wording.sentence(opened.grant, seen, has)
    gives = f"{what} newly gives {opened.label} {_access(opened, service)}"
    if opened.opening is Opening.CONDITION:
        return f"{gives} without {_listed(opened)}"
    doubt = ", and nothing in the plan proves that this is the key's own account" if opened.unproven else ""
    return f"{gives}{doubt}{because(opened.grant)}"


def remedy(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """What to do, one line each."""
    if opened.is_undetermined:
        written = () if _is_grant(opened) else (undetermined_wording.DOCUMENT,)
        return undetermined_wording.remedy(opened.grant, seen, (*written, _PRINCIPAL))
    if opened.grant.cause.lost is Lost.DENY and opened.opening is not Opening.CONDITION:
        return ("keep the Deny, or first narrow what the Allow grants",)
    if opened.circle is Circle.EVERYONE:
        return (
            "name the principals that need the key",
            f"or add a condition that says who, with fixed values: {_WHO} (kms:ViaService does not say who)",
        )
    if opened.opening is Opening.CONDITION:
        return ("keep the condition, or write a statement of its own for what does not need it",)
    if opened.opening is Opening.FULL:
        return (
            "let one principal administer the key and another one use it",
            seen.service.words.use,
            seen.service.words.administer,
        )
    whose = "make sure that it is meant to have the key, and name the one role there that needs it"
    if opened.unproven:
        return (
            whose,
            "if it is the key's own account, write `allowed_account_ids` with its number into the provider block",
        )
    return (whose,)


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
    named = list(service.by_weight(actions))
    rest = len(named) - _SHOWN
    return ", ".join(named[:_SHOWN]) + (f" and {rest} more" if rest > 0 else "")
