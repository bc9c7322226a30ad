"""A service with four actions and one-letter resources, small enough to try everything."""

from msgspec.structs import replace

from gate.iam.kms import kms
from gate.iam.patterns import MANY

ACTIONS = ("aa", "ab", "ba", "bb")
POWERS = (0b0001, 0b0010, 0b1100)
SENSITIVE = 0b0111
SERVICE = replace(
    kms(), prefix="s", actions=ACTIONS, unscoped=0, powers=POWERS, sensitive=SENSITIVE, shape=MANY, fields=("name",)
)
