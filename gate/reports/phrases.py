"""What every format for people says in the same words. `show` makes one plan text safe for the sink at hand."""

import textwrap
from collections.abc import Callable, Sequence

import msgspec

from gate.iam.services import protected
from gate.report import UNDETERMINED, Finding, PlanReport, Report, Statement, Waiver, Witness
from gate.reports.look import TEXT_WIDTH
from gate.text.escape import visible

Show = Callable[[str], str]

RULES_PAGE = "https://github.com/kms-gate/gate/blob/main/docs/rules.md"
_LONGEST_STATEMENT = 20_000  # characters; a longer one is cut, not laid out
_LONGEST_WORD = 60
_LIST_ITEMS = 12


class Parts(msgspec.Struct, frozen=True, gc=False):
    """The findings of a report, each in exactly one of the four; `off` are those of rules that are set to `off`."""

    blocking: tuple[Finding, ...]
    warnings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    off: tuple[Finding, ...]


def parts(report: Report) -> Parts:
    """The findings by what becomes of them; each is in one part."""
    blocking = tuple(finding for finding in report.findings if finding.blocks)
    rest = [finding for finding in report.findings if not finding.blocks]
    return Parts(
        blocking,
        tuple(finding for finding in rest if finding.waiver is None and finding.level != "note"),
        tuple(finding for finding in rest if finding.waiver is not None),
        tuple(finding for finding in rest if is_off(finding)),
    )


def is_off(finding: Finding) -> bool:
    """Whether the finding is only noted, since its rule is set to `off`."""
    return finding.level == "note" and not finding.blocks and finding.waiver is None


def headline(report: Report, show: Show = visible) -> str:
    """The verdict in one line that begins with BLOCKED or PASS; rule names pass through `show`."""
    split = parts(report)
    aside = [
        text
        for text, some in (
            (count(len(split.warnings), "warning"), split.warnings),
            (f"{len(split.waived):,} waived", split.waived),
            (f"{len(split.off):,} off", split.off),
        )
        if some
    ]
    if report.verdict == "pass":
        return f"PASS: nothing blocks ({', '.join(aside)})" if aside else f"PASS: no new {protected().words.full} found"
    return f"BLOCKED: {_what_blocks(split.blocking, show)}{'' if report.enforcing else ', reported only, NOT enforced'}"


def _what_blocks(findings: Sequence[Finding], show: Show) -> str:
    """ "2 findings of one cause newly grant full KMS access"; of several kinds "2 findings: 1 newly grants ..."."""
    full = _granting_full_access()
    kinds: dict[str, int] = {}
    names: dict[str, str] = {}
    for finding in findings:
        kind = "full" if finding.rule in full else finding.rule
        kinds[kind] = kinds.get(kind, 0) + 1
        names[kind] = finding.name
    number = count(len(findings), "finding")
    of = causes(findings)
    number += "" if of == len(findings) else " of one cause" if of == 1 else f" of {of:,} causes"
    told = [(many, _does(kind, many, show(names[kind]))) for kind, many in kinds.items()]
    if len(told) == 1:
        return f"{number} {told[0][1]}"
    return f"{number}: {listed([f'{many:,} {does}' for many, does in told], str, _LIST_ITEMS)}" if told else number


def _does(kind: str, number: int, name: str) -> str:
    """What findings of one kind do, as the end of a sentence."""
    full = protected().words.full
    one, several = {
        "full": (f"newly grants {full}", f"newly grant {full}"),
        "KMS006": (f"newly opens a way to {full}", f"newly open ways to {full}"),
        "KMS005": ("opens a key policy", "open key policies"),
        "KMS010": ("is of a policy that cannot be read", "are of policies that cannot be read"),
        UNDETERMINED: ("may newly grant access, which gate cannot rule out",) * 2,
    }.get(kind, (f"of {name}",) * 2)
    return one if number == 1 else several


def causes(findings: Sequence[Finding]) -> int:
    """How many causes findings have; one that names none is its own."""
    return len({finding.cause or number for number, finding in enumerate(findings)})


def _granting_full_access() -> set[str]:
    """The rules of which each finding is full access, with certainty."""
    from gate.new_access.questions import FULL
    from gate.rules import RULES

    return {rule.id for rule in RULES if rule.asks == FULL and rule.id != UNDETERMINED}


def count(number: int, noun: str) -> str:
    """ "1 finding", "2 findings"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def listed(items: Sequence[str], show: Show, limit: int = 5) -> str:
    """The items, comma-separated; past `limit` of them "and N more"."""
    shown = ", ".join(show(item) for item in items[:limit])
    return f"{shown} and {len(items) - limit:,} more" if len(items) > limit else shown


def title(finding: Finding) -> str:
    """ "KMS001 full-kms-access"."""
    return f"{visible(finding.rule, 60)} {visible(finding.name, 60)}".strip()


def place(finding: Finding) -> str:
    """ "main.tf:12", or "" where the line is not known; not yet safe for any sink."""
    return f"{finding.location.file}:{finding.location.line}" if finding.location else ""


def message(finding: Finding) -> str:
    """The finding's sentence, visible and never empty."""
    return visible(finding.message, 1000) if finding.message.strip() else f"{title(finding)} (no description)"


def who(finding: Finding) -> tuple[str, ...]:
    """The principals that have a name; not yet safe for any sink."""
    return tuple(principal for principal in finding.principals if principal.strip())


def unsaid(finding: Finding) -> tuple[str, ...]:
    """The principals that the finding's sentence does not name; not yet safe for any sink."""
    return tuple(name for name in who(finding) if name not in finding.named)


def waived(waiver: Waiver) -> str:
    """ "waived until 2027-01-31 by security@example.com: break-glass role", visible."""
    return f"waived {terms(waiver)}"


def terms(waiver: Waiver) -> str:
    """ "until 2027-01-31 by security@example.com: break-glass role", visible."""
    return f"until {visible(waiver.expires, 40)} by {visible(waiver.owner, 200)}: {visible(waiver.reason, 500)}"


def request(witness: Witness, show: Show = visible) -> str:
    """The witness as a sentence; its names pass through `show`."""
    action, resource = show(witness.action), show(witness.resource)
    if not witness.principal.strip():
        return f"{action} may be called on {resource}"
    return f"{show(witness.principal)} may call {action} on {resource}"


def examined(report: Report) -> str:
    """ "12 policy documents and 7 principals in 2 plans"; of key policies alone "1 policy document in 1 plan"."""
    documents = sum(plan.documents for plan in report.plans)
    principals = sum(plan.principals for plan in report.plans)
    plans = count(len(report.plans), "plan")
    if not documents and not any(plan.examined for plan in report.plans):
        return f"no policy document or attachment in {plans}"
    people = f" and {count(principals, 'principal')}" if principals or not documents else ""
    return f"{count(documents, 'policy document')}{people} in {plans}"


def caveats(report: Report, show: Show, tell: Show) -> list[str]:
    """What the reader has to know beside the findings, one sentence each; `tell` makes whole sentences safe."""
    unenforced = [] if report.enforcing else ["reported only, not enforced: --exit-zero lets the change through"]
    plans = [caveat for plan in report.plans for caveat in plan_caveats(plan, show)]
    return [*unenforced, *plans, *(tell(note) for note in report.notes if note.strip())]


def plan_caveats(plan: PlanReport, show: Show) -> list[str]:
    """What the verdict does not cover of a plan."""
    found = []
    if not plan.complete:
        found.append(
            f"{show(plan.path)} is incomplete: -target or deferral left resources out; those that exist already were "
            "taken from the prior state"
        )
    return found


def statement_name(statement: Statement) -> str:
    """ "statement 1 (AppKms)", "statement 1 of aws_iam_policy.app"."""
    of = f" of {visible(statement.elsewhere)}" if statement.elsewhere else ""
    return f"statement {statement.index + 1}{of}" + (f" ({visible(statement.sid, 200)})" if statement.sid else "")


def statement_lines(statement: Statement, width: int = TEXT_WIDTH) -> list[str]:
    """The statement's JSON, one line where it fits, else one line an element; long lists are cut."""
    if statement.text is None:
        return ["(sensitive, not shown)"]
    if len(statement.text) > _LONGEST_STATEMENT:
        return [visible(statement.text, 500)]
    return _laid_out(statement.text, width)


def _laid_out(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [visible(text)]
    import json

    try:
        elements = json.loads(text)
    except (ValueError, RecursionError):
        return [visible(text)]
    if not isinstance(elements, dict) or not elements:
        return [visible(text)]
    if len(text) <= width * 3 // 2:  # two lines are easier to read than six
        return wrapped(visible(text), width, 1)
    lines = [f"{json.dumps(key, ensure_ascii=False)}: {_compact(value)}" for key, value in elements.items()]
    shown = [*(f"  {visible(line)}," for line in lines[:-1]), f"  {visible(lines[-1])}"]
    return ["{", *(part for line in shown for part in code(line, width)), "}"]


def wrapped(text: str, width: int, hanging: int = 0) -> list[str]:
    """Lines of at most `width` characters where spaces allow it: no address, ARN or indented line is broken.

    Every line but the first is indented by `hanging` columns.
    """
    if len(text) <= width or text[:1].isspace():
        return [text]
    indent = " " * hanging
    return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False, subsequent_indent=indent) or [""]


def code(line: str, width: int) -> list[str]:
    """A line of HCL or JSON, with a long list in it on lines of its own; a visible line."""
    before, opening, rest = line.partition("[")
    items, closing, after = rest.rpartition("]")
    if len(line) <= width or not opening or not closing or ", " not in items:
        return [line]
    indent = " " * (len(before) - len(before.lstrip()))
    inside = f"{indent}  "
    listed = textwrap.wrap(items, max(width - len(inside), 20), break_long_words=False, break_on_hyphens=False)
    return [f"{before}[", *(f"{inside}{part}" for part in listed), f"{indent}]{after}"]


def rule_page(finding: Finding) -> str:
    """The address of the rule's section in docs/rules.md, or the page itself for a rule of another spelling."""
    if is_word(finding.rule) and is_word(finding.name):
        return f"{RULES_PAGE}#{finding.rule.lower()}-{finding.name.lower()}"
    return RULES_PAGE


def is_word(text: str) -> bool:
    """Whether a text is what a rule's identifier or name looks like, harmless in every format as it is."""
    return len(text) <= _LONGEST_WORD and text.isascii() and text.replace("-", "").isalnum()


def _compact(value: object) -> str:
    import json

    if isinstance(value, list) and len(value) > _LIST_ITEMS:
        items = [json.dumps(item, ensure_ascii=False) for item in value[:_LIST_ITEMS]]
        return f"[{', '.join(items)}, … and {len(value) - _LIST_ITEMS:,} more]"
    return json.dumps(value, ensure_ascii=False)
