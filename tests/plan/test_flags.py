"""Which variables only choose, in modules that modules call, and in what nobody calls."""

import msgspec
import pytest

from gate.plan.configuration import ConfigurationModule
from gate.plan.flags import only_chooses

GIVEN = {"on": True, "text": "x"}
INNER = {"variables": {"on": {"default": False}, "text": {"default": "a"}}}
OUTER = {
    "variables": {"on": {}},
    "module_calls": {"n": {"expressions": {"text": {"constant_value": ""}}, "module": INNER}},
}
ROOT = {
    "variables": {"on": {}, "text": {}},
    "module_calls": {
        "m": {"expressions": {"text": {"constant_value": "b"}}, "module": OUTER},
        "bare": {"module": INNER},
    },
}


@pytest.mark.parametrize(
    ("parts", "module", "expected"),
    [
        (["var", "on"], (), True),
        (["var", "text"], (), False),
        (["local", "on"], (), False),
        (["var", "on", "x"], (), False),
        (["var", "on"], ("m",), False),  # it has no default, and is given nothing
        (["var", "text"], ("m", "n"), True),
        (["var", "on"], ("m", "n"), True),
        (["var", "text"], ("m",), False),
        (["var", "on"], ("bare",), True),
        (["var", "text"], ("bare",), False),
        (["var", "on"], ("gone",), False),
        (["var", "on"], ("m", "gone"), False),
        (["var", "on"], ("gone", "n"), False),
    ],
)
def test_what_only_chooses(parts: list[str], module: tuple[str, ...], expected: bool) -> None:
    """By what the call sets it to, else by its default; what is not known to be called is no such variable."""
    root = msgspec.json.decode(msgspec.json.encode(ROOT), type=ConfigurationModule)
    assert only_chooses(parts, module, root, GIVEN) is expected
