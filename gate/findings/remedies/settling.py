"""What to write so that something becomes known, or stays as it is: HCL beside the words of an undetermined finding."""

import re

from gate.findings.found import Seen
from gate.findings.remedies import writing
from gate.findings.remedies.author import author, parted, reference
from gate.findings.remedies.writing import Expression, quoted
from gate.findings.undetermined_wording import (
    ARN,
    ARN_OF_OTHERS,
    CONDITION,
    DOCUMENT,
    is_kept,
    is_of_a_condition,
    is_principal,
    reasons,
    references,
    taken_and_set,
)
from gate.holdings.key_attributes import KEY_ARNS
from gate.new_access.grants import Grant
from gate.new_access.undetermined import Undetermined
from gate.plan.addresses import split, target_of, unkeyed
from gate.plan.notation import Notation
from gate.text.sensitive import unless_sensitive

_POLICY, _DOCUMENT = "aws_iam_policy", "aws_iam_policy_document"
_ACCOUNTS = (Undetermined.ONE_ACCOUNT, Undetermined.TWO_ACCOUNTS, Undetermined.ACCOUNTS)
_AS_A_TEXT = "attach the policy by its ARN as a text, such as arn:aws:iam::aws:policy/ReadOnlyAccess"
_READ_NOW = "take away the `depends_on`, of the data source or of its module, that puts off the reading of {}"
_ENVIRONMENT = {"aws_caller_identity", "aws_partition", "aws_region"}  # they wait for nothing else
_ATTACHED = re.compile(r"policy_arns?(\[.*)?")


def settling(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """Lines of HCL for what can't be told, by why it can't; none where words say it all."""
    if grant.undetermined is Undetermined.ORDER:
        return _in_order(grant, seen)
    if grant.undetermined in _ACCOUNTS:
        nameless = [p for a in grant.accounts if a.number is None and not a.is_contradictory for p in a.providers]
        named = any(not p.is_unresolved and not p.is_one_of_several for p in nameless)
        return ('allowed_account_ids = ["123456789012"]',) if named else ()
    if reasons(grant, seen):
        return ()
    if grant.undetermined is Undetermined.BOUNDARY:
        return _boundary(grant)
    return _document(grant, seen) if grant.undetermined is Undetermined.POLICY else ()


def ways(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """The ways in which a policy becomes known before apply; one that is a data source already need not become one, and
    an attached one has an ARN."""
    if is_of_a_condition(grant):
        return (CONDITION,)
    depends_on = references(grant)
    is_attached = _ATTACHED.fullmatch(grant.place.attribute) is not None
    is_assigned = grant.place.attribute == "permission_set_arn"
    needs_no_data = is_attached or is_assigned or author(grant.place, seen).notation is Notation.BLOCK
    put_off = [name for name in depends_on if _is_put_off(name)]
    if put_off and len(put_off) == len(depends_on):
        first = _AS_A_TEXT if is_attached else DOCUMENT
        read = _READ_NOW.format(", ".join(sorted({name.rpartition(".")[0] for name in put_off})))
        return (read,) if needs_no_data and not is_attached else (first, read)
    created = ARN_OF_OTHERS if depends_on and not any(map(_is_key, depends_on)) else ARN
    return (created,) if needs_no_data else (DOCUMENT, created)


def _is_put_off(name: str) -> bool:
    """Whether a reference is to a data source that only a `depends_on` can have put off, or that looks for a policy."""
    target = target_of(name)
    return target is not None and target.mode == "data" and target.type in {_POLICY, *_ENVIRONMENT}


def _in_order(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """That it is the same object, to let go of the old one, or to wait for its end."""
    places = taken_and_set(grant)
    if places is None or is_principal(places[0].address):
        return ()
    old, made = (place.address for place in places)
    if is_kept(old, seen):
        return (f"depends_on = [{unkeyed(old)}]",)
    former, target = target_of(f"{old}.id"), target_of(f"{made}.id")
    if former and target and former.type == target.type:
        return ("moved {", f"  from = {old}", f"  to   = {made}", "}")
    return ("removed {", f"  from = {unkeyed(old)}", "  lifecycle {", "    destroy = false", "  }", "}")


def _boundary(grant: Grant) -> tuple[str, ...]:
    will = grant.holder.boundary_after
    arn = will.document.place.address if will else ""
    if will is None or not arn.startswith("arn:") or unless_sensitive(arn) != arn:
        return ()
    return (*read_policy(arn), f"{will.place.attribute} = {policy_read(arn)}")


def read_policy(arn: str) -> tuple[str, ...]:
    """A data source that reads the policy of an ARN, so that its document stands in the plan."""
    return (f'data "{_POLICY}" "{_label(arn)}" {{', f"  arn = {quoted(arn)}", "}")


def policy_read(arn: str) -> str:
    """The ARN as that data source gives it."""
    return f"data.{_POLICY}.{_label(arn)}.arn"


def _label(arn: str) -> str:
    name = re.sub(r"[^\w-]", "_", arn.rpartition("/")[2], flags=re.ASCII)
    return name if name[:1].isalpha() else f"_{name}"


def _document(grant: Grant, seen: Seen) -> tuple[str, ...]:
    """The document as a data source, whose actions are planned in any case, with the keys that it depends on."""
    writer = author(grant.place, seen)
    if writer.notation is Notation.BLOCK or grant.place.address in seen.iam.templates.declared_at:
        return ()
    keys = [name for name in references(grant) if _is_key(name)]
    written = dict.fromkeys(text for name in keys if (text := reference(name, writer.module)) is not None)
    if not written or len(written) != len(keys):
        return ()
    _, own = parted(grant.place.address)
    name = next(iter(split(own)[1:]), "")
    if not name:  # no address of Terraform
        return ()
    statement = writing.Statement(seen.service.words.used, tuple(map(Expression, written)))
    block = (f"  {line}".rstrip() for line in writing.lines(statement, Notation.BLOCK))
    return (f'data "{_DOCUMENT}" "{name}" {{', *block, "}")


def _is_key(name: str) -> bool:
    target = target_of(name)
    return target is not None and (target.type, target.attribute) in KEY_ARNS
