"""Principals that gate takes at their worst, as docs/semantics.md says: of these the simulator does not know what gate
asks for, who else may have their name and what later applies leave."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from scripts.proof.accounts.aws import Who
from scripts.proof.accounts.planned import CREATING, DELETE, FORGET, UPDATE, Change, owner
from scripts.proof.accounts.resources import EXCLUSIVE, KINDS, OWN_TYPES, Values


def undecided(changes: Mapping[str, Change]) -> set[Who]:
    """All such principals of a plan."""
    return {*_named_by_text(changes), *_fought_over(changes)}


def _named_by_text(changes: Mapping[str, Change]) -> Iterator[Who]:
    """Those that the change creates, or gives another name, and that something names by a text: there may be one of the
    name already. Those that it deletes, and that something which it writes names so: there may be one again."""
    for entry in changes.values():
        one = entry.will or entry.was
        if one is None or one.type not in OWN_TYPES or not _comes_or_goes(entry):
            continue
        who = owner(one, entry.written() or entry.before or {})
        others = [each for each in changes.values() if entry.action != DELETE or each.action in (UPDATE, *CREATING)]
        names = (who[1], f"{who[1]}_name", f"{who[1]}s")
        given = (each.will.values.get(name) for each in others if each.will for name in names)
        if any(who[2] in (value if isinstance(value, list) else [value]) for value in given):
            yield who


def _comes_or_goes(entry: Change) -> bool:
    return entry.action != FORGET and (entry.before or {}).get("name") != (entry.written() or {}).get("name")


def _fought_over(changes: Mapping[str, Change]) -> Iterator[Who]:
    """Those of whom an exclusive list does not list what another resource gives them: each may win for a while."""
    given: dict[Who, set[str]] = defaultdict(set)
    lists: list[tuple[Who, set[str]]] = []
    for entry in changes.values():
        values: Values = entry.written() or {}
        for kind in KINDS if entry.will else ():
            account = entry.will.account if entry.will else ""
            if entry.will and entry.will.type == f"aws_iam_{kind}_{EXCLUSIVE}":
                who = (account, kind, values[f"{kind}_name"])
                lists.append((who, set(values["policy_arns"])))
                given[who] |= set(values["policy_arns"])
            elif "policy_arn" in values:
                for name in (values.get(kind), *(values.get(f"{kind}s") or ())):
                    given[account, kind, name or ""].add(values["policy_arn"])
    return (who for who, listed in lists if given[who] - listed)
