"""Trust anchors of IAM Roles Anywhere that a plan makes or changes: whoever has a certificate of the authority that one
names becomes each role that trusts the service, if a profile lists the role.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html; the provider schemas of hashicorp/aws and
hashicorp/awscc.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from gate.holdings.accounts import Accounts
from gate.holdings.credentials import Credential, CredentialKind, may_be_one, number_of
from gate.holdings.documents import Place
from gate.holdings.principal_arns import account_of
from gate.plan.attributes import text_of
from gate.plan.before_after import ManagedResource, managed_resources
from gate.plan.model import Plan
from gate.plan.references import References

_ARNS = {"aws_rolesanywhere_trust_anchor": "arn", "awscc_rolesanywhere_trust_anchor": "trust_anchor_arn"}
_SOURCE, _ENABLED = "source", "enabled"


def trust_anchors(
    plan: Plan, in_templates: Iterable[ManagedResource], references: References, accounts: Accounts
) -> Iterator[Credential]:
    """Every one that newly takes the certificates of an authority, `in_templates` too. One that is made for the same
    authority as one that the plan deletes does not, unless that was in another account. Raises GateError."""
    listed = [*managed_resources(plan, _ARNS), *(each for each in in_templates if each.type in _ARNS)]
    gone: list[tuple[Any, str | None]] = []
    made: list[tuple[ManagedResource, Any, str | None]] = []
    for resource in listed:
        was, will = _taken(resource.before), _taken(resource.after)
        number = number_of(_arn(resource), account_of(resource, references, accounts))
        if resource.after is None:
            gone.append((was, number))
        elif will is not None and will != was:
            made.append((resource, will, number))
    for resource, will, number in made:
        if resource.created and any(will == was and may_be_one(number, whose) for was, whose in gone):
            continue
        name = "" if resource.created else _arn(resource)  # one that is made anew has another ARN
        place = Place(resource.address, _SOURCE if _of(resource.before) != _of(resource.after) else _ENABLED)
        yield Credential(place, CredentialKind.ANCHOR, name, number=number)


def _arn(resource: ManagedResource) -> str:
    """The ARN that an anchor had, which it keeps where it stays."""
    return text_of(resource.before, _ARNS[resource.type])


def _taken(values: Any) -> Any:
    """Whose certificates an anchor takes, None where it takes nobody's."""
    return None if not isinstance(values, dict) or values.get(_ENABLED) is False else _of(values)


def _of(values: Any) -> Any:
    return _plain(values.get(_SOURCE)) if isinstance(values, dict) else None


def _plain(value: Any) -> Any:
    """A value without what is not set, and its texts however they are set."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each not in (None, "")}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return " ".join(value.split()) if isinstance(value, str) else value
