"""The whole tool from top to bottom: plans in, report out."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Literal

import msgspec
from msgspec.structs import replace

from gate import files, report
from gate.findings.examined import plan_report
from gate.findings.found import Seen
from gate.holdings.documents import Place
from gate.holdings.holders import IamPlan, iam_plan
from gate.holdings.source_answers import SourceAnswers
from gate.iam.services import protected
from gate.plan.before_after import Baseline
from gate.plan.model import Plan, read
from gate.report import Finding, PlanReport, Report
from gate.rules.run import findings, look
from gate.source_folders import SourceFolders, source_folders

if TYPE_CHECKING:
    from mmap import mmap

_UNREADABLE = "{}: can't be read"


class Options(msgspec.Struct, frozen=True, gc=False):
    """What a run is asked for, besides the plans (see `gate check --help`).

    `source` are folders of root modules, or pairs of a plan and a folder (gate.source_folders); without any, on a
    laptop, what is in the working directory or beside the plan. `no_source` looks at none.
    `baseline` is "refreshed" (against the account as Terraform saw it) or "state" (against what was last applied).
    `reasons`: the report says of every document that was examined why it is or is not a grant. `digests`: it says which
    files were checked, by their digests. `access`: it says of everybody whose access changes.
    """

    source: tuple[str, ...] = ()
    no_source: bool = False
    config: str | None = None
    config_ref: str | None = None
    baseline: Baseline = "refreshed"
    fail_on: Literal["block", "warn"] = "block"
    exit_zero: bool = False
    reasons: bool = False
    digests: bool = True
    access: bool = True


def run(
    paths: Sequence[str],
    options: Options,
    environment: Mapping[str, str],
    directory: str,
    *,
    automatic: bool | None = None,
) -> Report:
    """Reads the plans in files, `-` for standard input, and judges them. Raises GateError where it can't.

    Two plans are two states, and so are their principals; managed policies of one may be attached in another.
    `automatic`: gate may look for the source itself; by default it does unless it runs in CI.
    """
    from gate import settings
    from gate.settings import ci

    in_force = settings.load(environment, directory, options.config, options.config_ref)
    with ExitStack() as stack:
        contents = {path: stack.enter_context(files.opened(path, _UNREADABLE.format(path))) for path in paths}
        plans = [plan for path, content in contents.items() for plan in read(content, path)]
        looks = ci.identify(environment).ci is None if automatic is None else automatic
        checked = check(plans, options, automatic=looks)
        told = _with_digests(checked.plans, contents) if options.digests else checked.plans
    decided, notes = checked.findings, (*checked.notes, *in_force.notes)
    if in_force.content is not None:
        from gate.waivers import apply as waivers

        today = waivers.today()
        decided = waivers.apply(decided, in_force, today)
        notes = (*notes, *waivers.notices(decided, in_force, today))
    if options.fail_on == "warn":
        decided = tuple(_blocking(finding) for finding in decided)
    return report.report(told, decided, in_force.origin, notes, enforcing=not options.exit_zero)


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
    service = protected()
    named = () if options.no_source else options.source
    folders = source_folders(named, [plan.path for plan in plans], automatic=automatic and not options.no_source)
    iam = [
        iam_plan(plan, SourceAnswers(plan, folders.open), service.managed_policies.of, baseline=options.baseline)
        for plan in plans
    ]
    policies = [one.policies() if len(iam) > 1 else () for one in iam]
    for i, one in enumerate(iam):
        elsewhere = tuple(policy for j, theirs in enumerate(policies) if j != i for policy in theirs)
        seen = look(one, service, elsewhere)
        secrets = one.secrets()
        raw = list(findings(one.plan, seen))
        why = _reasons(seen, raw) if options.reasons else None
        told = plan_report(one, seen.holdings, seen.keys, why, secrets)
        reports.append(_with_access(told, one, seen, secrets) if options.access else told)
        found += _told(raw, one, folders, secrets)
        notes.update(dict.fromkeys(one.answers.problems()))
        notes.update(dict.fromkeys(_trimmed(one.plan)))
    return Checked(tuple(reports), tuple(found), (*folders.notes(), *notes))


def _told(found: Iterable[Finding], iam: IamPlan, folders: SourceFolders, secrets: Collection[str]) -> list[Finding]:
    """Findings as a report tells them: with their place in the source and their cause, without secrets."""
    several = list(found)
    if not several:
        return []
    from gate.findings.cause import with_cause
    from gate.findings.location import Locations
    from gate.findings.secrets import without

    locations = Locations(iam.plan, iam.answers, folders, protected(), secrets)
    return [without(with_cause(locations.located(one), iam.plan, iam.references), secrets) for one in several]


def _with_access(told: PlanReport, iam: IamPlan, seen: Seen, secrets: Collection[str]) -> PlanReport:
    from gate.findings.access import access_of

    return replace(told, access=access_of(iam, seen, secrets))


def _with_digests(plans: Iterable[PlanReport], contents: "Mapping[str, bytes | mmap]") -> tuple[PlanReport, ...]:
    from hashlib import sha256

    return tuple(replace(plan, sha256=sha256(contents[plan.path]).hexdigest()) for plan in plans)


def _trimmed(plan: Plan) -> Iterator[str]:
    """What a plan does not show because something has trimmed it: Terraform always writes these sections."""
    if plan.lacks_configuration:
        yield (
            f"{plan.path}: it has no `configuration`, which `terraform show -json` writes: which resources are of one "
            "account is taken at its worst, and provisioners are not seen"
        )
    if plan.lacks_prior_state:
        yield (
            f"{plan.path}: it has no `prior_state`, which `terraform show -json` writes: what data sources read and "
            "what `-target` leaves out are not seen"
        )


def _reasons(seen: Seen, found: Sequence[Finding]) -> dict[Place, str]:
    from gate.findings.examined_wording import reasons

    return reasons(seen, {Place(finding.address, finding.attribute) for finding in found})


def read_input(path: str) -> bytes:
    """The bytes of a file, or of standard input for `-`. Raises GateError, naming the file and the reason."""
    return files.read(path, _UNREADABLE.format(path))


def _blocking(finding: Finding) -> Finding:
    """Under --fail-on warn a warning blocks too, unless it is waived."""
    blocks = finding.level != "note" and finding.waiver is None
    return replace(finding, blocks=blocks)
