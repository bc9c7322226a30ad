"""The roles, users, groups and managed policies of a plan as IAM's own actions see them: their ARNs, and who may assume
a role."""

from functools import cache
from typing import Any

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Document
from gate.holdings.holders import IamPlan
from gate.holdings.predecessors import predecessors
from gate.holdings.principal import POLICY
from gate.holdings.principal_arns import PrincipalArns
from gate.holdings.renamed_arns import Written, followed, renames
from gate.holdings.resolve import IamResource
from gate.holdings.resource_documents import documents_before
from gate.holdings.resource_types import ROLE, ResourceType
from gate.plan.attributes import text_of
from gate.text.sensitive import concatenated
from gate.unknown import without_wildcards


class Identity(msgspec.Struct, frozen=True, gc=False):
    """One of them. `account` is the id of its account, `number` that account's number, empty where nothing proves it;
    `names` what it is called before and after. `within` is its path. `stands_for` is the text that stands for its ARN
    in a document where only the apply tells it. `trust_before` and `trust_after` are the trust policies of a role.
    `former_arn` is the ARN that it had before the change, at whichever address, empty where it was not there."""

    kind: str
    account: str
    number: str
    partition: str
    address: str
    names: tuple[str, ...]
    within: str
    stands_for: str
    trust_before: Document | None = None
    trust_after: Document | None = None
    former_arn: str = ""

    def arns(self, account: str) -> tuple[str, ...]:
        """Its ARNs, if its account has this number."""
        start = f"arn:{self.partition}:iam::{account}:{self.kind}"
        return tuple(concatenated(start, self.within, name) for name in self.names)


def identities(iam: IamPlan) -> tuple[Identity, ...]:
    """All of a plan. Raises GateError."""
    read = _Trusts(iam)
    now = (resource for resource in iam.resources if resource.deposed in (None, False))
    return tuple(found for resource in now for found in read.identity(resource))


class _Trusts:
    def __init__(self, iam: IamPlan) -> None:
        self._iam = iam
        self._arns = PrincipalArns(iam.references, iam.accounts, iam.resources)
        self._renames = renames(iam)
        self._predecessors = predecessors(iam.resources, iam.accounts.account_id)

    def identity(self, resource: IamResource) -> tuple[Identity, ...]:
        row = resource.row
        name = row.own_name.path if row.own_name else row.policy.name if row.policy else ""
        kind = row.own_name.kind if row.own_name else POLICY
        if not name:
            return ()
        former = self._predecessors.get(resource.address, resource).before
        versions = [values for values in (resource.after, former) if isinstance(values, dict)]
        arn = row.arn or (row.policy.arn if row.policy else "")
        known = [values[arn] for values in versions if isinstance(values.get(arn), str) and values[arn]]
        account = self._iam.accounts.all[self._iam.accounts.account_id(resource)]
        fields = known[0].split(":", 5) if known and known[0].count(":") >= 5 else []
        trust = self._trust(resource) if kind == ROLE else (None, None)
        return (
            Identity(
                kind,
                account.id,
                fields[4] if fields else account.number or "",
                fields[1] if fields else account.partition or "aws",
                resource.address,
                tuple(dict.fromkeys(values[name] for values in versions if isinstance(values.get(name), str))),
                _path(versions),
                f"({without_wildcards(f'{resource.address}')}.{arn})",
                *trust,
                text_of(former, arn),
            ),
        )

    def _trust(self, resource: IamResource) -> tuple[Document | None, Document | None]:
        if not resource.row.trust:
            return None, None
        row = _trust_row(resource.row.trust)
        before = next(iter(documents_before(resource, row)), None) if resource.before is not None else None
        after = next(iter(self._iam.documents.of(resource, row)), None) if isinstance(resource.after, dict) else None
        was, will = self._filled(before), self._filled(after)
        if was is None or will is None or after is None or not self._renames:
            return was, will
        written = Written(will, after.content, resource)
        (was,), (will,) = followed(self._renames, [was], [written], self._iam)
        return was, will

    def _filled(self, document: Document | None) -> Document | None:
        return None if document is None else replace(document, content=self._arns.filled(document.content))


@cache
def _trust_row(path: str) -> ResourceType:
    """A row for the trust policy alone."""
    return ResourceType(documents=(path,))


def _path(versions: list[dict[str, Any]]) -> str:
    paths = [values["path"] for values in versions if isinstance(values.get("path"), str)]
    return paths[0] if paths and paths[0].startswith("/") else "/"
