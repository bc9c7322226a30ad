"""Nothing is guessed: whatever the unknown parts turn out to be, the value is among those that were foreseen."""

import re
from contextlib import suppress
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.hcl.evaluate import Scope, Work, lenient
from gate.hcl.functions import call, table
from gate.hcl.parse import blocks
from gate.hcl.syntax import Expression
from gate.hcl.text import decode_json, json_text

from gate.unknown import OneOf, Template, Unresolved

HOLES = ("x", "y")
TEXTS = st.sampled_from(["", "a", "b", "a,b", "kms:*", "1", "true", "[]"])

SHAPES: dict[str, list[str]] = {
    # T a text, L a list, M a map, B a bool, A any of them: each shape with smaller expressions in those places
    "T": [
        '"${T}-${T}"', '"${T}"', '"%{ if B }p%{ else }${T}%{ endif }"', '"%{ for e in L }${e};%{ endfor }"',
        "(B ? T : T)", "L[0]", "L[1]", 'M["a"]', "M[T]", "M.b", "jsonencode(A)", 'format("%s/%s", T, T)',
        'replace(T, "a", T)', 'replace(T, "/b$/", T)', "join(T, L)", "upper(T)", "tostring(B)", "trimprefix(T, T)",
        "coalesce(T, T)", "try(T, T)", "try(L[0], T)", "try(M.a, T)", "element(L, 1)", "lookup(M, T, T)", "one(L)",
        'lookup(M, "a", T)', "try(tostring(tonumber(T)), T)", "try(tostring(tobool(T)), T)",
        "jsondecode(jsonencode(T))",
        "length(L)", "length(M)", "length(T)", "can(A)",
    ],
    "L": [
        "[T, T]", "[T]", "concat(L, L)", "concat(L, L, L)", "[for e in L : e]", '[for e in L : "${e}${T}" if e != T]',
        "[for k, e in M : k]", "[for k, e in M : e if B]", '[{ a = T }, { a = T }][*].a', 'split(",", T)', "L[*]",
        "flatten([L, L])", "flatten([T, [L]])", "compact(L)", "distinct(L)", "toset(L)", "tolist(toset(L))", "keys(M)",
        "values(M)", "reverse(L)", "sort(L)", "slice(L, 0, 1)", "coalescelist(L, L)", "try(L, L)", "(B ? L : L)",
        "setunion(L, L)", "setsubtract(L, L)", "setintersection(L, L)", 'formatlist("%s/*", L)',
        "jsondecode(jsonencode(L))",
        "try(jsondecode(T), L)", "flatten([for e in L : [e, T]])", "flatten([for e in L : B ? [e] : []])",
    ],
    "M": [
        "{ a = T, b = T }", "{ (T) = T, a = T }", "merge(M, M)", "merge(M, M, M)", "{ for k, e in M : k => e if B }",
        "{ for e in L : e => T... }", "{ for i, e in L : i => e }", "zipmap(L, L)", "tomap(M)", "(B ? M : M)",
        "try(M, M)",
        "jsondecode(jsonencode(M))", "try(jsondecode(T), M)",
    ],
    "B": [
        "(T == T)", "(T != T)", "(L == L)", "(M == M)", "!B", "(B && B)", "(B || B)", "contains(L, T)", "can(L[1])",
        "can(M[T])", "startswith(T, T)", "endswith(T, T)", "(length(L) > 1)", "(T != null)", "alltrue([B, B])",
    ],
}  # fmt: skip
ATOMS = {
    "T": [*HOLES, *HOLES, '"a"', '"b"', '""', '"kms:*"'],
    "L": ["[]", '["a"]', '["a", "b", "a"]', 'split(",", x)', "[x, y]"],
    "M": ["{}", '{ a = "b" }', "{ a = x, b = y }", "{ (x) = y }"],
    "B": ["true", "false", '(x == "a")'],
}


class Nowhere:
    """A world in which nothing can be referred to."""

    def document(self, value: Any) -> None:
        """No data source is planned here."""


@st.composite
def expressions(draw: st.DrawFn, kind: str = "A", depth: int = 4) -> str:
    """Expressions of a kind: atoms, or shapes filled with smaller expressions."""
    if kind == "A":
        kind = draw(st.sampled_from("TLMB"))
    if depth == 0:
        return draw(st.sampled_from(ATOMS[kind]))
    shape = draw(st.sampled_from([*ATOMS[kind], *SHAPES[kind]]))
    return re.sub(r"\b[TLMBA]\b", lambda place: draw(expressions(place[0], depth - 1)), shape)


def parsed(text: str) -> Expression:
    found, problem = blocks(f"a {{\n  v = {text}\n}}\n".encode(), "main.tf")
    assert problem is None
    return found[0].attributes["v"].expression


def value(expression: Expression, names: dict[str, Any]) -> Any:
    """The value with these names in scope; RefusedError where Terraform would refuse the expression."""
    from gate.hcl.evaluate import evaluate

    return evaluate(expression, Scope(None, names=names, sealed=True), Work(Nowhere()))  # type: ignore[arg-type]


def allows(value: Any, actual: Any) -> bool:
    """Whether a known value is one of those that a partly known value stands for."""
    if isinstance(actual, Encoded):
        return (
            allows(value, json_text(actual.value))
            if not isinstance(value, Encoded)
            else allows(value.value, actual.value)
        )
    if isinstance(value, Unresolved):
        return True
    if isinstance(value, OneOf):
        return any(allows(one, actual) for one in value.alternatives)
    if isinstance(value, Encoded):
        if is_known(value):
            return json_text(value.value) == actual
        try:
            return isinstance(actual, str) and allows(value.value, decode_json(actual))
        except ValueError:
            return False
    if isinstance(value, Template):
        return isinstance(actual, str) and fits(value.parts, actual)
    if isinstance(value, SetValue) and not is_known(value):
        return isinstance(actual, list) and all(any(allows(part(one), other) for one in value) for other in actual)
    if isinstance(value, list):
        return isinstance(actual, list) and allows_elements(value, actual)
    if isinstance(value, dict):
        return (
            isinstance(actual, dict)
            and value.keys() == actual.keys()
            and all(allows(one, actual[key]) for key, one in value.items())
        )
    return same(value, actual) or (
        actual is not None and value is not None and str(value).lower() == str(actual).lower()
    )


def part(value: Any) -> Any:
    return value.element if isinstance(value, Rest) else value


def allows_elements(values: list[Any], actual: list[Any]) -> bool:
    if not values:
        return not actual
    if isinstance(values[0], Rest):
        return allows_elements(values[1:], actual) or (
            bool(actual) and allows(values[0].element, actual[0]) and allows_elements(values, actual[1:])
        )
    return bool(actual) and allows(values[0], actual[0]) and allows_elements(values[1:], actual[1:])


def fits(parts: tuple[Any, ...], actual: str) -> bool:
    if not parts:
        return not actual
    if isinstance(parts[0], str):
        return actual.startswith(parts[0]) and fits(parts[1:], actual[len(parts[0]) :])
    return any(fits(parts[1:], actual[end:]) for end in range(len(actual) + 1))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(expressions(), TEXTS, TEXTS)
def test_partial_value_allows_every_outcome(text: str, x: str, y: str) -> None:
    """An expression with two unknown texts: put any texts in their place, and its value is among those foreseen."""
    expression = parsed(text)
    unknown = {"x": Unresolved(("aws_x.y.x",), exact=True), "y": Unresolved(("aws_x.y.y",), exact=True)}
    try:
        actual = value(expression, {"x": x, "y": y})
    except RefusedError:
        return  # Terraform would refuse the plan
    if not is_known(actual):
        return  # not computed
    try:
        foreseen = value(expression, unknown)
    except RefusedError as error:
        raise AssertionError(f"{text} is refused, but is {actual!r}") from error
    assert allows(foreseen, actual), (foreseen, actual)


arguments = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-3, 2000),
        st.floats(allow_nan=False, allow_infinity=False),
        st.text(max_size=4),
        st.sampled_from(["%s", "%d%5s", "/(a)+/", "^a*$", "[[", "1e5", '{"a": 1}', "=", "$1", "\\"]),
        st.just(Unresolved(("aws_x.y.z",), exact=True)),
        st.just(Template(("a", Unresolved(("aws_x.y.z",))))),
        st.just(OneOf(("a", ["b"]))),
        st.just(Encoded({"a": Unresolved(("aws_x.y.z",))})),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.lists(inner, max_size=3).map(SetValue),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        inner.map(Encoded),
        st.lists(inner.map(Rest), max_size=2),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(table())), st.lists(arguments, max_size=4))
def test_no_argument_breaks_a_function(name: str, given_arguments: list[Any]) -> None:
    """Whatever the arguments, a function has a value or is refused; there is no other way out."""
    try:
        answer = call(table()[name], given_arguments)
    except RefusedError:
        return
    finished(answer)


@settings(max_examples=500, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text at all is blocks, or a problem, or both."""
    found, _ = blocks(text.encode("utf-8", "replace"), "main.tf")
    for block in found:
        for attribute in block.attributes.values():
            with suppress(ExhaustedError):
                lenient(attribute.expression, Scope(None, sealed=True), Work(Nowhere()))  # type: ignore[arg-type]
