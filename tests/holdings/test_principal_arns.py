"""Who an unknown part of a key policy's Principal is."""

from typing import Any

import pytest

from gate.holdings.accounts import Accounts
from gate.holdings.principal_arns import PrincipalArns
from gate.holdings.resource_types import RESOURCE_TYPES
from gate.holdings.source_answers import SourceAnswers
from gate.plan.before_after import managed_resources
from gate.plan.model import read
from gate.plan.references import References
from gate.unknown import OneOf, Template, Unresolved, Value
from tests.helpers.plans import change, plan

NUMBER = "111122223333"
LINKED = "aws_iam_service_linked_role"


def block(kind: str, name: str, mode: str = "managed") -> dict[str, Any]:
    address = f"{'data.' if mode == 'data' else ''}{kind}.{name}"
    return {"address": address, "mode": mode, "type": kind, "name": name, "provider_config_key": "aws"}


def made(address: str, key: Any = None, module: str = "", **values: Any) -> dict[str, Any]:
    found = change(f"{address}" + ("" if key is None else f"[{key}]"), None, values)
    if key is not None:
        found["index"] = key
    if module:
        found |= {"address": f"{module}.{found['address']}", "module_address": module}
    return found


KNOWN = {"name": "known", "arn": f"arn:aws-cn:iam::{NUMBER}:role/known", "unique_id": "AROA1"}
CHANGES = [
    change("aws_iam_role.known", KNOWN, KNOWN),
    made("aws_iam_role.r", name="named", path="/p/"),
    made("aws_iam_role.r0"),
    made("aws_iam_role.bad", name="named", path="/p"),
    made("aws_iam_role.many", 0, name="zero"),
    made("aws_iam_role.many", 1, name="one"),
    change("aws_iam_role.many[2]", KNOWN, None, index=2),
    made("aws_iam_role.counted", 0, name="counted"),
    made("aws_iam_role.unconfigured", name="unconfigured"),
    made("awscc_iam_role.c", role_name="c"),
    made("aws_iam_user.u", name="u"),
    made(f"{LINKED}.one"),
    made(f"{LINKED}.single", 0),
    made(f"{LINKED}.many", 0),
    made(f"{LINKED}.many", 1),
]
TYPES = {
    "aws_iam_role": ("known", "r", "r0", "bad", "many", "counted"),
    "aws_iam_user": ("u",),
    "awscc_iam_role": ("c",),
    LINKED: ("one", "single", "many"),
}
READ = {
    "aws_caller_identity": ("c",),
    "aws_iam_session_context": ("s",),
    "aws_iam_role": ("d",),
    "aws_iam_user": ("d",),
    "aws_iam_group": ("d",),
    "aws_iam_policy": ("d",),
    "aws_iam_roles": ("d",),
    "aws_iam_users": ("d",),
}


def principals() -> PrincipalArns:
    blocks = [block(kind, name) for kind, names in TYPES.items() for name in names]
    blocks += [block(kind, name, "data") for kind, names in READ.items() for name in names]
    inner = {"resources": [block("aws_iam_role", "d", "data"), block("aws_iam_role", "r")]}
    root = {"resources": blocks, "module_calls": {"m": {"source": "./m", "module": inner}}}
    changes = [*CHANGES, made("aws_iam_role.r", module="module.m", name="inner")]
    document = read(plan(*changes, configuration={"root_module": root}), "plan.json")[0]
    references = References(document)
    managed = managed_resources(document, RESOURCE_TYPES)
    return PrincipalArns(
        references,
        Accounts(document, references, managed, SourceAnswers(document).provider_may_hide, lambda key: False),
        managed,
    )


def exact(reference: str) -> Unresolved:
    return Unresolved((reference,), exact=True)


def arn(rest: str) -> str:
    return f"arn:aws-cn:iam::{NUMBER}:{rest}"


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        # managed by the plan
        ("aws_iam_role.r.arn", arn("role/p/named")),
        ("aws_iam_role.r.name", "named"),
        ("aws_iam_role.r.id", "named"),
        ("aws_iam_role.r.unique_id", None),
        ("aws_iam_role.r0.arn", arn("role/(aws_iam_role.r0)")),
        ("aws_iam_role.bad.arn", arn("role/(aws_iam_role.bad.path)/named")),  # no path of AWS, nor a part of the name
        ("aws_iam_role.many[1].arn", arn("role/one")),
        ("aws_iam_role.many.arn", None),
        ("aws_iam_role.many[2].arn", None),
        ("aws_iam_role.counted.arn", arn("role/counted")),
        ("aws_iam_role.unconfigured.arn", None),
        ("awscc_iam_role.c.arn", arn("role/c")),
        ("awscc_iam_role.c.role_name", "c"),
        ("awscc_iam_role.c.id", "c"),
        ("aws_iam_user.u.arn", arn("user/u")),
        ("aws_iam_role.nowhere.arn", None),
        ("module.m.aws_iam_role.r.arn", arn("role/inner")),
        # made by AWS for a service
        (f"{LINKED}.one.arn", arn(f"role/({LINKED}.one)")),
        (f"{LINKED}.one.name", None),
        (f"{LINKED}.many[0].arn", arn(f"role/({LINKED}.many[0])")),
        (f"{LINKED}.many[1].arn", arn(f"role/({LINKED}.many[1])")),
        (f"{LINKED}.many.arn", None),
        (f"{LINKED}.single.arn", arn(f"role/({LINKED}.single[0])")),
        (f"{LINKED}.nowhere.arn", None),
        # read
        ("data.aws_caller_identity.c.arn", arn("caller/(data.aws_caller_identity.c)")),
        ("data.aws_caller_identity.c.account_id", None),
        ("data.aws_iam_session_context.s.issuer_arn", arn("role/(data.aws_iam_session_context.s)")),
        ("data.aws_iam_session_context.s.arn", None),
        ("data.aws_iam_role.d.arn", arn("role/(data.aws_iam_role.d)")),
        ("data.aws_iam_role.d.name", None),
        ("data.aws_iam_user.d.arn", arn("user/(data.aws_iam_user.d)")),
        ("data.aws_iam_group.d.arn", None),
        ("data.aws_iam_policy.d.arn", None),
        ("data.aws_iam_roles.d.arn", None),
        ("data.aws_iam_roles.d.arns", arn("role/(data.aws_iam_roles.d)")),
        ("data.aws_iam_roles.d.arns[0]", arn("role/(data.aws_iam_roles.d)")),
        ("data.aws_iam_roles.d.names", None),
        ("data.aws_iam_users.d.arns", arn("user/(data.aws_iam_users.d)")),
        ("data.aws_iam_role.nowhere.arn", None),
        ("module.m.data.aws_iam_role.d.arn", arn("role/(module.m.data.aws_iam_role.d)")),
        ("module.n.data.aws_iam_role.d.arn", None),
    ],
)
def test_who_it_is(reference: str, expected: str | None) -> None:
    """A role or user of the account of its provider, by its name or by what stands for that."""
    hole = exact(reference)
    assert principals().principal(hole) == (expected or hole)


@pytest.mark.parametrize(
    ("reference", "is_somebody"),
    [
        ("aws_sqs_queue.q.arn", True),
        ("aws_sqs_queue.q.url", False),
        ("aws_iam_group.g.arn", True),
        ("aws_iam_policy.p.arn", True),
        (f"{LINKED}.one.id", False),
        ("random_pet.p.arn", False),
        ("random_pet.p.id", False),
    ],
)
def test_an_arn_that_aws_makes(reference: str, is_somebody: bool) -> None:
    """Is somebody, who is not everybody."""
    found = principals().principal(exact(reference))
    assert isinstance(found, Unresolved)
    assert found.stands_for == (f"({reference})" if is_somebody else "")


ROLE, FILLED = exact("aws_iam_role.r.arn"), arn("role/p/named")
NAMELESS, NOBODY = exact("aws_iam_role.r0.arn"), exact("aws_iam_role.nowhere.arn")
LOOSE = Unresolved(("aws_iam_role.r.arn",))


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"Principal": {"AWS": [ROLE]}}, {"Principal": {"AWS": [FILLED]}}),
        ({"NotPrincipal": {"AWS": ROLE}}, {"NotPrincipal": {"AWS": FILLED}}),
        ({"Resource": ROLE}, {"Resource": ROLE}),
        (
            {"Statement": [{"Principal": ROLE}, "x"], "Id": ROLE},
            {"Statement": [{"Principal": FILLED}, "x"], "Id": ROLE},
        ),
        (OneOf(({"Statement": {"Principal": ROLE}}, "x")), OneOf(({"Statement": {"Principal": FILLED}}, "x"))),
        ({"Principal": Template(("a", ROLE))}, {"Principal": f"a{FILLED}"}),
        ({"Principal": {"AWS": LOOSE}}, {"Principal": {"AWS": LOOSE}}),
        (
            {"Condition": {"ArnLike": {"AWS:PrincipalArn": [ROLE, NAMELESS, NOBODY], "aws:SourceArn": ROLE}}},
            {"Condition": {"ArnLike": {"AWS:PrincipalArn": [FILLED, NAMELESS, NOBODY], "aws:SourceArn": ROLE}}},
        ),
        ({"Condition": {"ArnLike": ROLE}}, {"Condition": {"ArnLike": ROLE}}),
        ({"Condition": ROLE}, {"Condition": ROLE}),
    ],
)
def test_where_it_is_looked_for(document: Value, expected: Value) -> None:
    """In Principal and NotPrincipal, where the value is exactly that of the reference; in a condition on who it is, if
    the whole ARN is known."""
    assert principals().filled(document) == expected


def asked_for(kind: str, values: Any, hole: Unresolved, arguments: Any = None, **more: Any) -> Value:
    """Who a role or user is that is read during apply, by these arguments of its data source."""
    entry = change(f"{kind}.d", None, values, change={"actions": ["read"], "after_unknown": {"arn": True}, **more})
    entry |= {"address": f"data.{kind}.d", "mode": "data"}
    provider = {"name": "aws", "expressions": arguments or {}}
    root = {"resources": [block(kind, "d", "data"), block("aws_iam_role", "known")]}
    other = {"name": "aws", "alias": "b", "expressions": {"profile": {"constant_value": "b"}}}
    configuration = {"provider_config": {"aws": provider, "aws.b": other}, "root_module": root}
    raw = plan(CHANGES[0], entry, configuration=configuration)
    document = read(raw, "plan.json")[0]
    references = References(document)
    managed = managed_resources(document, RESOURCE_TYPES)
    accounts = Accounts(document, references, managed, SourceAnswers(document).provider_may_hide, lambda key: False)
    return PrincipalArns(references, accounts, managed).principal(hole)


READ_ROLE, READ_USER = "data.aws_iam_role.d.arn", "data.aws_iam_user.d.arn"


def test_who_is_read_by_a_name_has_that_name() -> None:
    """Its path is not known, and does not count where somebody is named."""
    role = asked_for("aws_iam_role", {"name": "app"}, exact(READ_ROLE))
    assert role == arn("role/(data.aws_iam_role.d.path)/app")
    user = asked_for("aws_iam_user", {"user_name": "bob"}, exact(READ_USER))
    assert user == arn("user/(data.aws_iam_user.d.path)/bob")


def test_wildcards_in_a_path_mean_nothing_in_a_principal() -> None:
    """An ARN of which the path is not known is exactly that of the reference, and may hold some."""
    hole = Unresolved((READ_ROLE,), bare=True)
    assert asked_for("aws_iam_role", {"name": "app"}, hole) == arn("role/(data.aws_iam_role.d.path)/app")
    assert principals().principal(Unresolved(("aws_iam_role.r.arn",), bare=True)) == arn("role/p/named")


@pytest.mark.parametrize(
    ("values", "more"),
    [
        ({}, {}),
        ({"name": "a/b"}, {}),
        ({"name": "*"}, {}),
        ({"name": "app"}, {"after_sensitive": {"name": True}}),
    ],
)
def test_who_is_read_otherwise_is_called_by_the_address(values: Any, more: Any) -> None:
    """By a name that is not known, that is none, or that is not to be shown."""
    assert asked_for("aws_iam_role", values, exact(READ_ROLE), **more) == arn("role/(data.aws_iam_role.d)")


def test_who_is_taken_to_be_read_by_a_name_is_called_by_the_address() -> None:
    """Without the source there may be a text around the reference: it is not taken for somebody who was there."""
    taken = Unresolved((READ_ROLE,), exact=True, stands_for="(x)")
    assert asked_for("aws_iam_role", {"name": "app"}, taken) == arn("role/(data.aws_iam_role.d)")


def test_whoever_answers_in_the_place_of_aws_is_not_believed() -> None:
    """It may say that anybody is the role of that name."""
    elsewhere = {"endpoints": [{"iam": {"constant_value": "http://localhost:4566"}}]}
    found = asked_for("aws_iam_role", {"name": "app"}, exact(READ_ROLE), elsewhere)
    assert str(found).endswith("role/(data.aws_iam_role.d)")
    roles = exact("data.aws_iam_roles.d.arns")
    assert asked_for("aws_iam_roles", {}, roles) == arn("role/(data.aws_iam_roles.d)")
    assert asked_for("aws_iam_roles", {}, roles, elsewhere) == roles
