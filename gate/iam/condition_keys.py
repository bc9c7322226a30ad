"""Facts about condition keys: who decides a value, whether a request may carry several, and whether it always has one.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (global keys) and
https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html (keys of AWS KMS). Names in lower case.
"""

# What stands for the key of a clause on the resource (gate.iam.variables): who decides what its variables hold.
BY_PRINCIPAL, BY_REQUEST = "a variable of the principal", "a variable of the request"

# Decided by the KMS key or by who the principal is: the same in every request of one principal on one key. Any other
# key differs, or may differ, from request to request as the caller likes (a header, the region, the service in
# between, the time, the session), and so does one that is not known here.
_FIXED = frozenset(
    {
        BY_PRINCIPAL,
        "a condition", "known after apply",  # what is not known is at least the same everywhere
        "kms:calleraccount", "kms:customermasterkeyspec", "kms:customermasterkeyusage", "kms:keyorigin", "kms:keyspec",
        "kms:keyusage", "kms:multiregion", "kms:multiregionkeytype", "kms:resourcealiases",
        "aws:principalaccount", "aws:principalarn", "aws:principalisawsservice", "aws:principalorgid",
        "aws:principalorgpaths", "aws:principaltype", "aws:username",
        "aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths",
    }
)  # fmt: skip
_FIXED_FAMILIES = ("aws:principaltag/", "aws:resourcetag/")

# "Multivalued" in the pages above: operators without ForAllValues or ForAnyValue say little about them.
_MULTIVALUED = frozenset(
    {
        "aws:calledvia", "aws:principalorgpaths", "aws:principalservicenameslist", "aws:resourceorgpaths",
        "aws:sourceorgpaths", "aws:tagkeys", "aws:vpceorgpaths", "kms:encryptioncontextkeys", "kms:grantoperations",
        "kms:resourcealiases",
    }
)  # fmt: skip

# "Value type: Single-valued" in the pages above, and texts in those of AWS STS and of OpenID Connect
# (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html): a request has one value
# of such a key or none. Of a key that is in neither table nobody here knows.
_OF_ONE_VALUE = frozenset(
    {
        "aws:calledviafirst", "aws:calledvialast", "aws:currenttime", "aws:epochtime", "aws:federatedprovider",
        "aws:multifactorauthage", "aws:multifactorauthpresent", "aws:principalaccount", "aws:principalarn",
        "aws:principalisawsservice", "aws:principalorgid", "aws:principalservicename", "aws:principaltype",
        "aws:requestedregion", "aws:resourceaccount", "aws:resourceorgid", "aws:securetransport", "aws:sourceaccount",
        "aws:sourcearn", "aws:sourceidentity", "aws:sourceip", "aws:sourceorgid", "aws:sourcevpc", "aws:sourcevpce",
        "aws:tokenissuetime", "aws:useragent", "aws:userid", "aws:username", "aws:viaawsservice", "aws:vpcsourceip",
        "kms:calleraccount", "kms:grantisforawsresource", "kms:granteeprincipal", "kms:keyorigin", "kms:keyspec",
        "kms:keyusage", "kms:multiregion", "kms:multiregionkeytype", "kms:requestalias", "kms:viaservice",
        "sts:externalid", "sts:rolesessionname", "sts:sourceidentity",
    }
)  # fmt: skip
_FAMILIES_OF_ONE_VALUE = (*_FIXED_FAMILIES, "aws:requesttag/", "kms:encryptioncontext:")
_CLAIMS_OF_ONE_VALUE = (":aud", ":sub")  # of who signed a token, by whatever name

# "Data type: Boolean" in the pages above: a request carries `true` or `false`, or nothing.
_BOOLEAN = frozenset(
    {
        "aws:multifactorauthpresent", "aws:principalisawsservice", "aws:securetransport", "aws:viaawsservice",
        "kms:bypasspolicylockoutsafetycheck", "kms:grantisforawsresource", "kms:multiregion",
    }
)  # fmt: skip

# "This key is always included in the request context" in the first of the pages above, whoever asks for what.
# `aws:UserAgent` is left out, though the page says it of that too: it is a header, which a caller may leave out.
_ALWAYS_THERE = frozenset(
    {"aws:currenttime", "aws:epochtime", "aws:principaltype", "aws:requestedregion", "aws:securetransport"}
)

# By which a key policy tells an account, or who or what is of it; one that is not known yet is like any other there
# (gate.iam.who).
OWNERS = frozenset(
    {"kms:calleraccount", "aws:principalaccount", "aws:principalarn", "aws:sourceaccount", "aws:sourcearn"}
)


# By which a policy asks for the tags of who asks, for its name and ARN, and for the tags and the aliases of the key.
PRINCIPAL_TAG, USER_NAME, PRINCIPAL_ARN = "aws:principaltag/", "aws:username", "aws:principalarn"
KEY_TAG, KEY_ALIAS = "aws:resourcetag/", "kms:resourcealiases"


def is_fixed(key: str) -> bool:
    """Whether a key has one value in all requests of one principal on one KMS key."""
    return key in _FIXED or key.startswith(_FIXED_FAMILIES)


def is_multivalued(key: str) -> bool:
    """Whether a request may carry several values of a key, as far as is known."""
    return key in _MULTIVALUED or key.startswith("saml:") or key.endswith(":amr")


def is_of_one_value(key: str) -> bool:
    """Whether a request carries one value of a key or none, as far as is known."""
    known = key in _OF_ONE_VALUE or key.startswith(_FAMILIES_OF_ONE_VALUE) or key.endswith(_CLAIMS_OF_ONE_VALUE)
    return known and not is_multivalued(key)


def is_boolean(key: str) -> bool:
    """Whether a key has no other values than `true` and `false`, as far as is known."""
    return key in _BOOLEAN


def is_always_there(key: str) -> bool:
    """Whether every request carries a key with a value, as far as is known."""
    return key in _ALWAYS_THERE
