"""What AWS-managed policies say of one service: tables made from AWS's own documents.

https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
"""

import os
from functools import cache
from typing import Any

import msgspec

_DATA = os.path.join(os.path.dirname(__file__), os.pardir, "data")
_NAMES = "aws-managed-policies-names.json"


def table(file: str) -> bytes:
    """A table of gate/data, as it is written."""
    with open(os.path.join(_DATA, file), "rb") as written:
        return written.read()


class ManagedPolicies(msgspec.Struct, frozen=True, gc=False):
    """The AWS-managed policies as one service sees them; `file` in gate/data has what they say of it."""

    file: str

    def all(self) -> dict[str, list[dict[str, Any]]]:
        """The statements of each that speaks of the service, other actions left out, by policy name."""
        return {name: msgspec.json.decode(statements) for name, statements in _policies(self.file).items()}

    def of(self, name: str) -> list[dict[str, Any]] | None:
        """What the policy of this name says of the service, in any case, since IAM's names differ in more.

        Empty where the policy says nothing of it; None where AWS had no policy of this name when the tables were made.
        """
        return _of(self.file, name)

    def as_of(self) -> str:
        """The day of the newest change that the tables know of."""
        return _known().as_of


# Where AWS has those that deny something in KMS: one that is attached from elsewhere does not exist.
_DENYING_AT = {
    "AWSCompromisedKeyQuarantineV3": "/",
    "AWSDenyAll": "/",
    "AWSIAMIdentityCenterAllowListForIdentityContext": "/",
    "AmazonDataZoneEnvironmentRolePermissionsBoundary": "/",
    "AmazonDataZoneSageMakerEnvironmentRolePermissionsBoundary": "/",
    "AmazonInspector2AgentlessServiceRolePolicy": "/aws-service-role/",
    "AmazonInspector2AmiScanServiceRolePolicy": "/aws-service-role/",
    "AmazonSecurityLakePermissionsBoundary": "/",
    "IAMAuditRootUserCredentials": "/root-task/",
    "IAMCreateRootUserPassword": "/root-task/",
    "IAMDeleteRootUserCredentials": "/root-task/",
    "S3UnlockBucketPolicy": "/root-task/",
    "SQSUnlockQueuePolicy": "/root-task/",
    "SageMakerStudioProjectUserRolePermissionsBoundary": "/",
}


def is_called_so(arn: str, *, denying: bool) -> bool:
    """Whether AWS certainly has a policy of its own under an ARN, letter by letter; of one that is `denying`, its path
    has to be the right one as well."""
    path, _, name = arn.partition(":policy")[2].rpartition("/")
    return name in _known().names and (not denying or _DENYING_AT.get(name) == f"{path}/")


class _Statements(msgspec.Struct, frozen=True):
    policies: dict[str, msgspec.Raw]  # the statements are decoded when they are asked for


class _Names(msgspec.Struct, frozen=True):
    as_of: str
    names: frozenset[str]


@cache
def _of(file: str, name: str) -> list[dict[str, Any]] | None:
    statements = _by_lower_case_name(file).get(name.lower())
    if statements is not None:
        return msgspec.json.decode(statements, type=list[dict[str, Any]])
    return [] if name.lower() in _known_lower_case() else None


@cache
def _policies(file: str) -> dict[str, msgspec.Raw]:
    return msgspec.json.decode(table(file), type=_Statements).policies


@cache
def _by_lower_case_name(file: str) -> dict[str, msgspec.Raw]:
    return {name.lower(): statements for name, statements in _policies(file).items()}


@cache
def _known() -> _Names:
    return msgspec.json.decode(table(_NAMES), type=_Names)


@cache
def _known_lower_case() -> frozenset[str]:
    return frozenset(name.lower() for name in _known().names)
