"""Why it can't be told whether a grant is new; the sentences are in gate.findings.undetermined_wording."""

from enum import Enum, auto


class Undetermined(Enum):
    """What stands in the way of a verdict."""

    POLICY = auto()  # a policy is known only after apply
    BOUNDARY = auto()  # the permissions boundary is replaced by one that gate cannot see
    INTRICATE = auto()  # comparing the policies takes more work than one holder is allowed
    PRINCIPAL = auto()  # whose policy it is is known only after apply
    ORDER = auto()  # the apply removes and creates the same thing, and may remove it last
    ONE_ACCOUNT = auto()  # several accounts may be one; the grant is new only if they are
    TWO_ACCOUNTS = auto()  # several accounts may be one; the grant is new only if they are not
    ACCOUNTS = auto()  # there are more ways than gate tries in which accounts may be one
