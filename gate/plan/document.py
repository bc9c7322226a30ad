"""The whole of a plan's JSON: what `terraform show -json` writes at the top level."""

import msgspec
from msgspec.structs import force_setattr

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


def share_texts(document: Document | WholeDocument) -> None:
    """Has all entries and blocks that say the same say it by one text: each has its own from the decoder, and a plan
    has few types, providers and modules. That is half the memory of an entry, and a text that was hashed stays so."""
    shared = _Shared()
    for entry in document.resource_changes:
        mode, kind, provider, module = entry.mode, entry.type, entry.provider_name, entry.module_address
        force_setattr(entry, "mode", shared[mode])
        force_setattr(entry, "type", shared[kind])
        force_setattr(entry, "provider_name", shared[provider])
        force_setattr(entry, "module_address", shared[module])
    if isinstance(document.configuration, Configuration):
        for block in document.configuration.blocks():
            mode, kind, provider = block.mode, block.type, block.provider_config_key
            force_setattr(block, "mode", shared[mode])
            force_setattr(block, "type", shared[kind])
            force_setattr(block, "provider_config_key", shared[provider])


class _Shared(dict[str, str]):
    """One text for all that are equal."""

    def __missing__(self, text: str) -> str:
        self[text] = text
        return text
