"""A service small enough that a test can ask for every request."""

from msgspec.structs import replace

from gate.iam.kms import kms
from gate.iam.patterns import MANY
from gate.iam.service import Service


def made_service(actions: tuple[str, ...], powers: tuple[int, ...], sensitive: int) -> Service:
    """A service `s` with these actions, all of them on resources of any name."""
    return replace(
        kms(),
        prefix="s",
        actions=actions,
        unscoped=0,
        powers=powers,
        sensitive=sensitive,
        shape=MANY,
        fields=("name",),
        samples=((),),
    )
