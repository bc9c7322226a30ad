"""A key policy or a grant newly gives KMS access to everyone or to another account, or full access to one principal.

Finds: `aws_kms_key`, `aws_kms_external_key`, `aws_kms_replica_key`, `aws_kms_replica_external_key`,
`aws_kms_key_policy`, `aws_kms_grant`, `awscc_kms_key` and `awscc_kms_replica_key`, after a change that gives somebody
access that they did not have. Blocks: everyone, by `*`, NotPrincipal or a wildcard for the account, unless a condition
with fixed values says who (`aws:PrincipalOrgID`, `kms:CallerAccount`, `aws:PrincipalArn`, `aws:SourceAccount` and the
like; `kms:ViaService` and an encryption context do not). Warns: any access of another account, an organization, an
outside identity provider, or an account that nothing proves to be the key's own; full access of a role, user or service
by name; an action that a condition held back for a principal and no longer does; a Deny that goes and held back who has
access by the policies of the account. The default key policy, and whatever else the key's own account is given as a
whole, raise nothing: its identity policies decide, and the other rules read those.

Why it matters: a key policy alone decides who may use a key. Whoever it names needs no other permission in the key's
own account, and everyone in the world has an AWS account.

Example:

    Principal = { AWS = "*" }
    Action    = "kms:Decrypt"
    Condition = { StringEquals = { "kms:ViaService" = "s3.eu-west-1.amazonaws.com" } }

Remedy: name who needs the key, or add a condition that says who. In Terraform:

    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "kms:Decrypt"
      Resource  = "*"
      Condition = {
        StringEquals = {
          "kms:ViaService"    = "s3.eu-west-1.amazonaws.com"
          "kms:CallerAccount" = "111122223333"
        }
      }
    }]

In CloudFormation:

    Statement:
      - Effect: Allow
        Principal: { AWS: "*" }
        Action: kms:Decrypt
        Resource: "*"
        Condition:
          StringEquals:
            "kms:ViaService": s3.eu-west-1.amazonaws.com
            "kms:CallerAccount": !Ref AWS::AccountId

With the AWS CLI, which takes the whole key policy:

    aws kms put-key-policy --key-id 1234abcd-12ab-34cd-56ef-1234567890ab --policy-name default --policy '{
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Principal": { "AWS": "*" },
        "Action": "kms:Decrypt",
        "Resource": "*",
        "Condition": {
          "StringEquals": {
            "kms:ViaService": "s3.eu-west-1.amazonaws.com",
            "kms:CallerAccount": "111122223333"
          }
        }
      }, {
        "Effect": "Allow",
        "Principal": { "AWS": "arn:aws:iam::111122223333:root" },
        "Action": "kms:*",
        "Resource": "*"
      }]
    }'
"""

from collections.abc import Iterator

from gate.findings.found import Found, Seen

ID = "KMS005"
DEFAULT = "block"


def find(seen: Seen) -> Iterator[Found]:
    """What is certain of everyone, and everything that only warns."""
    for opened in seen.opened.grants if seen.opened else ():
        if not (opened.is_for_everyone and opened.is_undetermined):
            from gate.findings import key_wording  # only where something is found

            yield key_wording.found(opened, seen)
