"""A new or changed policy document is not one that AWS would accept, so nothing about it can be proved.

Finds: a document that is not JSON, that repeats a key in one element, that has an element or an effect in another case
than IAM's (`statement`, `ALLOW`), that lacks Effect, Action or Resource, or that has elements which no identity policy
has. An empty text is no document. A CloudFormation template that can be read in two ways, of a stack that can create
IAM resources, is found as well.

Why it matters: parsers disagree about such texts (of two equal keys one takes the first, another the last), so what one
tool reads need not be what AWS grants.

Example:

    { "Statement": [{ "Effect": "Allow", "Action": "s3:GetObject", "Action": "kms:*", "Resource": "*" }] }

Remedy: write the policy with jsonencode or aws_iam_policy_document, which can't produce these.
"""

from collections.abc import Iterator

from gate.findings.found import Found, Seen, digest
from gate.findings.secrets import slow_digest
from gate.new_access.policies import Malformed
from gate.text.sentences import Label, sentence

ID = "KMS010"
DEFAULT = "block"


def find(seen: Seen) -> Iterator[Found]:
    """Every document that could not be parsed."""
    for holder in seen.introduced:
        for malformed in () if holder.combined else holder.malformed:
            yield _of(malformed, "the policy can't be read: {}", holder.holder.label)
    for key, malformed in seen.opened.malformed if seen.opened else ():
        yield _of(malformed, "the key policy can't be read: {}", key.label)
    for one in seen.holdings.out_of_sight:
        if one.is_malformed:
            from gate.findings.template_wording import in_fingerprint, why

            yield Found(
                one.place,
                sentence("the template can't be read, and it can create IAM resources: {}", why(one.unread)),
                identity=in_fingerprint(one.unread),
                remedy=("correct the template, or manage the IAM resources with Terraform",),
            )


def _of(malformed: Malformed, said: str, label: Label) -> Found:
    document = malformed.document
    reason = "AWS would not accept it (the plan marks it as sensitive)" if document.sensitive else malformed.reason
    return Found(
        document.place,
        sentence(said, reason),
        (label,),
        identity=(slow_digest(digest(document.content)),),
        remedy=("write the policy with jsonencode or aws_iam_policy_document",),
        documents=(document,),
    )
