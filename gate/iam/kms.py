"""AWS KMS as a protected service: all that gate knows of it.

Its actions are data, from the AWS service authorization reference (scripts/update_catalogue.py):
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awskeymanagementservice.html
"""

from functools import cache
from typing import Any

import msgspec

from gate.iam.limiting_conditions import Limit
from gate.iam.managed_policies import ManagedPolicies, table
from gate.iam.needs import Needs
from gate.iam.patterns import FIELD
from gate.iam.service import Column, Service, Words

# A key's whole power is to read what it protects, to hand itself on, and to destroy
# (https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html on key administrators and key users).
_POWERS = (
    ("Decrypt", "ReEncryptFrom"),
    ("PutKeyPolicy", "CreateGrant"),
    ("ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"),
)
_SENSITIVE = (
    "PutKeyPolicy", "CreateGrant", "ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial", "ReplicateKey",
    "Decrypt", "ReEncryptFrom", "UpdateAlias", "DisconnectCustomKeyStore", "DeleteCustomKeyStore", "ImportKeyMaterial",
    "UpdatePrimaryRegion", "RevokeGrant",
)  # fmt: skip
# What people ask of a principal. Key users and key administrators as AWS's default key policy tells them apart
# (https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html), and of what administrators may do
# apart what hands a key on and what ends it. What only reads or lists is in none, nor what is about no key that exists.
_COLUMNS = {
    "use": (
        "Decapsulate", "Decrypt", "DeriveSharedSecret", "Encapsulate", "Encrypt", "GenerateDataKey",
        "GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac",
        "ReEncryptFrom", "ReEncryptTo", "Sign", "Verify", "VerifyMac",
    ),
    "grant on": ("CreateGrant",),
    "administer": (
        "CancelKeyDeletion", "CreateAlias", "DeleteAlias", "DisableKeyRotation", "EnableKey", "EnableKeyRotation",
        "ImportKeyMaterial", "PutKeyPolicy", "ReplicateKey", "RetireGrant", "RevokeGrant", "RotateKeyOnDemand",
        "SynchronizeMultiRegionKey", "TagResource", "UntagResource", "UpdateAlias", "UpdateCustomKeyStore",
        "UpdateKeyDescription", "UpdatePrimaryRegion",
    ),
    "destroy": (
        "DeleteCustomKeyStore", "DeleteImportedKeyMaterial", "DisableKey", "DisconnectCustomKeyStore",
        "ScheduleKeyDeletion",
    ),
}  # fmt: skip

# A grant through which nobody gets hold of a key: one that an AWS service asks for, to a named grantee, or for
# operations that hand on nothing (https://docs.aws.amazon.com/kms/latest/developerguide/grant-authorization.html;
# the keys and what they are for: https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html). IfExists
# in an Allow limits nothing: it holds where the key is missing.
_SERVICES_ONLY = {
    "allows": (("bool", "true"),),
    "denies": (("bool", "false"), ("boolifexists", "false")),
}
_NAMED_ONLY = {
    "allows": (("stringequals", ""), ("arnlike", "")),
    "denies": tuple((f"{name}{more}", "") for name in ("stringnotequals", "arnnotlike") for more in ("", "ifexists")),
}
_OPERATIONS_ONLY = {
    "allows": (("forallvalues:stringequals", ""),),
    "denies": (("foranyvalue:stringnotequals", ""),),
    "but": ("decrypt", "reencryptfrom", "creategrant"),
}
_LIMITS: tuple[tuple[tuple[str, ...], str, dict[str, Any]], ...] = (
    (("CreateGrant", "RevokeGrant"), "kms:grantisforawsresource", _SERVICES_ONLY),
    (("CreateGrant",), "kms:granteeprincipal", _NAMED_ONLY),
    (("CreateGrant",), "kms:granteeserviceprincipal", _NAMED_ONLY),
    (("CreateGrant",), "kms:grantoperations", _OPERATIONS_ONLY),
)

_PARTS = {  # what varies in a key's ARN, with values to show
    "partition": ("aws", "aws-cn", "aws-us-gov", "aws-eusc"),
    "region": ("eu-west-1", "us-east-1", "ap-southeast-2", "sa-east-1"),
    "account": ("111122223333", "444455556666", "777788889999"),
    "key": (
        "1234abcd-12ab-34cd-56ef-1234567890ab",
        "0987dcba-09fe-87dc-65ba-ab0987654321",
        "mrk-1234abcd12ab34cd56ef1234567890ab",
    ),
}

_USED = ("kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext")
_WORDS = Words(
    title="KMS",
    use=f"to encrypt and decrypt: {', '.join(_USED)}",
    administer="to administer keys, in a role of its own: kms:DescribeKey, kms:EnableKeyRotation, kms:TagResource and "
    "so on",
    limit='or let AWS services alone do so: `"Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}`',
    used=_USED,
    who="aws:PrincipalOrgID, kms:CallerAccount, aws:PrincipalArn, or aws:SourceAccount for a service (kms:ViaService "
    "does not say who)",
    caller_account="kms:CallerAccount",
)


@cache
def kms() -> Service:
    """AWS KMS. An alias ARN is no resource of its own here: the alias actions count on the key they move."""
    listed = msgspec.json.decode(table("kms-actions.json"))["actions"]
    names = tuple(action["name"] for action in listed)

    def chosen(wanted: tuple[str, ...]) -> int:
        return sum(1 << names.index(name) for name in wanted)

    return Service(
        prefix="kms",
        actions=names,
        unscoped=chosen(tuple(action["name"] for action in listed if not action["resources"])),
        powers=tuple(chosen(power) for power in _POWERS),
        sensitive=chosen(_SENSITIVE),
        limits=tuple(Limit(chosen(actions), key, **how) for actions, key, how in _LIMITS),
        shape=f"arn:{FIELD}:kms:{FIELD}:{FIELD}:key/{FIELD}",
        fields=tuple(_PARTS),
        samples=tuple(_PARTS.values()),
        words=_WORDS,
        managed_policies=ManagedPolicies("aws-managed-policies-kms.json"),
        needs=Needs("kms-integrations.json"),
        columns=tuple(Column(name, chosen(actions)) for name, actions in _COLUMNS.items()),
        tagging=chosen(("TagResource",)),
    )
