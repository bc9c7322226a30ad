"""What everybody has in a plan, in short texts; and the resources that such plans are made of."""

from typing import Any

from gate.holdings.inventory import HeldDocument, Inventory
from gate.unknown import Unresolved
from tests.helpers.plans import change, policy, statement

S3 = policy(statement("s3:*"))


def same(address: str, values: Any, **more: Any) -> dict[str, Any]:
    return change(address, values, values, **more)


def arn(name: str) -> str:
    return f"arn:aws:iam::111122223333:policy/{name}"


def managed(name: str, text: str = S3, path: str = "/") -> dict[str, Any]:
    """The values of a managed policy."""
    return {"name": name, "path": path, "arn": arn(f"{path[1:]}{name}"), "policy": text}


def inline_values(role: Any = "app", **more: Any) -> dict[str, Any]:
    """The values of an inline policy of a role."""
    return {"name": "p", "role": role, "policy": S3, **more}


def blocks(*configured: tuple[str, dict[str, list[str]]]) -> dict[str, Any]:
    """The configuration of some resources: what each attribute refers to."""
    listed = []
    for address, said in configured:
        kind, _, name = address.partition(".")
        expressions = {attribute: {"references": names} for attribute, names in said.items()}
        block = {"address": address, "mode": "managed", "type": kind, "name": name, "provider_config_key": "aws"}
        listed.append({**block, "expressions": expressions})
    return {"configuration": {"root_module": {"resources": listed}}}


def told(held: HeldDocument) -> str:
    """A document in short: its place, what gate sees of it, over which links, and every doubt."""
    text, place = held.document.content, held.document.place
    seen = " unknown" if isinstance(text, Unresolved) else " unseen" if text is None else ""
    over = "".join(f" over {link.place.address} {link.place.attribute}".rstrip() for link in held.links)
    later = " later" if held.may_not_come else ""
    gone = f" gone by {held.removed_by.address}" if held.removed_by else ""
    return f"{place.address} {place.attribute}".rstrip() + seen + over + later + gone


def has(inventory: Inventory) -> dict[str, list[str]]:
    """What each principal has itself, and what is attached to it."""
    return {f"{who.kind} {who.name}": list(map(told, held)) for who, held in inventory.documents.items() if held}


def lists(found: Any) -> dict[str, list[tuple[list[str], str]]]:
    """Exclusive lists by whose they are: what each leaves, and where it stands."""
    told = {}
    for key, entries in found.items():
        who = key[0] if isinstance(key, tuple) else key
        told[f"{who.kind} {who.name}"] = [(sorted(kept), f"{at.address} {at.attribute}") for kept, at in entries]
    return told
