"""When the new access of a created group is worth a finding: it is its members' access."""

from collections.abc import Sequence

from msgspec.structs import replace

from gate.new_access.grants import Introduced


def without_new_groups(principals: Sequence[Introduced]) -> list[Introduced]:
    """The same, where a created group raises only what one of its members newly has at the same place.

    Each of its members is looked at by itself, and whoever joins later is. A group that is empty, or that somebody may
    be in whom the plan does not show, raises all that it has.
    """
    places = {found.holder.principal: {(grant.place, grant.question) for grant in found.grants} for found in principals}
    kept = []
    for found in principals:
        members = found.holder.only_members
        if members and found.grants and members <= places.keys():
            told = set().union(*(places[member] for member in members))
            own = tuple(grant for grant in found.grants if (grant.place, grant.question) in told)
            kept.append(replace(found, grants=own))
        else:
            kept.append(found)
    return kept
