"""A principal may newly take over, disable or destroy every key, or every key of one account or region.

Finds: a change after which one of these actions is allowed on every key, or on every key of one account or region:
kms:PutKeyPolicy and kms:CreateGrant, with which a principal can give every other access to anybody, itself included;
kms:ReplicateKey, kms:UpdatePrimaryRegion, kms:ImportKeyMaterial and kms:UpdateAlias, which put another key in a key's
place; kms:ScheduleKeyDeletion, kms:DisableKey, kms:DeleteImportedKeyMaterial, kms:RevokeGrant,
kms:DisconnectCustomKeyStore and kms:DeleteCustomKeyStore, which end its use. What a condition limits is not counted:
kms:CreateGrant and kms:RevokeGrant with `kms:GrantIsForAWSResource`, kms:CreateGrant with `kms:GranteePrincipal` or
`kms:GranteeServicePrincipal` written out, or with `kms:GrantOperations` that leave out Decrypt, ReEncryptFrom and
CreateGrant; a Deny of all else limits the same. What the principal could do before raises nothing.

Why it matters: one call of kms:PutKeyPolicy or kms:CreateGrant turns this access into full access, and what was
encrypted with a deleted key can't be decrypted any more.

Example:

    Statement = [{ Effect = "Allow", Action = ["kms:CreateGrant", "kms:DescribeKey"], Resource = "*" }]

Remedy: name the keys, or let only AWS services create grants. In Terraform:

    Statement = [{
      Effect    = "Allow"
      Action    = "kms:CreateGrant"
      Resource  = "*"
      Condition = { Bool = { "kms:GrantIsForAWSResource" = "true" } }
    }]

In CloudFormation:

    Statement:
      - Effect: Allow
        Action: kms:CreateGrant
        Resource: "*"
        Condition: { Bool: { "kms:GrantIsForAWSResource": "true" } }

With the AWS CLI:

    aws iam put-role-policy --role-name app --policy-name grants --policy-document '{
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": "kms:CreateGrant",
        "Resource": "*",
        "Condition": { "Bool": { "kms:GrantIsForAWSResource": "true" } }
      }]
    }'

Actions that do not know the condition, kms:DescribeKey among them, go into a statement without it.

Twins: what other tools decide, and where gate differs.

    AWS Control Tower CT.KMS.PV.1: a service control policy denies kms:CreateGrant unless kms:GrantIsForAWSResource is
    true.
    - it stops the call in the organisation's accounts; gate finds the change that newly allows it, also where it only
      drops the condition
    - gate takes the other conditions above for limits as well
    - gate asks for every key; the service control policy stops the call on one key as well

"""

from collections.abc import Iterator

from gate.findings import few_actions
from gate.findings.found import Found, Seen
from gate.new_access.questions import Question

ID = "KMS004"
DEFAULT = "warn"
ASKS = Question(
    any_of=(
        "kms:PutKeyPolicy", "kms:CreateGrant", "kms:ReplicateKey", "kms:UpdatePrimaryRegion", "kms:ImportKeyMaterial",
        "kms:UpdateAlias", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:DeleteImportedKeyMaterial",
        "kms:RevokeGrant", "kms:DisconnectCustomKeyStore", "kms:DeleteCustomKeyStore",
    )
)  # fmt: skip
TAGS = ("AWS Control Tower CT.KMS.PV.1",)


def find(seen: Seen) -> Iterator[Found]:
    """Grants of these actions, certain ones and those that the worst case of something unknown would make."""
    return few_actions.found(seen, ASKS)
