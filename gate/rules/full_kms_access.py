"""A principal newly has full KMS access on every key, or on every key of one account or region.

Finds: a change after which a role, user, group, permission set or managed policy may do everything with every key: by
`kms:*`, by `*`, by NotAction, by a list of names, by several policies together, or because a Deny, a condition or a
permissions boundary that stopped it is gone. Access counts as full as soon as it can read what a key protects, hand the
key on and destroy it, or when at most two of the service's actions are left out: leaving out a name is no way around.
What the principal could do before raises nothing, however it is written now.

Why it matters: whoever holds `kms:*` can decrypt everything that is encrypted with the keys, rewrite their key policies
and schedule their deletion.

Example:

    resource "aws_iam_role_policy" "app" {
      role   = aws_iam_role.app.name
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
      })
    }

Remedy: name the actions and the key.

    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
      Resource = aws_kms_key.app.arn
    }]

Administering keys is another role's work than using them: give it kms:DescribeKey, kms:EnableKeyRotation,
kms:TagResource and the like, without kms:Decrypt, kms:CreateGrant and kms:PutKeyPolicy.
"""

from collections.abc import Iterator

from gate.findings import wording
from gate.findings.found import Found, Seen

ID = "KMS001"
DEFAULT = "block"


def find(seen: Seen) -> Iterator[Found]:
    """Certain grants whose breadth is tied to no key's name."""
    for holder in seen.introduced:
        for grant in holder.grants:
            if not grant.undetermined and grant.width is not None:
                label, on = holder.holder.label, wording.breadth(grant, seen.service)
                yield Found(
                    grant.place,
                    f"{label} newly has {seen.service.words.full} on {on}{wording.because(grant)}",
                    (label,),
                    10 * len(grant.width) + wording.distance(grant),
                    grant,
                    remedy=wording.remedy(grant, seen.service),
                    example=wording.example(grant, seen.service),
                )
