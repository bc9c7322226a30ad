"""What was looked at, with or without a finding."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from gate.holdings.documents import Place
from gate.holdings.holders import Holdings, IamPlan
from gate.holdings.principal import POLICY
from gate.report import Examined, PlanReport
from gate.text.sensitive import unless_sensitive

if TYPE_CHECKING:  # loaded only where a plan has keys
    from gate.holdings.keys import Key


def plan_report(
    iam: IamPlan,
    held: Holdings,
    keys: "Sequence[Key]" = (),
    reasons: Mapping[Place, str] | None = None,
    secrets: Collection[str] = (),
) -> PlanReport:
    """What was looked at. A document that nobody can see stands where it is attached, and is not counted. `reasons` say
    why a place is or is not a grant. No text of `secrets` is shown."""
    whose: dict[Place, dict[str, None]] = defaultdict(dict)
    seen: set[Place] = set()
    for holder in (*held.principals, *(policy.holder for policy in held.policies)):
        label, is_policy = str(holder.label), holder.principal.kind == POLICY
        for one in holder.after if holder.keeps_all else (*holder.after, *holder.before):
            place = one.document.place if one.document.place.attribute or not one.links else one.links[0].place
            if one.document.content == "":
                continue
            if one.document.content is not None:
                seen.add(place)
            if not is_policy or place not in whose:
                whose[place][label] = None
    for key in keys:
        for document in key.documents:
            seen.add(document.place)
            whose[document.place][str(key.label)] = None
    why = reasons or {}
    examined = tuple(
        Examined(unless_sensitive(told.address), told.attribute, tuple(whose[place]), why.get(place, ""))
        for place in sorted(whose)
        for told in [iam.templates.in_plan(place)]
    )
    plan = iam.plan
    return PlanReport(
        path=plan.path,
        terraform_version=plan.terraform_version,
        format_version=plan.format_version,
        complete=plan.complete,
        documents=len(seen),
        principals=len(held.principals),
        unproven_roles=len(held.unproven),
        examined=_hidden(examined, secrets) if secrets else examined,
    )


def _hidden(examined: Sequence[Examined], secrets: Collection[str]) -> tuple[Examined, ...]:
    from gate.findings.secrets import text_without

    def shown(text: str) -> str:
        return text_without(text, secrets)

    return tuple(
        Examined(one.address, shown(one.attribute), tuple(map(shown, one.principals)), shown(one.why))
        for one in examined
    )
