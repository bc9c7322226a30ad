"""Who an unknown part of a key policy's Principal is: the role or user of the plan whose ARN or name it is."""

import re
from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace

from gate.holdings.accounts import Account, Accounts
from gate.holdings.resource_types import RESOURCE_TYPES, ROLE, ROLE_OF_A_SERVICE, USER
from gate.plan.addresses import Target, exact_target
from gate.plan.arns import is_made_up
from gate.plan.attributes import text_of
from gate.plan.before_after import ManagedResource
from gate.plan.references import References
from gate.text.sensitive import concatenated
from gate.unknown import OneOf, Unresolved, Value, with_parts, without_wildcards

_OF_THE_CALLER = {  # data sources whose attribute is whoever runs Terraform, or its role
    ("aws_caller_identity", "arn"): "caller",
    ("aws_iam_session_context", "issuer_arn"): ROLE,
}
_LISTED = {("aws_iam_roles", "arns"): ROLE, ("aws_iam_users", "arns"): USER}  # somebody of the account, or several
_PATH = "path"
_ASKED_BY = {"aws_iam_role": "name", "aws_iam_user": "user_name"}
_NAME = r"[\w+=,.@-]+"


def account_of(resource: Any, references: References, accounts: Accounts) -> Account | None:
    """The account of a resource, by the provider that manages it; None where the configuration has no block of it."""
    block = references.block(resource)
    if block is None:
        return None
    return accounts.reading(block.provider_config_key, resource.module_address, resource.address)


def named(account: Account) -> str:
    """A text for an account in an ARN: its number, or what stands for it (as in gate.holdings.provider_values)."""
    return account.number or f"(account of {without_wildcards(account.id)})"


def is_principal(type_name: str) -> bool:
    """Whether resources of a type are roles or users."""
    row = RESOURCE_TYPES.get(type_name)
    return row is not None and row.own_name is not None and row.own_name.kind in (ROLE, USER)


def unknown_name(resource: ManagedResource) -> str:
    """What stands for the name of a principal that is known only after apply."""
    return f"({without_wildcards(resource.address)})"


class PrincipalArns:
    """The principals of one plan by reference."""

    def __init__(self, references: References, accounts: Accounts, resources: Sequence[ManagedResource]) -> None:
        self._references = references
        self._accounts = accounts
        self._by_address = {resource.address: resource for resource in resources}

    def filled(self, document: Value) -> Value:
        """A key policy with everybody in it who is known."""
        if isinstance(document, OneOf):
            return OneOf(tuple(map(self.filled, document.alternatives)))
        if isinstance(document, list):
            return [self.filled(element) for element in document]
        if not isinstance(document, dict):
            return document
        if "Statement" in document:
            return {**document, "Statement": self.filled(document["Statement"])}
        known = {key: self.principal(document[key]) for key in ("Principal", "NotPrincipal") if key in document}
        condition = document.get("Condition")
        if isinstance(condition, dict):
            known["Condition"] = {how: self._asked(tests) for how, tests in condition.items()}
        return {**document, **known}

    def _asked(self, tests: Value) -> Value:
        """The clauses of a condition, with every principal in `aws:PrincipalArn` of which the whole ARN is known."""
        if not isinstance(tests, dict):
            return tests
        return {
            key: with_parts(value, self._whole) if key.lower() == "aws:principalarn" else value
            for key, value in tests.items()
        }

    def _whole(self, hole: Unresolved) -> str | Unresolved:
        known = self._known(hole)
        return hole if isinstance(known, str) and "(" in known else known

    def principal(self, value: Value) -> Value:
        """The value of a Principal, or of a part of one."""
        return with_parts(value, self._known)

    def _known(self, hole: Unresolved) -> str | Unresolved:
        target = exact_target(replace(hole, exact=True) if hole.bare else hole)  # no wildcard means anything here
        if target is None:
            return hole
        if target.mode == "data":
            return self._read(target, hole)
        if is_principal(target.type):
            return self._managed(target, hole)
        if target.type == ROLE_OF_A_SERVICE and target.attribute == "arn":
            return self._of_a_service(target, hole)
        if target.attribute == "arn" and is_made_up(target.type):
            return replace(hole, stands_for=f"({without_wildcards(hole.references[0])})")  # somebody, not everybody
        return hole

    def _of_a_service(self, target: Target, hole: Unresolved) -> str | Unresolved:
        """A role that AWS names and makes in the account of the provider."""
        found = [each for each in self._references.changes(target) if target.key is None or each.index == target.key]
        account = account_of(found[0], self._references, self._accounts) if len(found) == 1 else None
        if account is None:
            return hole
        own = without_wildcards(found[0].address)
        return f"arn:{account.partition or 'aws'}:iam::{named(account)}:{ROLE}/({own})"

    def _managed(self, target: Target, hole: Unresolved) -> str | Unresolved:
        row = RESOURCE_TYPES[target.type]
        if row.own_name is None:
            return hole
        kind, name = row.own_name.kind, row.own_name.path
        found = [r for entry in self._references.changes(target) if (r := self._by_address.get(entry.address))]
        found = [each for each in found if target.key is None or each.index == target.key]
        values = found[0].after if len(found) == 1 else None
        account = account_of(found[0], self._references, self._accounts) if len(found) == 1 else None
        if not isinstance(values, dict) or account is None:
            return hole
        own = values.get(name)
        own = own if isinstance(own, str) else unknown_name(found[0])
        if target.attribute in (name, "id"):
            return own
        if target.attribute != row.arn:
            return hole
        within = text_of(values, _PATH) if values.get(_PATH) else "/"
        if not within.endswith("/"):  # not known, or no path for AWS
            within = f"/({without_wildcards(found[0].address)}.{_PATH})/"
        return concatenated(f"arn:{account.partition or 'aws'}:iam::{named(account)}:{kind}", within, own)

    def _read(self, target: Target, found: Unresolved) -> str | Unresolved:
        kind = _OF_THE_CALLER.get((target.type, target.attribute))
        listed = _LISTED.get((target.type, target.attribute.partition("[")[0]))
        row = RESOURCE_TYPES.get(target.type)
        if row is not None and row.own_name is not None and target.attribute == row.arn and is_principal(target.type):
            kind = row.own_name.kind  # the data source of the same name
        path = target.within or ""
        address = f"data.{target.type}.{target.name}"
        block = self._references.data_block(path, address)
        if listed is not None and self._accounts.is_believed(path, address):
            kind = listed
        if kind is None:
            return found
        is_proven, hole = not found.stands_for, replace(found, stands_for="")
        if block is None:
            return hole
        account = self._accounts.reading(block.provider_config_key, path, address)
        own = without_wildcards(hole.references[0].rpartition(".")[0])
        name = self._asked_for(target) if is_proven else None
        within = "/" if name is None else f"/({own}.{_PATH})/"  # of what is not known the name says all
        return concatenated(
            f"arn:{account.partition or 'aws'}:iam::{named(account)}:{kind}", within, name or f"({own})"
        )

    def _asked_for(self, target: Target) -> str | None:
        """The name by which a data source asks for a role or user, which is the one that it gets."""
        argument = _ASKED_BY.get(target.type)
        asked = self._references.asked(target, argument) if argument else None
        if asked is None or not re.fullmatch(_NAME, asked[1], re.ASCII):
            return None
        read, name = asked
        return name if self._accounts.is_believed(read.module_address, read.address) else None
