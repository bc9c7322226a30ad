"""The instances that a reference may mean, against looking at each of them."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.plan.addresses import split
from gate.plan.instances import Instances
from gate.plan.shapes import ResourceChange

KEYS = ("", '["x"]', '["y"]', "[0]")
ADDRESSES = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(KEYS)), max_size=3).map(
    lambda calls: ".".join(f"module.{name}{key}" for name, key in calls)
)
CHANGES = st.lists(
    st.builds(
        lambda module, index: ResourceChange(
            type="aws_iam_role", name="this", change=msgspec.Raw(b"{}"), module_address=module, index=index
        ),
        ADDRESSES,
        st.sampled_from((None, 0, "x")),
    ),
    max_size=8,
)


def agree(one: str, other: str) -> bool:
    """Whether the first difference of two addresses is not that of two keys."""
    for a, b in zip(split(one), split(other), strict=False):
        if a != b:
            return not (a.startswith("[") and b.startswith("["))
    return True


@pytest.mark.slow
@given(CHANGES, ADDRESSES)
def test_agreeing_with(changes: list[ResourceChange], own: str) -> None:
    """What is in another instance of a module that both are in is left out, the rest stays in its order."""
    found = Instances(changes).agreeing_with(own).all
    assert list(map(id, found)) == [id(one) for one in changes if agree(one.module_address, own)]


@pytest.mark.slow
@given(CHANGES, ADDRESSES, st.sampled_from((None, 0, "x")))
def test_within_and_with_key(changes: list[ResourceChange], module: str, key: int | str | None) -> None:
    """One module instance, and one key."""
    found = Instances(changes).within(module).with_key(key).all
    wanted = [id(one) for one in changes if one.module_address == module and one.index == key]
    assert list(map(id, found)) == wanted
