"""THE table for keys: every resource type that says who may use a KMS key, and where in it that stands.

What is left after a destroy, by the provider's source (hashicorp/terraform-provider-aws, internal/service/kms):
`resourceKeyPolicyDelete` puts the default key policy, and nothing at all under `bypass_policy_lockout_safety_check`;
`resourceGrantDelete` revokes the grant; a key goes with all that is said of it.
"""

import msgspec

from gate.holdings.resource_types import ResourceType


class KeyType(msgspec.Struct, frozen=True, gc=False):
    """One row. `policy` is the attribute of the key policy, empty for a grant. `key` is the attribute that names the
    key, empty where the resource is the key itself."""

    policy: str = ""
    key: str = ""

    @property
    def row(self) -> ResourceType:
        """The policy as a document; one of a key itself is Optional and Computed."""
        return ResourceType(documents=(self.policy,), mirrors=frozenset() if self.key else frozenset({self.policy}))


_KEY = KeyType("policy")
_AWSCC_KEY = KeyType("key_policy")
GRANT = KeyType(key="key_id")

KEY_TYPES: dict[str, KeyType] = {
    "aws_kms_key": _KEY,
    "aws_kms_external_key": _KEY,
    "aws_kms_replica_key": _KEY,
    "aws_kms_replica_external_key": _KEY,
    "aws_kms_key_policy": KeyType("policy", "key_id"),
    "aws_kms_grant": GRANT,
    "awscc_kms_key": _AWSCC_KEY,
    "awscc_kms_replica_key": _AWSCC_KEY,
}

# A name of a key, by which conditions may ask for it (https://docs.aws.amazon.com/kms/latest/developerguide/alias-authorization.html).
ALIAS_TYPES = ("aws_kms_alias", "awscc_kms_alias")
