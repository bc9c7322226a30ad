"""THE table of ways to become another principal, or to give oneself any policy: one row each, with its source.

The rows are those of Rhino Security Labs (https://rhinosecuritylabs.com/aws/aws-privilege-escalation-methods-mitigation/)
and of Prowler's iam_policy_allows_privilege_escalation (prowler-cloud/prowler, lib/policy `privilege_escalation.py`)
that lead to another principal's permissions or to any policy, and those of AWS's own services that act under a role
which they are passed; what an action does is AWS's own documentation:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
"""

from collections.abc import Iterator
from enum import Enum, auto

import msgspec

from gate.iam.passed_roles import STARTS

_API = "https://docs.aws.amazon.com/IAM/latest/APIReference/API_"
_ASSUME = "https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html"


class Gain(Enum):
    """What somebody can do with the principal that a way leads to."""

    WRITES = auto()  # writes its policies
    BECOMES = auto()  # becomes it
    UNBOUNDS = auto()  # takes away its permissions boundary, or rewrites it
    RELEASES = auto()  # takes away what denies
    MEETS = auto()  # gives it the tag that a condition asks for


class Way(msgspec.Struct, frozen=True, gc=False):
    """One way. `action` is asked for on the resource, an IAM `kind` (role, user, group, policy, identity provider);
    `besides` are other actions of IAM on it, or those of a compute service that have to be allowed on anything;
    `service` is the service that has to be trusted by a role which is passed to it."""

    gain: Gain
    kind: str
    action: str
    source: str
    besides: tuple[str, ...] = ()
    service: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        return (self.action, *self.besides)


def _written(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.WRITES, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _become(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.BECOMES, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _unbound(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.UNBOUNDS, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _release(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.RELEASES, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _tag(kind: str, *names: str) -> Iterator[Way]:
    return (Way(Gain.MEETS, kind, f"iam:{name}", f"{_API}{name}.html") for name in names)


def _speak(kind: str, name: str, *besides: str) -> Way:
    """By what an identity provider says, or to whom it speaks."""
    return Way(Gain.BECOMES, kind, f"iam:{name}", f"{_API}{name}.html", tuple(f"iam:{each}" for each in besides))


SAML_PROVIDER, OIDC_PROVIDER = "saml-provider", "oidc-provider"  # as their ARNs have them
PROVIDERS = (SAML_PROVIDER, OIDC_PROVIDER)
WAYS: tuple[Way, ...] = (
    *_written("role", "PutRolePolicy", "AttachRolePolicy"),
    *_written("user", "PutUserPolicy", "AttachUserPolicy"),
    *_written("group", "PutGroupPolicy", "AttachGroupPolicy"),
    *_written("policy", "CreatePolicyVersion", "SetDefaultPolicyVersion"),
    *_become("group", "AddUserToGroup"),
    *_become("user", "CreateAccessKey", "CreateLoginProfile", "UpdateLoginProfile"),
    *_become("role", "UpdateAssumeRolePolicy"),  # in one account a trust policy that names the principal is enough
    Way(Gain.BECOMES, "role", "sts:AssumeRole", _ASSUME),
    # whoever writes the metadata of one signs in as anybody; nobody can write over one by making it
    _speak(SAML_PROVIDER, "UpdateSAMLProvider"),
    _speak(SAML_PROVIDER, "CreateSAMLProvider", "DeleteSAMLProvider"),
    _speak(OIDC_PROVIDER, "AddClientIDToOpenIDConnectProvider"),
    _speak(OIDC_PROVIDER, "CreateOpenIDConnectProvider", "DeleteOpenIDConnectProvider"),
    *_unbound("role", "DeleteRolePermissionsBoundary", "PutRolePermissionsBoundary"),
    *_unbound("user", "DeleteUserPermissionsBoundary", "PutUserPermissionsBoundary"),
    *_unbound("policy", "CreatePolicyVersion", "SetDefaultPolicyVersion"),  # on the policy that is the boundary
    *_release("role", "DeleteRolePolicy", "DetachRolePolicy"),
    *_release("user", "DeleteUserPolicy", "DetachUserPolicy"),
    *_release("group", "RemoveUserFromGroup", "DeleteGroupPolicy", "DetachGroupPolicy"),
    *_tag("role", "TagRole"),
    *_tag("user", "TagUser"),
    *(Way(Gain.BECOMES, "role", "iam:PassRole", each.source, each.actions, each.service) for each in STARTS),
)
