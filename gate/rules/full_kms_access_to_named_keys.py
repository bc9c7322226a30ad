"""A principal newly has full KMS access on keys that the policy names, or on a key that the same plan creates.

Finds: the same as KMS001, where the access is tied to the names of keys: their ARNs, a prefix of key ids, or a key
whose ARN is known only after apply.

Why it matters: over these keys the principal has all power: to decrypt what they protect, to rewrite their key policies
and to schedule their deletion.

Example:

    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = aws_kms_key.app.arn }]

Remedy: name the actions that are needed. In Terraform:

    Statement = [{ Effect = "Allow", Action = ["kms:Decrypt", "kms:GenerateDataKey"], Resource = aws_kms_key.app.arn }]

In CloudFormation:

    Statement:
      - Effect: Allow
        Action: [kms:Decrypt, kms:GenerateDataKey]
        Resource: !GetAtt Key.Arn

With the AWS CLI:

    aws iam put-role-policy --role-name app --policy-name keys --policy-document '{
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": ["kms:Decrypt", "kms:GenerateDataKey"],
        "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      }]
    }'
"""

from collections.abc import Iterator
from functools import partial

from gate.findings.found import Found, Seen
from gate.new_access.grants import Grant
from gate.new_access.questions import FULL
from gate.text.sentences import sentence

ID = "KMS002"
DEFAULT = "block"
ASKS = FULL


def find(seen: Seen) -> Iterator[Found]:
    """Certain grants whose breadth is tied to the names of keys."""
    for grant in seen.answers(ASKS):
        if not grant.undetermined and grant.width is None:
            yield _found(grant, seen)


def _found(grant: Grant, seen: Seen) -> Found:
    from gate.findings import wording  # only where something is found
    from gate.findings.remedies.remedy import remedy

    label, on = grant.holder.label, wording.named(grant)
    return Found(
        grant.place,
        sentence("{} newly has {} on {}{}", label, seen.service.words.full, on, wording.because(grant)),
        (label,),
        wording.distance(grant),
        grant,
        advice=partial(remedy, grant, seen),
    )
