"""What is found of resources, calls and policy documents that a plan does not show, in sentences."""

from collections.abc import Iterator

from gate.findings.found import Found, Seen
from gate.findings.secrets import slow_digest
from gate.findings.template_wording import why
from gate.holdings.call_places import MadeBy
from gate.holdings.documents import Document
from gate.holdings.unseen_calls import UnseenCall
from gate.iam.boxes import boxes
from gate.iam.guards import actions_of
from gate.iam.service import Service
from gate.new_access.policies import readable_policy
from gate.plan.addresses import named
from gate.text.sentences import Sentence, sentence

_DOES = {
    MadeBy.PROVISIONER: "runs",
    MadeBy.HIDDEN_PROVISIONER: "runs a command that gate can't see",
    MadeBy.PROGRAM: "reads the output of a program that runs",
    MadeBy.HIDDEN_PROGRAM: "reads the output of a program that gate can't see",
    MadeBy.ACTION: "calls",
    MadeBy.HIDDEN_ACTION: "runs at the apply what gate can't see",
    MadeBy.WORKFLOW: "makes a workflow that calls",
    MadeBy.CONTROLLER: "asks a controller in a Kubernetes cluster for",
    MadeBy.COMMAND: "brings a command that calls",
    MadeBy.API: "makes an API that calls",
}
# What stands for what makes a call. A waiver may be bound to a fingerprint, so these texts stay.
_IN_FINGERPRINT = {
    MadeBy.PROVISIONER: "PROVISIONER",
    MadeBy.HIDDEN_PROVISIONER: "HIDDEN_PROVISIONER",
    MadeBy.PROGRAM: "PROGRAM",
    MadeBy.HIDDEN_PROGRAM: "HIDDEN_PROGRAM",
    MadeBy.ACTION: "ACTION",
    MadeBy.HIDDEN_ACTION: "HIDDEN_ACTION",
    MadeBy.WORKFLOW: "WORKFLOW",
    MadeBy.CONTROLLER: "CONTROLLER",
    MadeBy.COMMAND: "COMMAND",
    MadeBy.API: "API",
}
_WITH_TERRAFORM = "manage what it changes with Terraform, so that the plan shows it, or look at what it does"
_WITH_SOURCE = "give the folder that the plan was made from with `--source FOLDER`"
_REMEDIES = {
    MadeBy.HIDDEN_PROVISIONER: f"{_WITH_SOURCE}, or read the command",
    MadeBy.HIDDEN_PROGRAM: f"{_WITH_SOURCE}, or read the program",
    MadeBy.HIDDEN_ACTION: "read the command, or build it from what is known before the apply",
    MadeBy.CONTROLLER: "manage the IAM and {title} resources with Terraform, or look at what the manifest asks for",
}


def found_out_of_sight(seen: Seen) -> Iterator[Found]:
    """Everything that newly calls IAM or the service out of sight, and policy documents where nobody expects one."""
    title = seen.service.words.title
    for one in seen.holdings.out_of_sight:
        if not one.is_malformed:  # else KMS010 tells of it
            made = "IAM resources" if one.makes_iam else f"{title} {seen.service.fields[-1]}s and permission sets"
            yield Found(
                one.place,
                sentence("{} can create {} that no plan shows: {}", named(one.place.address), made, why(one.unread)),
                remedy=(f"manage the {made} with Terraform, or check the template itself",),
            )
    for call in seen.holdings.unseen_calls:
        yield Found(
            call.place,
            _sentence(call, title),
            identity=(_IN_FINGERPRINT[call.made_by], call.call),
            remedy=(_REMEDIES.get(call.made_by, _WITH_TERRAFORM).format(title=title),),
        )
    for document in seen.holdings.unexpected_documents:
        if _covers(document, seen.service):
            yield Found(
                document.place,
                sentence(
                    "{} newly {} that allows full {} access, and gate does not know what is done with it",
                    named(document.place.address),
                    "has a policy document" if isinstance(document.content, str) else "names a policy of AWS's own",
                    title,
                ),
                identity=(slow_digest(str(document.content)),),
                remedy=("look at who gets this policy, or allow only the actions that are needed",),
                documents=(document,),
            )


def _sentence(call: UnseenCall, title: str) -> Sentence:
    by_provisioner = call.made_by in (MadeBy.PROVISIONER, MadeBy.HIDDEN_PROVISIONER)
    who = sentence("{}{}", "a provisioner of " if by_provisioner else "", named(call.place.address))
    if call.made_by in (MadeBy.HIDDEN_PROVISIONER, MadeBy.HIDDEN_PROGRAM, MadeBy.HIDDEN_ACTION):
        return sentence("{} {}: it may call IAM or {}", who, _DOES[call.made_by], title)
    called = f"`{call.call}`" if call.call else f"an API of IAM or {title} (the plan marks the text as sensitive)"
    return sentence("{} {} {}, and no plan shows what that gives", who, _DOES[call.made_by], called)


def _covers(document: Document, service: Service) -> bool:
    """Whether the Allows of a document are all power over some key, whatever it denies."""
    return service.is_full(actions_of(boxes(readable_policy(document), service, None, worst=False)[0]))
