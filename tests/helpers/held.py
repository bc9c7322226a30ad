"""Somebody with some documents before and after a change, without the plan that says so."""

from collections.abc import Mapping
from typing import Any

from gate.holdings.boundaries import Boundary
from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal


def held(name: str, content: Any, **doubt: Any) -> HeldDocument:
    """An inline policy, by the name of its resource."""
    return HeldDocument(Document(Place(f"aws_iam_role_policy.{name}", "policy"), content), **doubt)


def bounded(name: str, content: Any, lost: Place | None = None) -> Boundary:
    """A permissions boundary, by the name of the policy that it is."""
    return Boundary(Document(Place(f"aws_iam_policy.{name}", "policy"), content), Place("aws_iam_role.r", "b"), lost)


def changed(before: Mapping[str, Any], after: Mapping[str, Any], **more: Any) -> Holder:
    """A role with these documents, by the name of the resource of each."""
    had, has = (tuple(held(name, content) for name, content in one.items()) for one in (before, after))
    return Holder(Principal("role", "", "r"), "role r", had, has, **more)
