"""Mail addresses of people in the identity store: AWS sends there by what somebody sets a new password.

https://docs.aws.amazon.com/singlesignon/latest/userguide/resetpassword-accessportal.html; the provider schema of
hashicorp/aws.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gate.holdings.credentials import Credential, CredentialKind
from gate.holdings.documents import Place
from gate.holdings.resolve import IamResource
from gate.plan.attributes import text_of, values_at

_ADDRESSES, _ADDRESS = "emails", "emails[].value"


def new_addresses(resources: Iterable[IamResource], predecessors: Mapping[str, IamResource]) -> Iterator[Credential]:
    """Every person who was there, at whichever address of the plan, and gets mail at an address that was not theirs."""
    for resource in resources:
        row, after = resource.row, resource.after
        if not row.is_person or row.own_name is None:
            continue
        former = predecessors.get(resource.address, resource).before
        called = text_of(former, row.own_name.path)
        if called and not _addresses(after) <= _addresses(former):
            yield Credential(Place(resource.address, _ADDRESSES), CredentialKind.MAIL, called)


def _addresses(values: Any) -> frozenset[str]:
    """All that a person has, in lower case; one that is not known is none that anybody had."""
    found = (value for _, value in values_at(values, _ADDRESS))
    return frozenset(str.lower(one) if isinstance(one, str) else "" for one in found)
