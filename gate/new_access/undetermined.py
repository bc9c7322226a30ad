"""Why it can't be told whether a grant is new."""

from enum import Enum


class Undetermined(Enum):
    """Each value is the sentence for people, after "can't be told:"."""

    POLICY = "the policy is known only after apply"
    BOUNDARY = "the permissions boundary is replaced by one that gate cannot see"
    INTRICATE = "the policies are too intricate to be decided"
    PRINCIPAL = "whose policy it is is known only after apply"
    ORDER = "the apply may delete what holds the access back after it has created it again"
    ONE_ACCOUNT = "nothing proves that these are not one account"
    TWO_ACCOUNTS = "nothing proves that these are one account"
    ACCOUNTS = "too many accounts may be one and the same"
