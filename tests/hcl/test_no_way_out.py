"""Whatever the texts and the values, there is a value, or Terraform refuses; there is no other way out."""

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.hcl.evaluate import lenient
from gate.hcl.functions import FUNCTIONS, call
from gate.hcl.parse import blocks
from gate.hcl.text import finished
from gate.hcl.values import Encoded, ExhaustedError, RefusedError, Rest, Tuple, Unordered
from gate.hcl.work import Scope, Work
from gate.unknown import OneOf, Template, Unresolved
from tests.helpers.containing import World

pytestmark = pytest.mark.slow

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
        st.lists(inner, max_size=3).map(Tuple),
        st.lists(inner, max_size=3).map(Unordered),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
        inner.map(Encoded),
        st.lists(inner.map(Rest), max_size=2),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(FUNCTIONS)), st.lists(arguments, max_size=4))
def test_no_argument_breaks_a_function(name: str, given_arguments: list[Any]) -> None:
    """Whatever the arguments, a function has a value or is refused; there is no other way out."""
    try:
        answer = call(name, given_arguments, Work(World()))
    except RefusedError:
        return
    finished(answer, lambda hole: False)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(st.text(max_size=60))
def test_no_text_breaks_the_parser(text: str) -> None:
    """Any text at all is blocks, or a problem, or both."""
    found, _ = blocks(text.encode("utf-8", "replace"), "main.tf")
    for block in found:
        for attribute in block.attributes.values():
            with suppress(ExhaustedError):
                lenient(attribute.expression, Scope(None, sealed=True), Work(World()))
