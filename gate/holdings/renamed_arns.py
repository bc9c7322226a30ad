"""Roles and users that a plan renames, in the documents that name them by ARN: key policies, grants, trust policies.

Identity policies find them by their resource. In these documents the new name would be somebody else's. It is the same
principal's where all of this is proven: one resource, one account by its number, a name that nobody had, an old name
that nobody takes, and a reference to the resource, so that the document is only written once the rename came about.
AWS refuses a name that somebody has, and what does not refer to the resource would then give it to that one
(https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html, API_UpdateUser.html).
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec
from msgspec.structs import replace

from gate import strict_json
from gate.holdings.documents import Document
from gate.holdings.hidden import Hidden
from gate.holdings.holders import IamPlan
from gate.holdings.principal_arns import account_of, is_principal, unknown_name
from gate.holdings.resolve import IamResource
from gate.plan.addresses import Instance, Target, exact_target, module_path
from gate.plan.arns import under_name
from gate.plan.attributes import text_of
from gate.unknown import OneOf, Value, unresolved

_ARN_OF_PRINCIPAL = "aws:principalarn"
_PATH = "path"
_Change = Callable[[list[Any], bool], list[Any]]  # of listed ARNs, and whether they are compared as whole texts


class Rename(msgspec.Struct, frozen=True, gc=False):
    """A role or user under another name: its resource and its ARNs, `was` and `will`. `in_place`: AWS renames it, and
    what named it names it still; else it is made anew, and nobody has the old name."""

    resource: IamResource
    was: str
    will: str
    in_place: bool


class Written(msgspec.Struct, frozen=True, gc=False):
    """A document after the change, and what the apply writes it with; None where nothing does."""

    document: Document
    content: Value
    by: Instance | None


_Parts = tuple[str, ...]  # what tells the principal of an ARN
Renames = Mapping[_Parts, Rename]  # by what will tell it


def renames(iam: IamPlan) -> Renames:
    """Every rename of a plan that is proven but for the reference."""
    found = [each for resource in iam.resources for each in _rename(resource, iam)]
    if not found:
        return {}
    before, after = _called(iam, after=False), _called(iam, after=True)

    def is_alone(one: Rename) -> bool:
        """Whether nobody else has the new name before or after the change, and nobody the old one after it."""
        had = before[_name(one.will)]
        has = (*after[_name(one.was)], *after[_name(one.will)])
        own = one.resource
        others = [each for each in (*had, *has) if each is not own]
        return all(iam.accounts.differ(_id(each, iam), _id(own, iam)) for each in others)

    return {_parts(one.will): one for one in found if is_alone(one)}


def _called(iam: IamPlan, *, after: bool) -> Mapping[_Parts, list[IamResource]]:
    """The roles, users and groups of a plan by kind and name."""
    found: dict[_Parts, list[IamResource]] = defaultdict(list)
    for resource in iam.resources:
        own = resource.row.own_name
        for values in (resource.after, resource.kept) if after else (resource.before,):
            called = text_of(values, own.path) if own else ""
            if own and called:
                found[own.kind, called.lower()].append(resource)
    return found


def _name(arn: str) -> _Parts:
    *_, kind, name = _parts(arn)
    return kind, name.lower()


def _rename(resource: IamResource, iam: IamPlan) -> Iterator[Rename]:
    own, was, will = resource.row.own_name, resource.before, resource.after
    made_anew = resource.created and resource.deleted
    if own is None or not is_principal(resource.type) or resource.deposed not in (None, False) or not resource.acts:
        return
    if not isinstance(will, dict) or resource.kept is not None:
        return
    if resource.undecided is not None or resource.may_not_come or not (made_anew or resource.row.renames):
        return
    arn, path = text_of(was, resource.row.arn), will.get(_PATH) or "/"
    # AWS refuses a name that somebody has, so that whoever gets one that is not known yet (name_prefix) is this one
    hidden = made_anew and isinstance(will.get(own.path), Hidden)
    names = text_of(was, own.path), unknown_name(resource) if hidden else text_of(will, own.path)
    if not all(names) or not isinstance(path, str) or names[0].lower() == names[1].lower():
        return
    fields = arn.split(":")
    if len(fields) < 6 or not _is_of_account(resource, fields[4], iam):
        return
    if _parts(arn)[-2:] == (own.kind, names[0]):
        yield Rename(resource, arn, under_name(arn, own.kind, path, names[1]), in_place=not made_anew)


def _is_of_account(resource: IamResource, number: str, iam: IamPlan) -> bool:
    """Whether a resource is proven to be of the account with this number, before and after the change."""
    account = account_of(resource, iam.references, iam.accounts)
    return account is not None and account.number == number


def _id(resource: IamResource, iam: IamPlan) -> str:
    return iam.accounts.account_id(resource)


def followed(
    found: Renames, before: Sequence[Document], after: Sequence[Written], iam: IamPlan
) -> tuple[list[Document], list[Document]]:
    """The documents before and after the change, with one name for each principal that is proven to be renamed."""
    was, will = [*before], [each.document for each in after]
    named = [{*map(_parts, _texts(_read(document.content)))} for document in will]
    for parts in sorted(found.keys() & set().union(*named)):
        one = found[parts]
        naming = [each for each, names in zip(after, named, strict=True) if parts in names]
        if not all(_refers(each, one, iam) for each in naming):
            continue
        keeps = not one.in_place and any(_parts(one.was) in names for names in named)
        was = [_changed(each, _renaming(one, keeps=keeps)) for each in was]
        if one.in_place:
            will = [_changed(each, _renaming(one, keeps=False)) for each in will]
    return was, will


def _renaming(one: Rename, *, keeps: bool) -> _Change:
    """What named the principal names it under its new name, and under the old one where that `keeps` being named: then
    whoever has that later is compared as well."""
    new = [one.was, one.will] if keeps else [one.will]

    def change(listed: list[Any], whole: bool) -> list[Any]:
        return [name for each in listed for name in (new if _is_same(each, one.was, whole=whole) else [each])]

    return change


def _is_same(value: Value, arn: str, *, whole: bool) -> bool:
    """Whether a text is an ARN, or not `whole`: names the same principal. Then the path tells nothing, since an account
    has no second one of the name."""
    return isinstance(value, str) and (value == arn or (not whole and _parts(value) == _parts(arn)))


def _parts(arn: str) -> _Parts:
    *fields, resource = arn.split(":", 5)
    kind, _, own = resource.partition("/")
    return (*fields, kind, own.rpartition("/")[2])


def _read(content: Value) -> Value:
    try:
        return strict_json.loads(content) if isinstance(content, str) else content
    except (ValueError, RecursionError):
        return None


def _statements(content: Value) -> list[Any]:
    statements = content.get("Statement") if isinstance(content, dict) else None
    return statements if isinstance(statements, list) else [statements]


def _changed(document: Document, change: _Change) -> Document:
    """A document with other ARNs where it says whom it is about; the same one where nothing there is another."""
    content = _read(document.content)
    statements = [_statement(each, change) for each in _statements(content)]
    if statements == _statements(content):
        return document
    return replace(document, content={**content, "Statement": statements})


def _statement(value: Value, change: _Change) -> Value:
    if not isinstance(value, dict):
        return value
    found = dict(value)
    for element in ("Principal", "NotPrincipal"):
        whom = found.get(element)
        if isinstance(whom, dict) and "AWS" in whom:
            found[element] = {**whom, "AWS": _listed(whom["AWS"], change, whole=False)}
    condition = found.get("Condition")
    if isinstance(condition, dict):
        found["Condition"] = {how: _clauses(tests, change) for how, tests in condition.items()}
    return found


def _clauses(tests: Value, change: _Change) -> Value:
    """The clauses of a condition; there an ARN is compared as a text."""
    if not isinstance(tests, dict):
        return tests
    return {
        key: _listed(values, change, whole=True) if key.lower() == _ARN_OF_PRINCIPAL else values
        for key, values in tests.items()
    }


def _listed(value: Value, change: _Change, *, whole: bool) -> Value:
    listed = value if isinstance(value, list) else [value]
    found = change(listed, whole)
    return value if found == listed else found


def _texts(value: Value) -> Iterator[str]:
    """Every text in a document, in each of the ways in which it may be written."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, OneOf):
        for each in value.alternatives:
            yield from _texts(_read(each))
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


def _refers(written: Written, one: Rename, iam: IamPlan) -> bool:
    """Whether what writes a document comes after the rename: the document, or its resource, refers to the principal."""
    targets = [exact_target(hole) for hole in unresolved(written.content)]
    if written.by is not None:
        block = iam.references.block(written.by)
        targets += iam.references.targets(written.by, block.expressions) if block else ()
    return any(_is_of(each, one.resource, written.by) for each in targets if each is not None)


def _is_of(target: Target, resource: IamResource, by: Instance | None) -> bool:
    """Whether a reference leads to this very instance, or to all of its block."""
    block = (module_path(resource.module_address), "managed", resource.type, resource.name)
    if (target.module, target.mode, target.type, target.name) != block or target.key not in (None, resource.index):
        return False
    if target.within is not None:
        return target.within == resource.module_address
    return "[" not in resource.module_address or (by is not None and by.module_address == resource.module_address)
