"""The whole tool on one screen: plans in, report out."""

import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gate import findings, verdict
from gate.errors import GateError
from gate.findings import Found, Seen
from gate.groupings import judged
from gate.iam.catalogue import Service, kms, managed_policy
from gate.iam.patterns import Budget
from gate.introduced import WHOLE, Introduced, introduced
from gate.locations import located
from gate.meaning import Former
from gate.policy_holders import of_policies
from gate.rules import RULES
from gate.sensitive import shown, without
from gate.source_folders import source_folders
from gate.terraform.documents import Document, Place
from gate.terraform.evidence import Evidence
from gate.terraform.holders import Gathered, Holdings, gather, holdings
from gate.terraform.managed import Elsewhere
from gate.terraform.plan import Plan, read
from gate.terraform.principals import POLICY
from gate.verdict import Examined, Finding, PlanReport, Report


class Options(msgspec.Struct, frozen=True, gc=False):
    """What a run is asked for, besides the plans (see `gate check --help`).

    `source` are folders of root modules, or pairs of a plan and a folder (gate.source_folders); without any, on a
    laptop, what is in the working directory or beside the plan. `no_source` looks at none.
    `baseline` is "refreshed" (against the account as Terraform saw it) or "state" (against what was last applied).
    """

    source: Path | tuple[str, ...] | None = None
    no_source: bool = False
    config: Path | None = None
    config_ref: str | None = None
    baseline: str = "refreshed"
    fail_on: str = "block"
    exit_zero: bool = False


def run(
    paths: Sequence[str],
    options: Options,
    environment: Mapping[str, str],
    directory: Path,
    *,
    automatic: bool | None = None,
) -> Report:
    """Reads the plans in files, `-` for standard input, and judges them. Raises GateError where it can't.

    Two plans are two states, and so are their principals; managed policies of one may be attached in another.
    `automatic`: gate may look for the source itself; by default it does unless it runs in CI.
    """
    from hashlib import sha256

    from gate import ci, settings

    in_force = settings.load(environment, directory, options.config, options.config_ref)
    files = {path: read_input(path) for path in paths}
    plans = [plan for path, content in files.items() for plan in read(content, path)]
    looks = ci.identify(environment).ci is None if automatic is None else automatic
    checked = check(plans, options, automatic=looks)
    told = tuple(replace(plan, sha256=sha256(files[plan.path]).hexdigest()) for plan in checked.plans)
    decided, notes = checked.findings, (*checked.notes, *in_force.notes)
    if in_force.content is not None:
        from gate import waivers

        today = waivers.today()
        decided = waivers.apply(decided, in_force, today)
        notes = (*notes, *waivers.notices(decided, in_force, today))
    if options.fail_on == "warn":
        decided = tuple(_blocking(finding) for finding in decided)
    return verdict.report(told, decided, in_force.origin, notes, enforcing=not options.exit_zero)


class Checked(msgspec.Struct, frozen=True, gc=False):
    """What the plans newly grant, what was looked at, and sentences on the source, before any settings."""

    plans: tuple[PlanReport, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]


def check(plans: Sequence[Plan], options: Options, *, automatic: bool = False) -> Checked:
    """Judges the plans of one run. `automatic`: gate may look for a source where none is named. Raises GateError."""
    reports: list[PlanReport] = []
    found: list[Finding] = []
    notes: dict[str, None] = {}
    named = _named(options)
    folders = source_folders(named, [plan.path for plan in plans], automatic=automatic and not options.no_source)
    gathered = [gather(plan, Evidence(plan, folders.open), managed_policy, baseline=options.baseline) for plan in plans]
    policies = [one.policies() if len(gathered) > 1 else () for one in gathered]
    for i, one in enumerate(gathered):
        elsewhere = tuple(policy for j, theirs in enumerate(policies) if j != i for policy in theirs)
        seen = look(one, kms(), elsewhere)
        reports.append(_report(one.plan, seen.holdings))
        secrets = one.secrets()
        found += (
            without(located(finding, one.plan, one.evidence, folders), secrets) for finding in _findings(one.plan, seen)
        )
        notes.update(dict.fromkeys(one.evidence.problems()))
    return Checked(tuple(reports), tuple(found), (*folders.notes, *notes))


def _named(options: Options) -> tuple[str, ...]:
    if options.no_source or options.source is None:
        return ()
    return (str(options.source),) if isinstance(options.source, Path) else options.source


def read_input(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises GateError, naming the file and the reason."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        raise GateError(f"{path}: can't be read: {(error.strerror or str(error)).lower()}") from None


def _blocking(finding: Finding) -> Finding:
    """Under --fail-on warn a warning blocks too, unless it is waived."""
    blocks = finding.level != "note" and finding.waiver is None
    return msgspec.structs.replace(finding, blocks=blocks)


def look(gathered: Gathered, service: Service, elsewhere: Sequence[Elsewhere] = ()) -> Seen:
    """What is new for every holder of a plan, whichever accounts are one. `elsewhere` are the managed policies of the
    other plans of the run."""
    work = Budget(WHOLE)
    apart = holdings(gathered, elsewhere=elsewhere)
    former = _former(apart)

    def judge(together: frozenset[str], addresses: frozenset[str]) -> tuple[Introduced, ...]:
        held = holdings(gathered.only(addresses), together, elsewhere) if together else apart
        principals = [introduced(holder, service, former, work) for holder in held.principals]
        policies = [p for p in held.policies if not together or p.planned.side.resource.address in addresses]
        return (*principals, *of_policies(policies, principals, service, former, work))

    found = judged(gathered, judge, service, former)
    return Seen(found, apart, former, service, gathered.evidence.sourced)


def _findings(plan: Plan, seen: Seen) -> Iterator[Finding]:
    """One finding per place: the strongest rule that found something there has it. What may be wider than that is told
    beside it."""
    moved = {r.address: r.previous_address for r in plan.resource_changes if r.previous_address}
    taken: dict[Place, set[str]] = {}
    for rule in RULES:
        by_place: dict[Place, list[Found]] = defaultdict(list)
        for found in rule.find(seen):
            by_place[found.place].append(_softened(found, seen))
        for place in sorted(by_place):
            told = taken.setdefault(place, set())
            others = [found for found in by_place[place] if _is_news(found, told)]
            if others:
                by_place[place] = others
                told.update(*(found.principals or ("",) for found in others))
                yield findings.finding(rule.id, rule.name, rule.default, by_place[place], plan.path, seen, moved)


def _is_news(found: Found, told: set[str]) -> bool:
    """Whether a stronger rule has not told of all the same principals at the same place, or told of less."""
    beside = found.grant is not None and found.grant.beside
    return not told or beside or (found.grant is not None and not told.issuperset(found.principals))


def _softened(found: Found, seen: Seen) -> Found:
    """A new policy that nobody has and that only bounds others grants nothing: a warning."""
    for policy in seen.holdings.policies:
        if (
            found.grant
            and found.grant.holder == policy.holder
            and policy.planned.created
            and policy.bounds
            and not policy.attached_after
        ):
            alone = "nobody has it, the plan uses it as a permissions boundary only"
            return replace(found, action="warn", message=f"{found.message} ({alone})")
    return found


def _former(held: Holdings) -> Former:
    before: dict[Place, Document] = {}
    after: dict[Place, Document] = {}
    for holder in (*held.principals, *(policy.holder for policy in held.policies)):
        before.update((one.document.place, one.document) for one in holder.before)
        after.update((one.document.place, one.document) for one in holder.after)
    return Former(before, after)


def _report(plan: Plan, held: Holdings) -> PlanReport:
    """What was looked at. A document that nobody can see stands where it is attached, and is not counted."""
    whose: dict[Place, dict[str, None]] = defaultdict(dict)
    seen: set[Place] = set()
    for holder in (*held.principals, *(policy.holder for policy in held.policies)):
        for one in (*holder.after, *holder.before):
            place = one.document.place if one.document.place.attribute or not one.links else one.links[0].place
            if one.document.content == "":
                continue
            if one.document.content is not None:
                seen.add(place)
            if holder.principal.kind != POLICY or place not in whose:
                whose[place][holder.label] = None
    examined = tuple(Examined(shown(place.address), place.attribute, tuple(whose[place])) for place in sorted(whose))
    return PlanReport(
        path=plan.path,
        terraform_version=plan.terraform_version,
        format_version=plan.format_version,
        complete=plan.complete,
        documents=len(seen),
        principals=len(held.principals),
        unproven_roles=len(held.unproven),
        examined=examined,
    )
