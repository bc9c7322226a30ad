"""Why it can't be told whether a grant is new."""

from enum import Enum, auto


class Undetermined(Enum):
    """What stands in the way of a verdict."""

    POLICY = auto()  # is known only after apply
    BOUNDARY = auto()  # is replaced by one that gate cannot see
    INTRICATE = auto()  # policies, for the work that one holder is allowed
    PRINCIPAL = auto()  # is known only after apply
    ORDER = auto()  # of a removal and a creation that may leave nothing
    ONE_ACCOUNT = auto()  # nothing proves that several are not one, and then the grant is new
    TWO_ACCOUNTS = auto()  # nothing proves that several are one, and then the grant is not new
    ACCOUNTS = auto()  # more may be one than gate looks at
