"""Policy variables in the resources of a statement: that a resource is what a request fills in is a clause of its own.

`key/${aws:PrincipalTag/k}` names the key whose id the principal's tag holds, any key at all or none: the statement is
for every resource that the value could become, under the clause that it does become it.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
"""

import re
from collections.abc import Iterable

from gate.iam import patterns
from gate.iam.condition_keys import BY_PRINCIPAL, BY_REQUEST, is_fixed
from gate.iam.conditions import Clause
from gate.iam.patterns import MANY, ONE, Budget, glob, literal

IS, IS_NONE_OF = "resource is", "resource is none of"  # the operators of such clauses; no document can write them
_VARIABLE = r"(\$\{[^}]*\})"
_SPECIAL = ("${*}", "${?}", "${$}")
# inside a policy variable these are not separators of the ARN, and `$` is not that of a text that looks like one
_VEIL = {ord(":"): "\uf03a", ord("/"): "\uf02f", ord("$"): "\uf024"}
_UNVEIL = {0xF03A: ":", 0xF02F: "/", 0xF024: "$"}
_FIRST = 0xF100  # from here on, one character for each variable, which no document may hold


def unveiled(resource: str) -> str:
    """A resource as people write it, policy variables included."""
    return resource.translate(_UNVEIL)


def filled_in(value: str) -> list[str]:
    """The policy variables of a Resource value, in order. AWS fills in those after the fifth colon of an ARN alone."""
    if "${" not in value:
        return []
    found, passed = [], ""
    for part in re.split(_VARIABLE, value):
        if re.fullmatch(_VARIABLE, part) and part not in _SPECIAL:
            if passed.count(":") >= 5 or not value.startswith("arn:"):
                found.append(part)
        else:
            passed += part
    return found


def completed(value: str) -> str:
    """A Resource or NotResource value of an identity policy as AWS reads it: the fields that an ARN lacks are `*`.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
    """
    colons = value.count(":")
    if value.startswith("arn:") and colons < 5 and not value.endswith("*"):
        return value + ":*" * (5 - colons)
    return value


def widest(value: str, variables: bool) -> str:
    """What a Resource value of an Allow may reach: short ARNs are completed, and variables may hold a type."""
    value = completed(value)
    if not variables or "${" not in value:
        return value
    parts = re.split(_VARIABLE, value)
    passed = ""
    for i, part in enumerate(parts):
        own = part.startswith("${") and part.endswith("}") and part not in _SPECIAL
        if own and passed.count(":") >= 5 and "/" not in passed.split(":", 5)[5]:
            parts[i] = "*"  # the variable may hold the resource's type, or the end of it
        else:
            passed += part.replace(":", "") if own else part
    return "".join(parts)


def pattern(value: str) -> str:
    """The pattern of everything that a Resource value could become."""
    return _pattern(value, dict.fromkeys(filled_in(value), MANY))


def _pattern(value: str, standing: dict[str, str]) -> str:
    """A variable that AWS does not fill in is a text that equals only itself."""
    result = ""
    for number, part in enumerate(re.split(_VARIABLE, value) if "$" in value else [value]):
        if part in _SPECIAL:
            result += literal(part[2])
        elif number % 2:  # between two texts
            result += standing.get(part) or literal(part.translate(_VEIL))
        else:
            result += glob(part)
    while MANY + MANY in result:
        result = result.replace(MANY + MANY, MANY)
    return result


def resource_clause(values: Iterable[str], *, negated: bool = False) -> Clause | None:
    """What has to hold for a resource to be one of some values with variables, or none of them; None without values."""
    listed = tuple(sorted(set(values)))
    if not listed:
        return None
    keys = [name[2:-1].partition(",")[0].strip().lower() for value in listed for name in filled_in(value)]
    key = BY_PRINCIPAL if all(map(is_fixed, keys)) else BY_REQUEST
    return Clause(IS_NONE_OF if negated else IS, key, listed, ("not the resource" if negated else "the resource",))


def follows(wider: Clause, narrower: Clause, budget: Budget) -> bool:
    """Whether one such clause holds of a resource of which another does, whatever the variables hold."""
    if wider.operator != narrower.operator or IS not in wider.operator:
        return False
    if wider.operator == IS_NONE_OF:
        return set(wider.values) <= set(narrower.values)
    return all(any(_covers(wide, narrow, budget) for wide in wider.values) for narrow in narrower.values)


def _covers(wide: str, narrow: str, budget: Budget) -> bool:
    if wide == narrow:
        return True
    names = sorted({*filled_in(wide), *filled_in(narrow)})
    standing = {name: chr(_FIRST + i) for i, name in enumerate(names)}
    both = [_pattern(narrow, standing), _pattern(wide, standing)]
    if ONE in both[1]:  # a `?` is one character, and a variable may hold more
        return False
    return 1 not in patterns.cells(MANY, both, budget)
