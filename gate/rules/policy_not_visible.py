"""A policy is newly attached, or taken away, whose document gate cannot see.

Finds: an attachment of a customer-managed policy that the plan neither manages nor reads, or that it makes and that is
attached by a text instead of a reference, or of an AWS-managed policy that gate's list of them does not have; the
detachment of one from a principal with full KMS access, since it may hold a Deny; a Deny, or a permissions boundary,
that goes from a principal which keeps such a policy; somebody who joins a group, or is assigned a permission set, that
the plan does not manage, or a group of the identity store that it manages and assigns nothing; a CloudFormation stack
or a Cloud Control resource that can create IAM resources out of sight: by a template that the plan does not show, a
macro or a nested stack. Also what calls IAM or KMS by itself: a provisioner, a deferred program, a schedule, a state
machine, an automation document, an API, user data, a build, a container, a Kubernetes manifest for a controller; and a
policy with full KMS access, or the ARN of one of AWS's own, in an attribute where nobody expects one.

Why it matters: what is out of sight may grant anything, `kms:*` included, and nothing in the plan says so.

Example:

    resource "aws_iam_role_policy_attachment" "app" {
      role       = "app"
      policy_arn = "arn:aws:iam::111122223333:policy/made-by-hand"
    }

Remedy: read the policy in the same configuration, so that its document stands in the plan:

    data "aws_iam_policy" "made_by_hand" { name = "made-by-hand" }

A newer gate may know the AWS-managed policy that this one does not; reading it works as well. Write templates into
`template_body`, and manage with Terraform what a command would change.
"""

from collections.abc import Iterator

from gate.findings.found import Found, Seen
from gate.holdings.documents import Document
from gate.holdings.inventory import HeldDocument, Manner
from gate.holdings.managed_policies import is_aws_managed
from gate.iam.service import Service
from gate.plan.addresses import named
from gate.text.sensitive import unless_sensitive
from gate.text.sentences import Sentence, sentence

ID = "KMS008"
DEFAULT = "warn"
_MANAGE_IT = (
    "manage the group or permission set, and all that it is given, in the same configuration, "
    "or look at its policies and assignments"
)
_IN_LOCAL = (
    "or, where the reference stands in a local, give the folder that the plan was made from with `--source FOLDER`"
)


def find(seen: Seen) -> Iterator[Found]:
    """Documents without content before or after only, and what can call or make IAM resources out of sight."""
    for introduced in seen.introduced:
        holder = introduced.holder
        if holder.keeps_all:
            continue
        before = {held.document.place.address for held in holder.before if _hidden(held)}
        after = {held.document.place.address for held in holder.after if _hidden(held)}
        for held in () if introduced.combined or holder.only_members else holder.after:  # else its members are told of
            if _hidden(held) and held.document.place.address not in before and not introduced.was_full:
                from gate.new_access.causes import place_of_change

                place = place_of_change(held, holder, seen.service, seen.documents) or held.links[0].place
                policy = held.document.place.address
                yield Found(
                    place,
                    sentence("{} newly {}", holder.label, _what(held, seen.service)),
                    (holder.label,),
                    identity=(unless_sensitive(policy),),
                    remedy=(_remedy(held), *((_IN_LOCAL,) if held.document.is_namesake and not seen.sourced else ())),
                    example=_example(held.document),
                )
        for held in holder.before:
            if _hidden(held) and held.document.place.address not in after and holder.after and introduced.may_be_full:
                policy = held.document.place.address
                lost = sentence("{} no longer has {}, {}", holder.label, named(policy), _why(policy, seen.service))
                yield Found(
                    held.links[0].place,
                    sentence("{}: it may deny {} access", lost, seen.service.words.title),
                    (holder.label,),
                    identity=(unless_sensitive(policy),),
                    remedy=(
                        "look at what the policy denies before it is detached",
                        *((_remedy(held),) if is_aws_managed(policy) else ()),
                    ),
                )
    for one in seen.unstopped:
        from gate.findings.unstopped_wording import no_longer_stopped

        yield no_longer_stopped(one, _why(one.policy, seen.service), seen)
    holdings = seen.holdings
    if holdings.out_of_sight or holdings.unseen_calls or holdings.unexpected_documents:
        from gate.findings.not_visible_wording import found_out_of_sight

        yield from found_out_of_sight(seen)


def _hidden(held: HeldDocument) -> bool:
    return held.document.content is None and bool(held.links)


def _is_joined(held: HeldDocument) -> bool:
    """Whether it is what a group or a permission set gives that the plan does not show."""
    return held.links[0].manner is Manner.MEMBERSHIP


def _what(held: HeldDocument, service: Service) -> Sentence:
    policy = held.document.place.address
    if _is_joined(held) and held.document.is_namesake:
        return sentence("joins {}, which may be another group than the one that the plan makes", named(policy))
    if _is_joined(held):
        return sentence("gets what {} gives, and gate can't see all of it", named(policy))
    if held.document.is_namesake:
        return sentence("has {}, which may be another policy than the one that the plan makes", named(policy))
    return sentence("has {}, {}", named(policy), _why(policy, service))


def _why(policy: str, service: Service) -> str:
    """Why the document of a policy is not seen."""
    if is_aws_managed(policy):
        return f"which is not among the AWS-managed policies that gate knows, as of {service.managed_policies.as_of()}"
    return "whose document gate can't see"


def _remedy(held: HeldDocument) -> str:
    document = held.document
    if document.is_namesake:
        what, would_be = ("group", "joined") if _is_joined(held) else ("policy", "attached")
        by = "arn" if document.place.address.startswith("arn:") else "name"
        return (
            f"write a reference to the `{by}` of the {what} in place of the text: "
            f"by the text, a {what} of this name that is there already would be {would_be}"
        )
    if _is_joined(held):
        return _MANAGE_IT
    read = 'read the policy with `data "aws_iam_policy"`, so that its document stands in the plan'
    return f"look for a newer gate, or {read}" if is_aws_managed(document.place.address) else read


def _example(document: Document) -> tuple[str, ...]:
    """The data source that reads a policy of this ARN."""
    policy = document.place.address
    if document.is_namesake or not policy.startswith("arn:") or unless_sensitive(policy) != policy:
        return ()
    from gate.findings.remedies.settling import read_policy  # only where something is found

    return read_policy(policy)
