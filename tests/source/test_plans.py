"""Plans that Terraform made: the source never says anything else than the plan, and what the plan hides is told."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gate.hcl.text import json_parts, scalar_text, text_of
from gate.hcl.values import is_known
from gate.plan.decoded import after, change, values
from gate.plan.model import Plan, read
from gate.plan.shapes import UNKNOWN
from gate.source import Encoded, Instance, Missing, Sought, Source, decode_json, open_source
from gate.unknown import OneOf, Template, Unresolved
from tests.helpers.paths import ROOT
from tests.helpers.source_trees import case

pytestmark = pytest.mark.slow

FOLDERS = sorted(
    path.parent
    for where in ("examples/plans", "tests/plans", "tests/source/plans")
    for path in (ROOT / where).glob("*/plan.json")
)
ARN = Unresolved(("aws_kms_key.k.arn",), exact=True)


def opened(folder: Path, scratch: Path) -> tuple[Plan, Source]:
    """The plan of a folder, and its source: `after.tf`, `after/`, or the folder itself."""
    plan = read((folder / "plan.json").read_bytes(), "plan.json")[0]
    source = folder
    if (folder / "after").is_dir():
        source = folder / "after"
    elif (folder / "after.tf").is_file():
        source = scratch / folder.name
        source.mkdir()
        shutil.copy(folder / "after.tf", source / "main.tf")
    return plan, open_source(source, plan)


def planned(plan: Plan) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Every instance and its attributes, those of data sources read while planning too."""
    for resource in plan.resource_changes:
        attributes = after(change(resource))
        if isinstance(attributes, dict):
            yield resource, attributes
    for data in plan.data_sources():
        module = data.address.removesuffix(f"data.{data.type}.{data.name}").rstrip(".")
        if data.index is None:
            yield Instance("data", data.type, data.name, module), values(data)


def agrees(known: Any, value: Any) -> bool:
    """Whether a value is what the plan says, the provider's conversions and its order of sets aside."""
    if isinstance(value, Encoded):
        value = text_of(json_parts(value.value, lambda hole: False) or [Unresolved()])
    if isinstance(known, dict) and isinstance(value, dict):
        return known.keys() >= value.keys() and all(agrees(known[key], part) for key, part in value.items())
    if isinstance(known, list) and isinstance(value, list):
        if len(known) != len(value):
            return False
        left = list(known)
        for part in value:
            found = next((one for one in left if agrees(one, part)), left)
            if found is left:
                return False
            left.remove(found)
        return True
    if isinstance(known, str) and isinstance(value, str) and known != value:
        try:
            return bool(json.loads(known) == json.loads(value))
        except ValueError:
            return False
    if value is None:
        return True  # the provider's default
    return not isinstance(value, (dict, list)) and known is not None and scalar_text(known) == scalar_text(value)


def wholly_known(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(wholly_known, value.values()))
    return all(map(wholly_known, value)) if isinstance(value, list) else value is not UNKNOWN


def compare(plan: Plan, source: Source) -> tuple[list[str], int, int]:
    """What differs; how many known values the source gives as well, and how many it leaves open."""
    different, equal, left_open = [], 0, 0
    for resource, attributes in planned(plan):
        for name, known in attributes.items():
            if not wholly_known(known):
                continue
            value: Any = source.attribute(resource, name)
            if isinstance(value, Missing):
                blocks = source.blocks(resource, name)
                if not isinstance(blocks, tuple) or not blocks:
                    continue
                value = list(blocks)
            if not is_known(value):
                left_open += 1
            elif agrees(known, value):
                equal += 1
            else:
                different.append(f"{resource.type}.{resource.name}.{name}: {value!r} is not {known!r}")
    return different, equal, left_open


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_source_never_differs_from_what_the_plan_knows(folder: Path, tmp_path: Path) -> None:
    """A value that the plan knows is, in the source, the same or open; and the two agree about every block."""
    plan, source = opened(folder, tmp_path)
    different, _, _ = compare(plan, source)
    assert different == []
    assert source.problems == ()
    for resource, _ in planned(plan):
        assert source.disagreement(resource) is None
        assert source.location(resource, Sought()) is not None


def test_enough_is_compared(tmp_path: Path) -> None:
    """The plans have known values in plenty, and the source gives nearly all of them."""
    totals = [compare(*opened(folder, tmp_path))[1:] for folder in FOLDERS]
    equal, left_open = map(sum, zip(*totals, strict=True))
    assert equal > 500
    assert left_open < equal / 50


def policy(name: str, address: str = "aws_iam_role_policy.app") -> Any:
    """The decoded `policy` of a resource in a fixture, where the plan hides it."""
    plan, source = case(name)
    resource = next(one for one in plan.resource_changes if one.address == address)
    assert after(change(resource))["policy"] is UNKNOWN
    return decode_json(source.attribute(resource, "policy"))


def statement(action: Any, resource: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


STATEMENTS: dict[str, list[Any]] = {
    "narrow": [statement(["kms:Decrypt", "kms:GenerateDataKey*"], ARN)],
    "full-on-key": [statement("kms:*", ARN)],
    "full-beside-unknown": [statement("kms:*", "*"), statement("kms:Decrypt", [ARN, Template((ARN, "/x"))])],
    "heredoc": [
        statement("kms:*", ARN),
        statement(
            ["s3:GetObject", "s3:PutObject"],
            [Template(("arn:aws:s3:::", Unresolved(("aws_kms_key.k.key_id",), exact=True), "/*"))],
        ),
    ],
    "templatefile": [
        statement(["kms:Decrypt", "kms:Encrypt"], ARN),
        statement("s3:GetObject", "arn:aws:s3:::a/*"),
        statement("s3:GetObject", "arn:aws:s3:::b/*"),
    ],
    "locals": [statement(["kms:Decrypt", "kms:Encrypt", "kms:*"], ARN, Sid=Unresolved())],
    "conditional": [statement(OneOf(("kms:*", "kms:Decrypt")), ARN)],
    "concat": [
        statement(["kms:Decrypt"], [ARN], Sid="base"),
        statement(["kms:*"], ["*"], Sid="a"),
        statement(["kms:*"], ["*"], Sid="b"),
    ],
    "override": [statement("kms:*", ARN)],
    "json": [statement("kms:Decrypt", ARN)],
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_hidden_policy(name: str) -> None:
    """A policy that is known after apply because of one key has every statement in the source."""
    assert policy(name) == {"Version": "2012-10-17", "Statement": STATEMENTS[name]}


@pytest.mark.parametrize("key", ["blue", "green"])
def test_policy_through_two_modules(key: str) -> None:
    """A key's ARN that goes through an output and two modules' variables keeps its first address, and is exact."""
    found = policy("modules", f'module.outer["{key}"].module.inner.aws_iam_role_policy.app')
    arn = Unresolved(("module.kms.aws_kms_key.this.arn",), exact=True)
    assert found["Statement"] == [statement(["kms:*", "kms:Decrypt"], arn)]


@pytest.mark.parametrize(("key", "actions"), [("reader", ["kms:Decrypt"]), ("admin", ["kms:*"])])
def test_policy_for_each_role(key: str, actions: list[str]) -> None:
    """Every instance of a for_each has its own value."""
    assert policy("for-each", f'aws_iam_role_policy.app["{key}"]')["Statement"] == [statement(actions, ARN)]


def test_policy_with_count_and_with_all_instances() -> None:
    """A choice by count.index is open, since numbers decide nothing; a splat, a `for`, values() list every instance."""
    for at in range(2):
        (only,) = policy("for-each", f"aws_iam_policy.numbered[{at}]")["Statement"]
        assert only == statement(OneOf(("kms:Decrypt", "kms:*")), ARN)
    resources = policy("for-each", "aws_iam_policy.assume")["Statement"][0]["Resource"]
    assert [one.references[0] for one in resources] == [
        'aws_iam_role.app["admin"].arn',
        'aws_iam_role.app["reader"].arn',
        'aws_iam_role.app["admin"].id',
        'aws_iam_role.app["reader"].id',
        "aws_iam_policy.numbered[0].arn",
        "aws_iam_policy.numbered[1].arn",
    ]
    assert all(one.exact for one in resources)


def test_dynamic_blocks() -> None:
    """A dynamic inline_policy is expanded where its for_each is known, and unknown as a whole where that is."""
    role = Instance("managed", "aws_iam_role", "app")
    _, source = case("dynamic-known")
    blocks = source.blocks(role, "inline_policy")
    assert isinstance(blocks, tuple)
    assert [block["name"] for block in blocks] == ["static", "p-a", "p-b"]
    assert [block["policy"].value["Statement"][0] for block in blocks] == [
        statement("kms:Decrypt", ARN),
        statement("kms:*", "arn:aws:kms:*:*:key/a"),
        statement("kms:*", "arn:aws:kms:*:*:key/b"),
    ]
    _, source = case("dynamic-unknown")
    assert source.blocks(role, "inline_policy") == Unresolved(ARN.references)
    _, source = case("narrow")
    assert source.blocks(role, "inline_policy") == ()


def test_blocks_in_json_and_in_override_files() -> None:
    """Nested blocks of a .tf.json file are found, dynamic ones too; an override file replaces all of a type."""
    role = Instance("managed", "aws_iam_role", "app")
    _, source = case("json")
    blocks = source.blocks(role, "inline_policy")
    assert isinstance(blocks, tuple)
    assert [block["name"] for block in blocks] == ["first", "x"]
    assert blocks[0]["policy"].value["Statement"] == [statement("kms:*", ARN)]
    _, source = case("override")
    assert [block["name"] for block in source.blocks(role, "inline_policy")] == ["new"]  # type: ignore[union-attr]


def test_policy_document_data_sources() -> None:
    """A deferred document is handed on as its reference; its own blocks and sources are there to be asked for."""
    assert policy("documents") == Unresolved(("data.aws_iam_policy_document.all.json",), exact=True)
    _, source = case("documents")
    document = Instance("data", "aws_iam_policy_document", "all")
    base = Unresolved(("data.aws_iam_policy_document.base.json",), exact=True)
    assert source.attribute(document, "source_policy_documents") == [base]
    overrides = source.attribute(document, "override_policy_documents")
    assert json.loads(overrides[0])["Statement"][0]["Action"] == "kms:*"
    assert source.blocks(document, "statement") == (
        {"actions": ["s3:*"], "resources": ["*"]},
        {"actions": ["sqs:*"], "resources": ["*"]},
    )
    override = Instance("data", "aws_iam_policy_document", "override")
    (only,) = source.blocks(override, "statement")  # type: ignore[misc]
    assert only["condition"] == [{"test": "StringEquals", "variable": "aws:RequestedRegion", "values": ["eu-west-1"]}]


def test_reference_inside_replace_is_not_the_reference() -> None:
    """What replace() makes of a deferred document is computed, not the document itself."""
    assert policy("replace") == Unresolved(("data.aws_iam_policy_document.d.json",), exact=False)
