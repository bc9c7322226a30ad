"""KMS011: new roles that may have inline policies which no plan shows."""

from typing import Any

from gate.report import Finding
from gate.rules.unproven_role import _remedy
from tests.helpers.plans import change, findings, plan, policy

UNKNOWN = {"after_unknown": {"inline_policy": True, "arn": True}}
FOLDER = "give gate the folder that the plan was made from with `--source FOLDER`"
TOLD = 'a plan does not show `dynamic "inline_policy"` blocks'


def role(name: str, module: str = "") -> dict[str, Any]:
    """A new role, in a module or not."""
    address = f"{module}.aws_iam_role.{name}" if module else f"aws_iam_role.{name}"
    place = {"module_address": module} if module else {}
    values = {"name": name, "assume_role_policy": policy()}
    return change(address, None, values, change=UNKNOWN, type="aws_iam_role", name=name, **place)


def block(name: str) -> dict[str, Any]:
    """The block of a role in the configuration."""
    return {
        "address": f"aws_iam_role.{name}", "mode": "managed", "type": "aws_iam_role", "name": name, "expressions": {},
    }  # fmt: skip


def found(*roles: dict[str, Any]) -> list[Finding]:
    """What this rule finds of some of the roles a, b and, in the module m, c and d."""
    inner = {"n": {"module": {"resources": [block("e"), block("f")]}}}
    called = {"m": {"module": {"resources": [block("c"), block("d")], "module_calls": inner}}}
    root = {"resources": [block("a"), block("b")], "module_calls": called}
    told = findings(plan(*roles, configuration={"root_module": root}))
    return [one for one in told if one.rule == "KMS011"]


def test_one_new_role() -> None:
    """By its name, without a list."""
    (one,) = found(role("a"))
    assert one.message == f"gate cannot see whether new role a has inline policies: {TOLD}"
    assert (one.level, one.blocks, one.address, one.attribute) == (
        "warning", False, "aws_iam_role.a", "inline_policy",
    )  # fmt: skip
    assert (one.principals, one.remedy) == (("role a",), (FOLDER,))


def test_a_role_that_is_made_anew_under_a_new_name_has_the_new_one() -> None:
    """The old name is that of the role that goes, whose inline policies the plan shows."""
    renamed = role("a")
    gone = {"name": "old", "assume_role_policy": policy(), "inline_policy": []}
    renamed["change"] |= {"actions": ["delete", "create"], "before": gone}
    (one,) = found(renamed)
    assert one.message == f"gate cannot see whether new role a has inline policies: {TOLD}"
    assert one.principals == ("role a",)


def test_a_role_whose_new_name_is_not_known_is_told_by_its_address() -> None:
    """It will not be called as it was."""
    renamed = role("a")
    renamed["change"] |= {
        "actions": ["delete", "create"],
        "before": {"name": "old", "assume_role_policy": policy(), "inline_policy": []},
        "after": {"assume_role_policy": policy()},
        "after_unknown": {"name": True, "inline_policy": True, "arn": True},
    }
    (one,) = found(renamed)
    assert one.message == f"gate cannot see whether new role (aws_iam_role.a) has inline policies: {TOLD}"


def test_of_many_roles_the_first_addresses_are_told() -> None:
    """A wall of addresses is read by nobody; who it is about is a list of its own, and has all of them."""
    names = [f"r{number}" for number in range(1, 8)]
    roles = [
        change(f"aws_iam_role.{name}", None, {"name": name}, change=UNKNOWN, type="aws_iam_role", name=name)
        for name in names
    ]
    blocks = [block(name) for name in names]
    (one,) = [
        f for f in findings(plan(*roles, configuration={"root_module": {"resources": blocks}})) if f.rule == "KMS011"
    ]
    listed = ", ".join(f"aws_iam_role.r{number}" for number in range(1, 6))
    assert one.message == f"gate cannot see whether 7 new roles ({listed} and 2 more) have inline policies: {TOLD}"
    assert one.principals == tuple(f"role {name}" for name in names)
    configuration = {"root_module": {"resources": blocks[:5]}}
    told = [f.message for f in findings(plan(*roles[:5], configuration=configuration)) if f.rule == "KMS011"]
    assert told == [f"gate cannot see whether 5 new roles ({listed}) have inline policies: {TOLD}"]


def test_the_roles_of_each_module_are_one_finding() -> None:
    """With all of their addresses, at the first; the finding is another where they are others."""
    own, of_module = found(role("b"), role("a"), role("d", "module.m"), role("c", "module.m"))
    listed = "aws_iam_role.a, aws_iam_role.b"
    assert own.message == f"gate cannot see whether 2 new roles ({listed}) have inline policies: {TOLD}"
    assert (own.address, own.principals) == ("aws_iam_role.a", ("role a", "role b"))
    listed = "module.m.aws_iam_role.c, module.m.aws_iam_role.d"
    assert (
        of_module.message == f"gate cannot see whether 2 new roles of module.m ({listed}) have inline policies: {TOLD}"
    )
    assert (of_module.address, of_module.principals) == ("module.m.aws_iam_role.c", ("role c", "role d"))
    fetch = "run `terraform get` (or `tofu get`) in the folder that the plan was made from"
    assert of_module.remedy == (f"{fetch}, and give gate that folder with `--source FOLDER`",)
    (alone,) = found(role("c", "module.m"))
    assert alone.fingerprint != of_module.fingerprint
    (deep,) = found(role("e", "module.m.module.n"), role("f", "module.m.module.n"))
    assert "2 new roles of module.m.module.n (module.m.module.n" in deep.message
    assert _remedy("module.m", sourced=True) == f"{fetch}, so that the source of module.m is at hand"
    assert _remedy("", sourced=True) == FOLDER
