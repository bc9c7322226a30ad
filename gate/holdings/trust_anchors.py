"""Trust anchors of IAM Roles Anywhere that a plan makes or changes: whoever has a certificate of the authority that one
names becomes each role that trusts the service, if a profile lists the role.

https://docs.aws.amazon.com/rolesanywhere/latest/userguide/trust-model.html; the provider schemas of hashicorp/aws and
hashicorp/awscc.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from gate.holdings.accounts import Accounts
from gate.holdings.credentials import Credential, CredentialKind
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
    authority as one that the plan deletes does not. Raises GateError."""
    listed = [*managed_resources(plan, _ARNS), *(each for each in in_templates if each.type in _ARNS)]
    gone = [_taken(each.before) for each in listed if each.after is None and not each.stays]
    for resource in listed:
        will = _taken(resource.after)
        if resource.stays or will is None or will == _taken(resource.before) or will in gone:
            continue
        arn = _ARNS[resource.type]
        name = text_of(resource.after, arn) or text_of(resource.before, arn)
        account = account_of(resource, references, accounts)
        number = name.split(":")[4] if name.count(":") >= 5 else (account.number or "") if account else ""
        place = Place(resource.address, _SOURCE if _of(resource.before) != _of(resource.after) else _ENABLED)
        yield Credential(place, CredentialKind.ANCHOR, name, number=number)


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
