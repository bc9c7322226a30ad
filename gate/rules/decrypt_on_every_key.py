"""A principal may newly decrypt with every key, or with every key of one account or region.

Finds: a change after which kms:Decrypt or kms:ReEncryptFrom is allowed on every key, or on every key of one account or
region: by `*`, by `arn:aws:kms:*:*:key/*`, by NotResource, by `kms:De*`, or because a Deny, a condition or a
permissions boundary that stopped it is gone. A conditional grant is a grant, and the message names the condition,
`kms:ViaService` included. What the principal could do before raises nothing, however it is written now. Where a part
that is known only after apply may turn out to grant this, the message says so.

Why it matters: the principal can then read whatever is encrypted with any key whose key policy leaves the decision to
IAM policies, keys that are created later included. Whoever takes over the principal reads all of it.

Example:

    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*" }]

Remedy: name the keys. In Terraform:

    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.app.arn }]

In CloudFormation:

    Statement:
      - Effect: Allow
        Action: kms:Decrypt
        Resource: !GetAtt Key.Arn

With the AWS CLI:

    aws iam put-role-policy --role-name app --policy-name keys --policy-document '{
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": "kms:Decrypt",
        "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      }]
    }'

Twins: what other tools decide, and where gate differs.

    AWS Security Hub KMS.1 (AWS Config iam-customer-policy-blocked-kms-actions): a customer-managed policy, attached or
    not, allows one of these actions on all keys. KMS.2 (iam-inline-policy-blocked-kms-actions): an inline policy does.
    - they find the policy in the account, old ones too; gate finds the change that newly gives the access
    - they judge one policy; gate all policies of a principal together, its groups, AWS-managed policies, Denies and
      permissions boundary included
    - a new policy that is only used as a permissions boundary: both leave it out
    - conditions: they ignore them; gate names them, and a condition that is dropped is a new grant
    - every key of one account or region: gate counts it as every key
    HashiCorp's policy libraries for Terraform policy and Sentinel: the same checks over a plan.
    - they compare texts: other spellings, NotAction and conditions pass, and so does what is not known yet
    - they look at the after side alone: old grants are told of too

"""

from collections.abc import Iterator

from gate.findings import few_actions
from gate.findings.found import Found, Seen
from gate.new_access.questions import Question

ID = "KMS003"
DEFAULT = "warn"
ASKS = Question(any_of=("kms:Decrypt", "kms:ReEncryptFrom"))
TAGS = (
    "AWS Security Hub KMS.1",
    "AWS Security Hub KMS.2",
    "AWS Config iam-customer-policy-blocked-kms-actions",
    "AWS Config iam-inline-policy-blocked-kms-actions",
)


def find(seen: Seen) -> Iterator[Found]:
    """Grants of these actions, certain ones and those that the worst case of something unknown would make."""
    return few_actions.found(seen, ASKS)
