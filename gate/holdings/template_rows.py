"""Which row of the tables reads a type of CloudFormation."""

from gate.holdings.key_types import KEY_TYPES
from gate.holdings.resource_types import HARMLESS, IAM_PREFIXES, RESOURCE_TYPES, ResourceType
from gate.holdings.template_types import awscc_name

# What makes somebody a credential (gate.holdings.credentials and trust_anchors), and is read as it is written.
CREDENTIALS = frozenset(
    {"awscc_iam_access_key", "awscc_iam_oidc_provider", "awscc_iam_saml_provider", "awscc_rolesanywhere_trust_anchor"}
)
_AS_WRITTEN = ResourceType()


def row_of(cloudformation_type: str) -> str:
    """The type of RESOURCE_TYPES, KEY_TYPES or CREDENTIALS that reads a CloudFormation type, as the awscc provider
    names it; empty where no row and no IAM type has that name: `AWS::IAM::RolePolicy` is awscc_iam_role_policy."""
    parts = cloudformation_type.split("::")
    if len(parts) != 3 or parts[0] != "AWS":
        return ""
    name = awscc_name(cloudformation_type)
    unlisted = name.startswith(IAM_PREFIXES) and name not in HARMLESS
    return name if table_row(name) is not None or unlisted else ""


def table_row(type_name: str) -> ResourceType | None:
    """What is read of a type, of a key its policy; None for a type that no table has."""
    if type_name in CREDENTIALS:
        return _AS_WRITTEN
    key = KEY_TYPES.get(type_name)
    return RESOURCE_TYPES.get(type_name) if key is None else key.row
