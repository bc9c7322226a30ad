"""One resource of a template, or of Cloud Control, as a managed resource of the table's rows."""

from collections.abc import Iterator

import msgspec
from msgspec.structs import replace

from gate.holdings.documents import Place
from gate.holdings.source_answers import SourceAnswers
from gate.holdings.template_inputs import NO_INPUTS, TemplateInputs
from gate.holdings.template_rows import row_of, table_row
from gate.holdings.template_values import Values, former_values, values_of
from gate.plan.before_after import ManagedResource
from gate.plan.references import References
from gate.plan.shapes import ResourceChange
from gate.templates.template import TemplateResource
from gate.text.sensitive import marked

UNCHANGED = msgspec.Raw(b'{"actions":["no-op"]}')


class Asked(msgspec.Struct, frozen=True, gc=False):
    """Who is asked about what a plan hides, and about what it is configured with; what other resources put into
    templates."""

    references: References
    answers: SourceAnswers
    inputs: TemplateInputs = NO_INPUTS


class Declared(msgspec.Struct, frozen=True, gc=False):
    """A resource that a template declares `at` a place of its stack: before the change and after it, None where it does
    not. It is `kept` where it stays although it is declared no more, or its stack, and `doubtful` where what the
    template says of it may not come about."""

    at: Place
    name: str
    former: TemplateResource | None
    latter: TemplateResource | None
    sensitive: bool
    kept: bool
    doubtful: bool = False


class Made(msgspec.Struct, frozen=True, gc=False):
    """A managed resource that a stack makes, and the place of the stack that declares it."""

    resource: ManagedResource
    declared_at: Place


def resource_in(stack: ManagedResource, declared: Declared, asked: Asked) -> Iterator[Made]:
    """A resource of a stack or of Cloud Control as a managed resource of its row, none where it has none."""
    former, latter = declared.former, declared.latter
    either = latter or former
    kind = row_of(either.type) if either else ""
    if not kind:
        return
    row = table_row(kind)
    stays = declared.kept or bool(row and row.stays and latter is None)
    if row is None:  # an IAM type that nobody knows: its documents are looked for
        values = Values(dict(latter.properties) if latter else {}, {})
        was = dict(former.properties) if former else None
    else:
        values = values_of(latter.properties, row, certain=latter.certain) if latter else Values({}, {})
        same = latter.properties if latter else {}
        was = former_values(former.properties, row, same, certain=former.certain) if former else None
    now = values.known if latter else None
    name = declared.name
    address = f"{declared.at.address}.{declared.at.attribute}"
    entry = replace(stack.entry, address=address, type=kind, name=name, change=UNCHANGED, previous_address=None)
    _register(stack, entry, values, asked)
    mark = declared.sensitive
    was, now = marked(was, mark), marked(now, mark)
    resource = ManagedResource(
        entry,
        was,
        now,
        was if stays else None,
        mark,
        mark,
        stack.undecided,
        acts=was != now or stack.created,
        created=now is not None and (was is None or stack.created),
        created_first=stack.created_first,
        deleted=(now is None and not stays) or (stack.deleted and was is not None),
        may_not_come=latter is not None and (declared.doubtful or (was != now and not latter.certain)),
    )
    yield Made(resource, declared.at)


def _register(stack: ManagedResource, entry: ResourceChange, values: Values, asked: Asked) -> None:
    """Lets the resource be found like any other: its provider is the stack's."""
    for attribute, value in values.told.items():
        asked.answers.tell(entry.address, attribute, value)
    block = asked.references.block(stack)
    if block is not None:
        asked.references.add(entry, replace(block, type=entry.type, name=entry.name, raw_expressions=msgspec.Raw()))
