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

Remedy: name the actions and the key. In Terraform:

    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"]
      Resource = aws_kms_key.app.arn
    }]

In CloudFormation:

    Statement:
      - Effect: Allow
        Action: [kms:Encrypt, kms:Decrypt, kms:GenerateDataKey, kms:GenerateDataKeyWithoutPlaintext]
        Resource: !GetAtt Key.Arn

With the AWS CLI:

    aws iam put-role-policy --role-name app --policy-name keys --policy-document '{
      "Version": "2012-10-17",
      "Statement": [{
        "Effect": "Allow",
        "Action": ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext"],
        "Resource": "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
      }]
    }'

Who works with a service that encrypts needs less: kms:Decrypt to read objects, messages, secrets and parameters,
kms:GenerateDataKey to write them. A finding names those that the other statements need. Administering keys is another
role's work than using them: give it kms:DescribeKey, kms:EnableKeyRotation, kms:TagResource and the like, without
kms:Decrypt, kms:CreateGrant and kms:PutKeyPolicy.

Twins: what other tools decide, and where gate differs.

    Prowler iam_inline_policy_no_full_access_to_kms and iam_policy_no_full_access_to_kms: one inline or customer-managed
    policy allows every KMS action on `*`.
    - they find the policy in the account, old ones too; gate finds the change that newly gives the access
    - they judge one policy; gate all policies of a principal together, its groups, AWS-managed policies, Denies and
      permissions boundary included
    - they ask for the resource `*` and every action; gate counts what amounts to the same (docs/semantics.md lists the
      differences)

"""

from collections.abc import Iterator
from functools import partial

from gate.findings.found import Found, Seen
from gate.new_access.grants import Grant
from gate.new_access.questions import FULL
from gate.text.sentences import sentence

ID = "KMS001"
DEFAULT = "block"
ASKS = FULL
TAGS = (  # Prowler's checks, and the requirements that its compliance frameworks map to them
    "Prowler iam_inline_policy_no_full_access_to_kms",
    "Prowler iam_policy_no_full_access_to_kms",
    "ASD Essential Eight E8-4.4",
    "C5 2025 OIS-08.02B IAM-10.01B CRY-05.02B",
    "CCC v2025.10 CCC.KeyMgmt.CN02.AR01 CCC.IAM.CN04.AR01",
    "ENS RD2022 op.exp.10.aws.cmk.1 op.exp.10.aws.cmk.2",
    "FedRAMP 20x ksi-iam",
    "KISA ISMS-P 2.5.1 2.5.5 2.5.6 2.10.2",
    "MITRE ATT&CK T1078 T1648 T1098 T1578 T1550 T1580",
    "NIS2 11.2.2.a",
    "NIST CSF 2.0 rr_1 po_1 ac_1 ac_4",
    "PCI DSS 4.0 3.5.1.1 3.6.1 3.7 7.2 7.3",
    "CIS Controls 8.1 6.8",
    "DORA Art30",
)


def find(seen: Seen) -> Iterator[Found]:
    """Certain grants whose breadth is tied to no key's name."""
    for grant in seen.answers(ASKS):
        if not grant.undetermined and grant.width is not None:
            yield _found(grant, len(grant.width), seen)


def _found(grant: Grant, width: int, seen: Seen) -> Found:
    from gate.findings import wording  # only where something is found
    from gate.findings.remedies.remedy import remedy

    label, on = grant.holder.label, wording.breadth(grant, seen.service)
    return Found(
        grant.place,
        sentence("{} newly has {} on {}{}", label, seen.service.words.full, on, wording.because(grant)),
        (label,),
        10 * width + wording.distance(grant),
        grant,
        advice=partial(remedy, grant, seen),
    )
