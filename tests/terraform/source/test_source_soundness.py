"""Nothing is guessed: whatever the unknown part turns out to be, the value is one that the partial evaluation allows."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gate.terraform.source.evaluate import Scope, Work, lenient
from gate.terraform.source.functions import call, table
from gate.terraform.source.parse import blocks
from gate.terraform.source.syntax import Expression
from gate.terraform.source.text import ExhaustedError, RefusedError, decode_json, json_text
from gate.terraform.source.values import Encoded, Rest, SetValue, finished, is_known, same
from gate.unknown import OneOf, Template, Unresolved

HOLES = ("x", "y")
TEXTS = st.sampled_from(["", "a", "b", "a,b", "kms:*", "1", "true", "[]"])

atoms = st.one_of(
    st.sampled_from(HOLES),
    st.sampled_from(['"a"', '"b"', '""', "null", "1", "true", '"kms:*"', "[]", "{}"]),
)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions of every kind around smaller ones."""

    def shape(text: str, count: int) -> st.SearchStrategy[str]:
        return st.tuples(*[inner] * count).map(lambda parts: text.format(*parts))

    shapes = [
        ("[{0}, {1}]", 2), ('{{ a = {0}, "b" = {1} }}', 2), ("{{ (tostring({0})) = {1} }}", 2),
        ('"${{{0}}}-${{{1}}}"', 2), ('"${{{0}}}"', 1), ('"%{{ if {0} == {1} }}p%{{ else }}${{{2}}}%{{ endif }}"', 3),
        ("({0} == {1} ? {2} : {3})", 4), ("({0} != null && {1} == {2})", 3), ("!({0} == {1})", 2),
        ("[for e in {0} : [e, {1}] if e != {2}]", 3), ("[for k, e in {0} : k]", 1),
        ("{{ for k, e in {0} : k => e if k != {1} }}", 2), ("{{ for e in {0} : e => {1}... }}", 2),
        ("{0}[*]", 1), ("[{{ a = {0} }}, {{ a = {1} }}][*].a", 2), ("{0}[0]", 1), ('{0}["a"]', 1), ("{0}[{1}]", 2),
        ('split(",", {0})', 1), ("jsondecode({0})", 1), ("jsonencode({0})", 1), ('format("%s/%s", {0}, {1})', 2),
        ('replace({0}, "a", {1})', 2), ('formatlist("%s/*", {0})', 1), ("join({0}, {1})", 2),
        *((f"{name}({{0}})", 1) for name in (
            "flatten", "compact", "distinct", "toset", "tolist", "tomap", "keys", "values", "length", "reverse", "one",
            "sort", "tostring", "tonumber", "tobool", "upper", "can", "alltrue", "sum", "trimspace")),
        *((f"{name}({{0}}, {{1}})", 2) for name in (
            "concat", "merge", "coalesce", "coalescelist", "try", "contains", "element", "lookup", "zipmap", "setunion",
            "setsubtract", "setintersection", "setproduct", "startswith", "endswith", "trimprefix", "index")),
        ("lookup({0}, {1}, {2})", 3), ("slice({0}, 0, 1)", 1), ("try({0}[0], {1})", 2), ("try({0}.a, {1})", 2),
        ("concat({0}, {1}, {2})", 3), ("merge({0}, {1}, {2})", 3), ("coalesce({0}, {1}, {2})", 3),
    ]  # fmt: skip
    return st.one_of([shape(text, count) for text, count in shapes])


expressions = st.recursive(atoms, larger, max_leaves=12)


def parsed(text: str) -> Expression:
    found, problem = blocks(f"a {{\n  v = {text}\n}}\n".encode(), "main.tf")
    assert problem is None
    return found[0].attributes["v"].expression


def value(expression: Expression, names: dict[str, Any]) -> Any:
    """The value with these names in scope; RefusedError where Terraform would refuse the expression."""
    from gate.terraform.source.evaluate import evaluate

    return evaluate(expression, Scope(None, names=names, sealed=True), Work(None))  # type: ignore[arg-type]


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
        return isinstance(actual, str) and allows(value.value, decode_json(actual))
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


@settings(max_examples=1500, deadline=None)
@given(expressions, TEXTS, TEXTS)
def test_partial_value_allows_every_outcome(text: str, x: str, y: str) -> None:
    """An expression with two unknown texts: put any texts in their place, and its value is among those foreseen."""
    expression = parsed(text)
    unknown = {"x": Unresolved(("aws_x.y.x",), exact=True), "y": Unresolved(("aws_x.y.y",), exact=True)}
    try:
        actual = value(expression, {"x": x, "y": y})
    except RefusedError:
        return  # Terraform would refuse the plan
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


@settings(max_examples=1500, deadline=None)
@given(st.sampled_from(sorted(table())), st.lists(arguments, max_size=4))
def test_no_argument_breaks_a_function(name: str, given_arguments: list[Any]) -> None:
    """Whatever the arguments, a function has a value or is refused; there is no other way out."""
    try:
        answer = call(table()[name], given_arguments)
    except RefusedError:
        return
    finished(answer)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text at all is blocks, or a problem, or both."""
    found, _ = blocks(text.encode("utf-8", "replace"), "main.tf")
    for block in found:
        for attribute in block.attributes.values():
            try:
                lenient(attribute.expression, Scope(None, sealed=True), Work(None))  # type: ignore[arg-type]
            except ExhaustedError:
                pass
