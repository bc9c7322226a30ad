"""The statement of a key policy to write instead: with a condition that says who, without administration, or with the
condition that it had."""

from collections.abc import Callable, Iterable
from typing import Any

from gate.findings.found import Seen
from gate.findings.remedies import put_back, writing
from gate.findings.remedies.author import Author, author
from gate.findings.remedies.changed import without_condition
from gate.findings.remedies.put_back import as_written
from gate.findings.remedies.suggested import entry, narrowed_actions
from gate.findings.remedies.writing import Expression, NotWritten
from gate.holdings.documents import Document
from gate.iam.policy import Policy, Statement
from gate.new_access.causes import Sources
from gate.new_access.keys import KeyGrant
from gate.new_access.policies import readable_policy
from gate.plan.addresses import module_path

_CALLER = "aws_caller_identity"


def said_who(opened: KeyGrant, seen: Seen, key: str, elsewhere: str) -> tuple[str, ...]:
    """The statements under a condition that `key`, which tells the caller's account, is the account of the key;
    `elsewhere` is a number to be replaced, where nothing proves the right one."""

    def with_account(found: dict[str, Any], writer: Author) -> dict[str, Any]:
        condition = found.get("Condition") or {}
        tests = condition.get("StringEquals") or {}
        if any(name.lower() == key.lower() for name in tests):
            raise NotWritten
        tests = {**tests, key: _own_account(opened, writer, seen) or elsewhere}
        return {**found, "Condition": {**condition, "StringEquals": tests}}

    return _rewritten(_whole(opened.grant.sources, opened), seen, with_account)


def is_proven(opened: KeyGrant) -> bool:
    """Whether the number of the key's own account is known."""
    return _number(opened) is not None


def use_only(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """The statements with those of their actions that use the key."""
    service = seen.service

    def narrowed(found: dict[str, Any], _: Author) -> dict[str, Any]:
        statements = [statement for _, statement in opened.grant.sources]
        actions = narrowed_actions(statements, service)
        if not actions:
            raise NotWritten
        rest = {name: value for name, value in found.items() if name not in ("Action", "NotAction")}
        return {**rest, "Action": list(actions)}

    sources = _whole(opened.grant.sources, opened)
    return _rewritten(sources[:1], seen, narrowed) if len(sources) == 1 else ()


def with_its_condition(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """The statement with the condition that it had."""
    found = without_condition(_whole(opened.grant.sources, opened), seen)
    return put_back.conditional(found, seen) if found else ()


def denying_again(opened: KeyGrant, seen: Seen) -> tuple[str, ...]:
    """The statements that denied it."""
    return put_back.denies(_whole(opened.grant.cause.denied, opened), seen)


def _whole(sources: Sources, opened: KeyGrant) -> Sources:
    """Statements with the documents that they are of: what is looked at is what these say to one class."""
    found: dict[tuple[object, int], tuple[Document, Statement]] = {}
    for part, statement in sources:
        for document in opened.key.documents:
            if document.place == part.place and not isinstance(document.content, Policy):
                listed = readable_policy(document).statements
                whole = next((one for one in listed if one.written.text == statement.written.text), None)
                if whole is not None:
                    found[document.place, whole.index] = document, whole
    return tuple(found.values())


def _rewritten(
    sources: Sources, seen: Seen, change: Callable[[dict[str, Any], Author], dict[str, Any]]
) -> tuple[str, ...]:
    found: list[str] = []
    for document, statement in sources:
        if document.sensitive:
            return ()
        writer = author(document.place, seen)
        try:
            found += writing.lines(as_written(change(entry((document, statement)), writer), writer), writer.notation)
        except NotWritten:
            return ()
    return tuple(found)


def _own_account(opened: KeyGrant, writer: Author, seen: Seen) -> str | Expression | None:
    """The account of the key: by its number, else by the data source of the module that reads it."""
    number = _number(opened)
    if number is not None:
        return number
    module = seen.iam.plan.configuration().root_module.called(module_path(writer.module))
    blocks: Iterable[Any] = module.resources if module and writer.refers else ()
    found = next((b for b in blocks if b.mode == "data" and b.type == _CALLER and not b.expressions), None)
    return Expression(f"data.{_CALLER}.{found.name}.account_id") if found else None


def _number(opened: KeyGrant) -> str | None:
    numbers = [text for text in opened.key.own if text.isdigit()]
    return numbers[0] if len(numbers) == 1 else None
