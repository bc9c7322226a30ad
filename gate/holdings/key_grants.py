"""A grant as the policy that says the same: its grantee may do its operations under its constraints.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html. Whoever may retire a grant can only end it
(https://docs.aws.amazon.com/kms/latest/APIReference/API_RetireGrant.html), which gives nobody access.
"""

from collections.abc import Callable, Iterator
from typing import Any

from gate.holdings.documents import Document, Place
from gate.plan.attributes import marked
from gate.plan.before_after import ManagedResource
from gate.plan.shapes import UNKNOWN
from gate.text.sensitive import concatenated, is_sensitive
from gate.unknown import Unresolved, Value

ATTRIBUTE = "grantee_principal"
Whom = Callable[[ManagedResource, str], Value]
_CONTEXT = "kms:EncryptionContext:"


def grant(resource: ManagedResource, whom: Whom, *, after: bool) -> Iterator[Document]:
    """The grant of a resource before or after, as a policy; one that the plan lets go of stays.

    `whom` tells what is known of the principal that an attribute hides.
    """
    for values in resource.values_after if after else (resource.before,):
        if isinstance(values, dict):
            marks = resource.after_sensitive if after else resource.before_sensitive
            statement = {
                "Effect": "Allow",
                "Principal": _grantee(resource, values, whom),
                "Action": _operations(values.get("operations")),
                "Resource": "*",
                **_conditions(values.get("constraints")),
            }
            undecided = resource.undecided if after else None
            said: Value = statement if undecided is None else Unresolved(reason=undecided)
            content = {"Version": "2012-10-17", "Statement": [said]}
            is_marked = marked(marks, ATTRIBUTE) or marked(marks, "operations")
            sensitive = is_marked or is_sensitive(content)  # as of a role by its reference
            yield Document(Place(resource.address, ATTRIBUTE), content, sensitive, of_key=True)


def _grantee(resource: ManagedResource, values: Any, whom: Whom) -> Value:
    known = values.get(ATTRIBUTE)
    if isinstance(known, str):
        return {"Service" if known.endswith(".amazonaws.com") else "AWS": known}
    return {"AWS": whom(resource, ATTRIBUTE)}


def _operations(listed: Any) -> Value:
    if not isinstance(listed, list):
        return [Unresolved()]
    return [concatenated("kms:", name) if isinstance(name, str) else Unresolved() for name in listed]


def _conditions(constraints: Any) -> dict[str, Value]:
    """The encryption context that a grant asks for; `equals` asks for nothing besides it as well."""
    if constraints is UNKNOWN:
        return {"Condition": Unresolved()}
    asked: dict[str, Value] = {}
    for block in constraints if isinstance(constraints, list) else []:
        for name in ("encryption_context_subset", "encryption_context_equals"):
            pairs = block.get(name) if isinstance(block, dict) else None
            if pairs is UNKNOWN:
                return {"Condition": Unresolved()}
            for key, value in pairs.items() if isinstance(pairs, dict) else ():
                asked[_CONTEXT + key] = value if isinstance(value, str) else Unresolved()
            if isinstance(pairs, dict) and pairs and name.endswith("equals"):
                asked["kms:EncryptionContextKeys"] = sorted(pairs)
    return {"Condition": {"StringEquals": asked}} if asked else {}
