"""Policy variables in the resources of a statement."""

import pytest

from gate.iam.condition_keys import BY_PRINCIPAL, BY_REQUEST, is_fixed, is_multivalued
from gate.iam.conditions import clause
from gate.iam.patterns import MANY, ONE, Budget, glob
from gate.iam.variables import IS, IS_NONE_OF, completed, filled_in, follows, pattern, resource_clause, unveiled, widest

TAG, USER = "${aws:PrincipalTag/k}", "${aws:username}"
KEY = "arn:aws:kms:*:*:key/"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (f"{KEY}{TAG}", [TAG]),
        (f"{KEY}{TAG}/{USER}", [TAG, USER]),
        (f"{KEY}${{*}}{USER}${{?}}${{$}}", [USER]),
        (f"arn:aws:kms:{TAG}:1:{USER}", [USER]),
        (f"arn:aws:kms:*:{TAG}", []),
        (f"arn:aws:kms:*:1{TAG}:{USER}", [USER]),
        (f"{TAG}:x", [TAG]),
        (f"x{USER}arn:", [USER]),
        (f"{KEY}a", []),
    ],
)
def test_which_variables_are_filled_in(value: str, found: list[str]) -> None:
    """Of an ARN those after the fifth colon alone; what stands for a character is none."""
    assert filled_in(value) == found


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("arn:aws:kms", "arn:aws:kms:*:*:*"),
        ("arn:aws:kms:*:1", "arn:aws:kms:*:1:*"),
        ("arn:aws:kms:*", "arn:aws:kms:*"),
        ("arn:aws:kms:*:1:key", "arn:aws:kms:*:1:key"),
        ("arn:aws:kms:*:1:key:a", "arn:aws:kms:*:1:key:a"),
        ("key", "key"),
    ],
)
def test_a_short_arn_is_completed(value: str, read: str) -> None:
    """With any text in the fields that it lacks; one that ends in a wildcard lacks none."""
    assert completed(value) == read


@pytest.mark.parametrize(
    ("value", "reached"),
    [
        ("arn:aws:kms:*:1", "arn:aws:kms:*:1:*"),
        (f"arn:aws:kms:*:1:{TAG}", "arn:aws:kms:*:1:*"),
        (f"arn:aws:kms:*:1:{TAG}{USER}", "arn:aws:kms:*:1:**"),
        (f"arn:aws:kms:*:1:k{TAG}:x", "arn:aws:kms:*:1:k*:x"),
        (f"{KEY}{TAG}", f"{KEY}{TAG}"),
        (f"arn:aws:kms:*:{TAG}:key", f"arn:aws:kms:*:{TAG}:key"),
        ("arn:aws:kms:*:1:${*}", "arn:aws:kms:*:1:${*}"),
        ("arn:aws:kms:*:1:key}", "arn:aws:kms:*:1:key}"),
        ("arn:aws:kms:*:1:${key", "arn:aws:kms:*:1:${key"),
        ("arn:aws:kms:*:1:key}${*}", "arn:aws:kms:*:1:key}${*}"),
        (f"arn:aws:kms:*:1:k}}{TAG}", "arn:aws:kms:*:1:k}*"),
        ("arn:aws:kms:*:1:${?}${key", "arn:aws:kms:*:1:${?}${key"),
        (f"arn:aws:kms:*:1:a:b/{TAG}", f"arn:aws:kms:*:1:a:b/{TAG}"),
        (f"arn:aws:kms:{TAG}:{USER}:key", f"arn:aws:kms:{TAG}:{USER}:key"),
    ],
)
def test_a_variable_may_hold_the_type_of_a_resource(value: str, reached: str) -> None:
    """Where no slash has ended the type before it; not where the document's version knows no variables."""
    assert widest(value, variables=True) == reached
    assert widest(value, variables=False) == completed(value)


@pytest.mark.parametrize(
    ("value", "could_be"),
    [
        (f"{KEY}{TAG}", f"{glob(KEY)}{MANY}"),
        (f"{KEY}*{TAG}{USER}?", f"{glob(KEY)}{MANY}{ONE}"),
        ("key/${*}${?}${$}*", f"key/*?${MANY}"),
    ],
)
def test_what_a_value_could_become(value: str, could_be: str) -> None:
    """Any text for each variable; what stands for a character is that character."""
    assert pattern(value) == could_be


def test_a_variable_that_aws_does_not_fill_in_equals_itself_alone() -> None:
    """It is a text without colon, slash and `$`, and shown as it is written."""
    left = pattern(f"arn:aws:kms:{TAG}:1:key/a")
    assert left.count(":") == 5
    assert left.count("/") == 1
    assert MANY not in left
    assert unveiled(left) == f"arn:aws:kms:{TAG}:1:key/a"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ([f"{KEY}{TAG}"], BY_PRINCIPAL),
        ([f"{KEY}${{ aws:PrincipalTag/k , 'none, or, so' }}"], BY_PRINCIPAL),
        ([f"{KEY}{USER}"], BY_PRINCIPAL),
        ([f"{KEY}${{aws:username, 'none'}}"], BY_PRINCIPAL),
        ([f"{KEY}${{aws:SourceIp}}"], BY_REQUEST),
        ([f"{KEY}{USER}", f"{KEY}${{aws:SourceIp}}"], BY_REQUEST),
    ],
)
def test_who_decides_what_a_variable_holds(values: list[str], key: str) -> None:
    """The principal, where all of the keys are the same in every request of it."""
    same, other = resource_clause(values), resource_clause(values, negated=True)
    assert same is not None
    assert other is not None
    assert (same.operator, same.key, same.values) == (IS, key, tuple(sorted(values)))
    assert (other.operator, other.key, other.values) == (IS_NONE_OF, key, tuple(sorted(values)))
    assert str(same).startswith("the resource = ")
    assert str(other).startswith("not the resource = ")


def test_no_values_have_no_clause() -> None:
    """There is nothing that a resource could be."""
    assert resource_clause([]) is None


@pytest.mark.parametrize(
    ("wider", "narrower", "expected"),
    [
        ([f"{KEY}{TAG}*"], [f"{KEY}{TAG}"], True),
        ([f"{KEY}{TAG}"], [f"{KEY}{TAG}*"], False),
        ([f"{KEY}{TAG}"], [f"{KEY}{USER}"], False),
        ([f"{KEY}{TAG}"], [f"{KEY}\0"], False),
        ([f"{KEY}{TAG}?"], [f"{KEY}{TAG}a"], False),
        ([f"{KEY}{TAG}?"], [f"{KEY}{TAG}?"], True),
        ([f"{KEY}{TAG}*", f"{KEY}{USER}*"], [f"{KEY}{USER}", f"{KEY}{TAG}"], True),
        ([f"{KEY}{TAG}*"], [f"{KEY}{USER}", f"{KEY}{TAG}"], False),
        ([f"{KEY}{TAG}*{USER}"], [f"{KEY}{TAG}x{USER}"], True),
        ([f"{KEY}{TAG}*{USER}"], [f"{KEY}{USER}x{TAG}"], False),
    ],
)
def test_a_resource_that_is_one_is_another(wider: list[str], narrower: list[str], expected: bool) -> None:
    """Whatever the variables hold; a `?` is one character, and a variable may hold more."""
    wide, narrow = resource_clause(wider), resource_clause(narrower)
    assert wide is not None
    assert narrow is not None
    assert follows(wide, narrow, Budget(10**6)) is expected


def test_a_resource_that_is_none_of_many_is_none_of_few() -> None:
    """And not the other way round; what a resource is says nothing of what it is not, and no other clause of either."""
    few, many = (resource_clause(listed, negated=True) for listed in ([TAG], [TAG, USER]))
    same = resource_clause([TAG])
    other = clause("StringEquals", "k", ["a"])
    assert few is not None
    assert many is not None
    assert same is not None
    assert follows(few, many, Budget(10**6))
    assert follows(few, few, Budget(10**6))
    assert not follows(many, few, Budget(10**6))
    assert not follows(same, few, Budget(10**6))
    assert not follows(few, same, Budget(10**6))
    assert not follows(other, other, Budget(10**6))


def test_which_keys_are_the_same_in_every_request_of_a_principal() -> None:
    """Those of the principal and of the key, and all of their tags."""
    assert is_fixed("aws:principalarn")
    assert is_fixed("kms:keyspec")
    assert is_fixed("aws:principaltag/team")
    assert is_fixed("aws:resourcetag/team")
    assert not is_fixed("aws:requesttag/team")
    assert not is_fixed("kms:viaservice")
    assert not is_fixed("x/aws:principaltag/")


def test_which_keys_have_several_values() -> None:
    """Those that AWS lists, those of SAML, and how somebody signed in."""
    assert is_multivalued("aws:tagkeys")
    assert is_multivalued("saml:edupersonorgdn")
    assert is_multivalued("graph.facebook.com:amr")
    assert not is_multivalued("aws:principalarn")
    assert not is_multivalued("k:saml:")
    assert not is_multivalued(":amr/k")
