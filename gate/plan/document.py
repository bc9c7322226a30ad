"""The whole of a plan's JSON: what `terraform show -json` writes at the top level."""

import msgspec

from gate.plan.configuration import Configuration
from gate.plan.shapes import NOTHING, DeferredChange, ResourceChange


class _Document(msgspec.Struct, frozen=True, gc=False):
    """What both readings of a document have: see Document and WholeDocument."""

    format_version: str
    terraform_version: str = ""
    resource_changes: tuple[ResourceChange, ...] = ()
    resource_drift: tuple[ResourceChange, ...] = ()
    deferred_changes: tuple[DeferredChange, ...] = ()
    variables: msgspec.Raw = NOTHING
    prior_state: msgspec.Raw = NOTHING
    complete: bool = True
    planned_values: msgspec.Raw = NOTHING
    values: msgspec.Raw = NOTHING
    errored: bool = False
    # the rest of what Terraform writes is not read, but has to be stepped over to see that no key is repeated
    output_changes: msgspec.Raw = NOTHING
    relevant_attributes: msgspec.Raw = NOTHING
    checks: msgspec.Raw = NOTHING
    action_invocations: msgspec.Raw = NOTHING
    deferred_action_invocations: msgspec.Raw = NOTHING


class Document(_Document, frozen=True, gc=False):
    """A document whose sections are read when they are asked for, so that an error says in which it is."""

    configuration: msgspec.Raw = NOTHING


class WholeDocument(_Document, frozen=True, gc=False):
    """The same, with the configuration: all that every check needs of a large file, in one pass over it."""

    configuration: Configuration | None = None


def is_plain(document: Document | WholeDocument) -> bool:
    """Whether a document is a plan beyond doubt, with nothing in it that has to be explained."""
    is_plan = document.planned_values and (document.configuration or document.resource_changes)
    return (
        bool(is_plan) and not document.values and not document.errored and document.format_version[:2] in ("0.", "1.")
    )
