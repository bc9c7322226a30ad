"""What is found of roads to IAM and KMS that no plan shows, in sentences."""

from collections.abc import Iterator

from gate.findings.found import Found, Seen
from gate.findings.secrets import slow_digest
from gate.holdings.documents import Document
from gate.holdings.roads import Road, Unwatched
from gate.iam.boxes import boxes
from gate.iam.guards import actions_of
from gate.iam.policy import MalformedPolicy
from gate.iam.service import Service
from gate.new_access.policies import parsed
from gate.plan.addresses import named
from gate.text.sentences import Sentence, sentence

_DOES = {
    Road.PROVISIONER: "runs",
    Road.HIDDEN_PROVISIONER: "runs a command that gate can't see",
    Road.PROGRAM: "reads the output of a program that runs",
    Road.HIDDEN_PROGRAM: "reads the output of a program that gate can't see",
    Road.ACTION: "calls",
    Road.HIDDEN_ACTION: "runs at the apply what gate can't see",
    Road.WORKFLOW: "makes a workflow that calls",
    Road.CONTROLLER: "asks a controller in a Kubernetes cluster for",
}
_WITH_TERRAFORM = "manage what it changes with Terraform, so that the plan shows it, or look at what it does"
_REMEDIES = {
    Road.HIDDEN_PROVISIONER: "give the folder that the plan was made from with `--source FOLDER`, or read the command",
    Road.HIDDEN_PROGRAM: "give the folder that the plan was made from with `--source FOLDER`, or read the program",
    Road.HIDDEN_ACTION: "read the command, or build it from what is known before the apply",
    Road.CONTROLLER: "manage the IAM and KMS resources with Terraform, or look at what the manifest asks for",
}


def found_roads(seen: Seen) -> Iterator[Found]:
    """Everything that newly calls IAM or KMS out of sight, and policy documents where nobody expects one."""
    for one in seen.holdings.opaque:
        if not one.is_malformed:  # else KMS010 tells of it
            made = "IAM resources" if one.makes_iam else "KMS keys and permission sets"
            yield Found(
                one.place,
                sentence("{} can create {} that no plan shows: {}", named(one.place.address), made, one.unread.why),
                remedy=(f"manage the {made} with Terraform, or check the template itself",),
            )
    for road in seen.holdings.roads:
        yield Found(
            road.place,
            _sentence(road),
            identity=(road.road.name, road.call),
            remedy=(_REMEDIES.get(road.road, _WITH_TERRAFORM),),
        )
    for document in seen.holdings.swept:
        if _covers(document, seen.service):
            yield Found(
                document.place,
                sentence(
                    "{} newly has a policy document that allows full {} access, and gate does not know what is done "
                    "with it",
                    named(document.place.address),
                    seen.service.words.title,
                ),
                identity=(slow_digest(str(document.content)),),
                remedy=("look at who gets this policy, or allow only the actions that are needed",),
                documents=(document,),
            )


def _sentence(road: Unwatched) -> Sentence:
    by_provisioner = road.road in (Road.PROVISIONER, Road.HIDDEN_PROVISIONER)
    who = sentence("{}{}", "a provisioner of " if by_provisioner else "", named(road.place.address))
    if road.road in (Road.HIDDEN_PROVISIONER, Road.HIDDEN_PROGRAM, Road.HIDDEN_ACTION):
        return sentence("{} {}: it may call IAM or KMS", who, _DOES[road.road])
    called = f"`{road.call}`" if road.call else "an API of IAM or KMS (the plan marks the text as sensitive)"
    return sentence("{} {} {}, and no plan shows what that gives", who, _DOES[road.road], called)


def _covers(document: Document, service: Service) -> bool:
    """Whether the Allows of a document are all power over some key, whatever it denies."""
    try:
        policy = parsed(document, service)
    except MalformedPolicy:
        return False
    return service.is_full(actions_of(boxes(policy, service, None, worst=False)[0]))
