"""Calls of IAM, KMS, IAM Identity Center and Roles Anywhere that a text makes: a shell command, a script, a workflow.

Only those that give somebody access, take a Deny, a boundary or a key away, or put another key in its place count.
Names:
https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html,
https://docs.aws.amazon.com/kms/latest/APIReference/API_Operations.html,
https://docs.aws.amazon.com/singlesignon/latest/APIReference/API_Operations.html,
https://docs.aws.amazon.com/singlesignon/latest/IdentityStoreAPIReference/API_Operations.html and
https://docs.aws.amazon.com/rolesanywhere/latest/APIReference/API_Operations.html. What makes resources of
a template or of a type that it is told counts whatever it makes.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache

# Of one service alone: the name says enough.
_TELLING = (
    "PutRolePolicy", "PutUserPolicy", "PutGroupPolicy", "AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy",
    "DeleteRolePolicy", "DeleteUserPolicy", "DeleteGroupPolicy", "DetachRolePolicy", "DetachUserPolicy",
    "DetachGroupPolicy", "SetDefaultPolicyVersion", "UpdateAssumeRolePolicy", "AddUserToGroup",
    "PutRolePermissionsBoundary", "PutUserPermissionsBoundary", "DeleteRolePermissionsBoundary",
    "DeleteUserPermissionsBoundary", "AddRoleToInstanceProfile", "RemoveUserFromGroup", "UpdateAccessKey",
    "CreateSAMLProvider", "UpdateSAMLProvider", "CreateOpenIDConnectProvider", "AddClientIDToOpenIDConnectProvider",
    "CreateTrustAnchor", "UpdateTrustAnchor", "EnableTrustAnchor",
    "PutKeyPolicy", "ScheduleKeyDeletion", "DeleteImportedKeyMaterial", "ImportKeyMaterial", "UpdatePrimaryRegion",
    "DisconnectCustomKeyStore", "DeleteCustomKeyStore", "PutInlinePolicyToPermissionSet",
    "AttachManagedPolicyToPermissionSet", "AttachCustomerManagedPolicyReferenceToPermissionSet",
    "CreateAccountAssignment",
    "PutPermissionsBoundaryToPermissionSet", "DeletePermissionsBoundaryFromPermissionSet",
    "DeleteInlinePolicyFromPermissionSet", "DetachManagedPolicyFromPermissionSet",
    "DetachCustomerManagedPolicyReferenceFromPermissionSet",
)  # fmt: skip
# Other services have an operation of that name.
_SHARED = (
    "CreatePolicy", "CreatePolicyVersion", "CreateRole", "CreateUser", "CreateGroup", "CreateAccessKey",
    "CreateLoginProfile", "UpdateLoginProfile", "CreateGrant", "RevokeGrant", "CreateKey", "ReplicateKey",
    "DisableKey", "CreatePermissionSet", "CreateGroupMembership",
)  # fmt: skip
# Lambda's is in so many scripts that one with a client of KMS besides tells nothing: an argument of KMS's own does.
_OF_LAMBDA_TOO, _FOR_A_KEY = ("UpdateAlias",), r"(?=[^;]{0,200}?\bTargetKeyId\b)"
# as APIs and as PowerShell's nouns call them
_SERVICES = {"iam": "IAM", "kms": "KMS", "sso-admin": "SSOADMN", "identitystore": "IDS"}
# Whatever they make may be a policy.
_MAKERS = {"cloudformation": "CFN", "cloudcontrol": "CCA"}
_MAKES = (
    "CreateStack", "UpdateStack", "CreateStackSet", "UpdateStackSet", "CreateStackInstances", "ExecuteChangeSet",
    "CreateResource", "UpdateResource",
)  # fmt: skip
# Make the roles of an application with it, or what its code asks for.
_DEPLOYERS = ("cdk", "cdktf", "sam", "serverless", "sls", "sst", "chalice", "copilot", "rain", "zappa")
_OF_SERVICE = rf"(?:{'|'.join(_SERVICES).replace('-', '-?')})"
_GAP = r"[^\n;|&]{0,120}?"  # options between the words of one command


def _kebab(name: str) -> str:
    """The words of a name; letters that stand for words, as in SAMLProvider, are one."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name).lower()


def _any(names: tuple[str, ...]) -> str:
    """The names as an API, a command line and a Python library spell them."""
    return _one_of({way.lower() for name in names for way in (name, _kebab(name), _kebab(name).replace("-", "_"))})


def _one_of(words: set[str]) -> str:
    """A pattern of one of the words, the longest that fits. A common beginning stands there once, so that a text that
    is none of them fails at its first letters."""
    rests: dict[str, set[str]] = {}
    for word in words - {""}:
        rests.setdefault(word[0], set()).add(word[1:])
    branches = "|".join(first + (_one_of(rest) if rest != {""} else "") for first, rest in sorted(rests.items()))
    if "" in words:
        return f"(?:{branches})?"
    return f"(?:{branches})" if len(rests) > 1 else branches


_END = r"(?!-?\w)"  # of a name: `disable-key-rotation` is another command than `disable-key`
_CLASS = r"(?:Command|Input|Request)?"  # what libraries add to the name of a call
_LONGEST = 200_000  # characters of a text that are looked at at once
_LAP = 1_000  # so that nothing is cut apart
_SHOWN = 80


@cache
def _patterns() -> dict[str, "re.Pattern[str]"]:
    """Compiled when the first text is looked at: most plans have none."""
    nouns, makers = "|".join({**_SERVICES, **_MAKERS}.values()), rf"(?:{'|'.join(_MAKERS)})"
    every_call = re.compile(
        "|".join(
            (
                rf"(?:\baws\s+)?\b{_OF_SERVICE}\b{_GAP}\b{_any((*_TELLING, *_SHARED, *_OF_LAMBDA_TOO))}{_END}",
                rf"\b{_any(_TELLING)}{_CLASS}{_END}",
                rf"\b{_any(_OF_LAMBDA_TOO)}{_CLASS}\b{_FOR_A_KEY}",
                rf"\b(?:Add|New|Register|Remove|Set|Start|Unregister|Update|Write)-(?:{nouns})\w+",
                r"\b(?:Disable|Disconnect|Dismount|Import|Mount|Request|Revoke)-(?:KMS(?!KeyRotation)|SSOADMN)\w+",
                rf"\b(?:terraform|tofu|terragrunt)\b{_GAP}\bapply\b",
                rf"\bpulumi\b{_GAP}\bup\b",
                rf"\b(?:{'|'.join(_DEPLOYERS)})\b{_GAP}\bdeploy\b",
                rf"\baws\b{_GAP}\bcloudformation\b{_GAP}\b(?:deploy|execute-change-set)\b",
                rf"(?:\baws\b{_GAP})?\b{makers}\b{_GAP}\b{_any(_MAKES)}\b",
                rf"\bapigateway:[^:\s]*:{_OF_SERVICE}:path/",  # an API hands on whatever it is asked for
                rf"\beksctl\b{_GAP}\b(?:iamserviceaccount|podidentityassociation)\b",
            )
        ),
        re.IGNORECASE,
    )
    client, method = _client(_SERVICES), _method(rf"{_any(_SHARED)}|create_policy|attach_policy")
    maker, made = _client(_MAKERS), _method(_any(_MAKES))
    # `"Service": "iam", "Api": "CreatePolicy"`, in either order
    shared = (*_SHARED, *_OF_LAMBDA_TOO)
    every = _any((*_TELLING, *shared))
    service, api = r"""\bService["']?\s*:\s*["']?""", r"""\bApi["']?\s*:\s*["']?"""
    step = re.compile(
        "|".join(
            (
                rf"{service}{_OF_SERVICE}\b.{{0,400}}?{api}({every})\b",
                rf"{api}({_any(shared)})\b.{{0,400}}?{service}{_OF_SERVICE}\b",
                rf"{service}{makers}\b.{{0,400}}?{api}({_any(_MAKES)})\b",
                rf"{api}({_any(_MAKES)})\b.{{0,400}}?{service}{makers}\b",
            )
        ),
        re.IGNORECASE | re.DOTALL,
    )
    # Controllers that make IAM and KMS resources of what a cluster is told to have.
    controllers = re.compile(
        rf"\b{_OF_SERVICE}\.(?:services\.k8s\.aws|aws(?:\.m)?\.upbound\.io|aws(?:\.m)?\.crossplane\.io)/v\w+",
        re.IGNORECASE,
    )
    return {
        "calls": every_call, "client": client, "method": method, "maker": maker, "made": made, "step": step,
        "controllers": controllers,
    }  # fmt: skip


def _client(services: Iterable[str]) -> "re.Pattern[str]":
    """`boto3.client("iam")` somewhere in a script, and the call elsewhere; what JavaScript writes in its place."""
    named = "|".join(services)
    libraries = rf"client-(?:{named})\b|\bAWS\.(?:{named.replace('-', '')})\("
    return re.compile(
        rf"""(?:client|resource)\(\s*(?:service_name\s*=\s*)?["'](?:{named})["']|{libraries}""", re.IGNORECASE
    )


def _method(names: str) -> "re.Pattern[str]":
    return re.compile(rf"(?:\.|\bnew\s+(?:\w+\.)?)({names}){_CLASS}\s*\(", re.IGNORECASE)


# Every call has one of these in it, whichever way it is spelled.
_WORDS = (
    *(service[:3] for service in _SERVICES), "policy", "boundary", "group", "profile", "deletion", "material",
    "assignment", "custom", "primary", "openid", "open-id", "open_id", "accesskey", "access-key", "access_key",
    "terraform", "tofu", "terragrunt", "pulumi", "cloudformation", "cfn", "cloudcontrol", "cca", "eksctl", "anchor",
    *_DEPLOYERS,
)  # fmt: skip


def calls(text: str) -> Iterator[str]:
    """Every call in a text, as it is written there, or as a shell puts it together of its parts."""
    text = str.__str__(text)
    plainly = re.sub(r"[\"'`^\\\s]", "", text).lower()
    if not any(word in plainly for word in _WORDS):
        return
    ways = [re.sub(r"\\\r?\n\s*", " ", text)]
    if any(sign in text for sign in "\"'`^\\"):
        ways.append(re.sub(r"[\"'`^]|\\(?:\r?\n)?", "", text))
    told: set[str] = set()
    for part in (part for way in ways for part in _parts(way)):
        for call in _calls(part):
            plain = re.sub(r"\W+", "", call).lower()
            if plain not in told:
                told.add(plain)
                yield call


def _parts(text: str) -> Iterator[str]:
    for start in range(0, max(len(text) - _LAP, 1), _LONGEST - _LAP):
        yield text[start : start + _LONGEST]


def _calls(text: str) -> Iterator[str]:
    for found in _patterns()["calls"].finditer(text):
        yield _short(found[0])
    for client, method in (("client", "method"), ("maker", "made")):
        for found in _patterns()[method].finditer(text) if _patterns()[client].search(text) else ():
            yield _short(found[1])
    for found in _patterns()["step"].finditer(text):
        yield _short(next(filter(None, found.groups())))


def controlled(text: str) -> Iterator[str]:
    """Every kind of resource in a Kubernetes manifest that a controller makes an IAM or KMS resource of."""
    for part in _parts(str.__str__(text)):
        yield from (found[0] for found in _patterns()["controllers"].finditer(part))


def _short(text: str) -> str:
    words = " ".join(re.sub(r"[\"',:]+", " ", text).split())
    return words if len(words) <= _SHOWN else f"{words[:_SHOWN]}..."
