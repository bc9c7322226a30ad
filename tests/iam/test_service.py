"""The bundled tables against their sources."""

import json

import pytest

from gate.iam.boxes import boxes
from gate.iam.kms import kms
from gate.iam.managed_policies import table
from gate.iam.patterns import FRESH, MANY, glob, literal, matches
from gate.iam.policy import parse
from gate.iam.service import (
    FRESH_ID,
    everything,
    friendly,
    generalisations,
    in_partition,
    names_none,
    partitions,
    parts,
    shapes,
    spanning,
)
from scripts.update_catalogue import catalogue


def test_the_catalogue_knows_every_action_that_the_reference_knows() -> None:
    """If this fails, AWS has new actions: run scripts/update_catalogue.py and read what they do."""
    reference = {action["name"]: action["resources"] for action in catalogue("kms")["actions"]}
    missing = sorted(set(reference) - set(kms().actions))
    assert missing == []
    unscoped = {name for i, name in enumerate(kms().actions) if kms().unscoped >> i & 1}
    assert {name for name, resources in reference.items() if not resources} == unscoped


def test_five_of_aws_managed_policies_are_full() -> None:
    """Recomputed from the statements; what the boundary may do depends on tags and the caller."""
    full = set()
    for name, statements in kms().managed_policies.all().items():
        allows, _ = boxes(parse({"Version": "2012-10-17", "Statement": statements}), kms(), None, worst=False)
        granted = 0
        for box in allows:
            if matches(box.resources.included, everything(kms())):
                granted |= box.actions
        if kms().is_full(granted):
            full.add(name)
    assert full == {
        "AdministratorAccess",
        "PowerUserAccess",
        "AIDevOpsAgentActionsPolicy",
        "AWSMcpServiceActionsFullAccess",
        "AmazonDataZoneProjectDeploymentPermissionsBoundary",
    }


def test_every_managed_policy_can_be_read() -> None:
    """The table holds statements that parse, without any unknown part."""
    for statements in kms().managed_policies.all().values():
        assert parse({"Version": "2012-10-17", "Statement": statements}).unknown == ()


@pytest.mark.parametrize(
    ("left_out", "full"),
    [
        ((), True),
        (("Decrypt", "ReEncryptFrom"), True),
        (("PutKeyPolicy", "CreateGrant"), True),
        (("Decrypt", "ReEncryptFrom", "Encrypt"), False),
        (("PutKeyPolicy", "CreateGrant", "TagResource"), False),
        (("ScheduleKeyDeletion", "DisableKey", "DeleteImportedKeyMaterial"), False),
        (("ScheduleKeyDeletion", "DisableKey", "TagResource", "Encrypt", "Sign", "Verify"), True),
    ],
)
def test_what_counts_as_full(left_out: tuple[str, ...], full: bool) -> None:
    """One action of each kind of power, or all but two."""
    service = kms()
    actions = sum(1 << i for i, name in enumerate(service.actions) if name not in left_out)
    assert service.is_full(actions) is full
    assert service.is_full(actions & ~service.unscoped) is full


def test_a_key_generalises_to_every_key_first() -> None:
    """From every key down to the keys that share partition, region and account."""
    key = "arn:aws:kms:eu-west-1:111122223333:key/abc"
    assert parts(kms(), key) == ("aws", "eu-west-1", "111122223333", "abc")
    kept = [fields for _, fields in generalisations(kms(), key)]
    assert (kept[0], kept[-1]) == ((), ("partition", "region", "account"))
    assert all(matches(kms().shape, resource) for resource, _ in generalisations(kms(), key))
    assert next(friendly(kms(), everything(kms()))).startswith("arn:aws:kms:eu-west-1:111122223333:key/1234abcd-")


PARTITIONS = ["aws", "aws-cn", "aws-eusc", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-us-gov"]


@pytest.mark.parametrize(
    ("named", "looked_at"),
    [
        (["*", "key/*"], ["aws"]),
        (["arn:aws:kms:*:*:key/*"], ["aws", "aws-cn"]),
        (["arn:aws-cn:kms:*", "arn:aws:kms:*"], ["aws", "aws-cn", "aws-eusc"]),
        (["arn:aws-*:kms:*"], PARTITIONS),
        (["arn:aws-c?:kms:*"], PARTITIONS),
        (["arn:aws-cn", "arn::kms:x", "urn:aws-cn:kms:x"], ["aws"]),  # none names one
    ],
)
def test_which_partitions_are_looked_at(named: list[str], looked_at: list[str]) -> None:
    """A Deny in one partition says nothing of the keys of another."""
    assert partitions(glob(pattern) for pattern in named) == looked_at


def test_what_changes_anything_is_in_one_column() -> None:
    """Of the actions that do more than read or list, each is in one column, but for those on no key that exists."""
    listed = json.loads(table("kms-actions.json"))["actions"]
    doing = {action["name"] for action in listed if not {"Read", "List"} & set(action["access_level"].split(", "))}
    elsewhere = {"CreateKey", "CreateCustomKeyStore", "ConnectCustomKeyStore", "GenerateRandom"}
    service = kms()
    told = [name.partition(":")[2] for column in service.columns for name in service.names(column.actions)]
    assert len(told) == len(set(told))
    assert set(told) == doing - elsewhere
    assert [column.name for column in service.columns] == ["use", "grant on", "administer", "destroy"]


def test_the_service_is_made_from_the_reference() -> None:
    """Each time anew: its kinds of power, what knows no key, and the tables of what others say and need of it."""
    made = kms.__wrapped__()
    assert [made.names(power) for power in made.powers] == [
        ("kms:Decrypt", "kms:ReEncryptFrom"),
        ("kms:CreateGrant", "kms:PutKeyPolicy"),
        ("kms:DeleteImportedKeyMaterial", "kms:DisableKey", "kms:ScheduleKeyDeletion"),
    ]
    assert {"kms:CreateKey", "kms:ListKeys"} <= set(made.names(made.unscoped))
    assert not {"kms:Decrypt", "kms:PutKeyPolicy"} & set(made.names(made.unscoped))
    assert made.chosen(["kms:Decrypt"]) & made.sensitive
    assert made.managed_policies.of("AdministratorAccess")
    assert list(made.needs.of(["s3:GetObject"]))


def test_a_set_of_actions_and_its_names() -> None:
    """The names of a set give the set; another service's are none, and one that does not exist is an error."""
    service = kms()
    assert service.chosen(service.names(service.all_actions())) == service.all_actions()
    assert service.all_actions().bit_count() == len(service.actions)
    assert service.names(service.chosen(["kms:Decrypt", "s3:Decrypt", "kms:Encrypt"])) == ("kms:Decrypt", "kms:Encrypt")
    for name in ("kms:Nothing", "kms:Decrypt:x"):
        with pytest.raises(ValueError, match="tuple"):
            service.chosen([name])


@pytest.mark.parametrize(("left_out", "full"), [(2, True), (3, False)])
def test_what_no_key_knows_makes_no_difference_to_full(left_out: int, full: bool) -> None:
    """All but two of the actions that a key knows, without those that it does not know, and without a kind of power."""
    service = kms()
    none_of_power = service.powers[0]
    rest = [i for i in range(len(service.actions)) if not (service.unscoped | none_of_power) >> i & 1]
    gone = sum(1 << i for i in rest[: left_out - none_of_power.bit_count()]) | none_of_power
    assert service.is_full(service.all_actions() & ~service.unscoped & ~gone) is full


def test_the_heaviest_names_come_first() -> None:
    """To read what a key protects, to hand it on, to destroy it; then what is sensitive, then the rest; each once."""
    service = kms()
    listed = ["kms:Verify", "kms:UpdateAlias", "kms:DisableKey", "kms:CreateGrant", "kms:Decrypt", "kms:Encrypt"]
    assert list(service.by_weight(service.chosen(listed))) == [
        "kms:Decrypt", "kms:CreateGrant", "kms:DisableKey", "kms:UpdateAlias", "kms:Encrypt", "kms:Verify",
    ]  # fmt: skip
    assert list(service.by_weight(service.chosen(["kms:Verify"]))) == ["kms:Verify"]
    assert sorted(service.by_weight(service.all_actions())) == sorted(service.names(service.all_actions()))


def test_the_shape_of_the_keys_of_one_partition() -> None:
    """The other fields stay open."""
    shape = in_partition(kms(), "aws-cn")
    assert matches(shape, "arn:aws-cn:kms:cn-north-1:111122223333:key/abc")
    assert not matches(shape, "arn:aws:kms:cn-north-1:111122223333:key/abc")


def test_what_is_looked_at_in_each_partition() -> None:
    """Its shape, the key that stands for all, and those that stand for what is named in no ARN."""
    named = {glob("arn:aws:kms:*:1:key/*"), glob("*9*")}
    assert [shape for shape, _ in shapes(kms(), named)] == [in_partition(kms(), name) for name in ("aws", "aws-cn")]
    for (_, points), partition in zip(shapes(kms(), named), ("aws", "aws-cn"), strict=True):
        assert points == [everything(kms(), partition), *spanning(kms(), partition, named)]
        assert len(points) == 3


@pytest.mark.parametrize(
    ("pattern", "none"),
    [
        ("*", True),
        ("arn:aws:kms:*", True),
        ("arn:aws:kms:*:*:key/*", True),
        ("arn:aws:kms:*:*:key/????????-*", True),
        ("arn:aws:kms:*/*:key/*", True),
        ("arn:aws:kms:*:*:key/mrk-*", False),
        ("arn:aws:kms:*/*:key/mrk-*", False),
        ("*:*:key", False),
        ("arn:aws:kms:?", True),
    ],
)
def test_which_patterns_name_no_key(pattern: str, none: bool) -> None:
    """Those whose part after the last slash is met by the id of any key, or that end before it in a wildcard."""
    assert names_none(glob(pattern)) is none


def test_a_number_in_no_arn_may_stand_in_any_field() -> None:
    """Region or account, one text or two side by side; a whole ARN names its own."""
    any_id = f"key/{FRESH_ID}"
    assert list(spanning(kms(), "aws", [glob("*111122223333*")])) == [
        f"arn:aws:kms:111122223333:{FRESH}:{any_id}",
        f"arn:aws:kms:{FRESH}:111122223333:{any_id}",
    ]
    assert list(spanning(kms(), "aws", [glob("*eu-west-1:1*")])) == [
        f"arn:aws:kms:eu-west-1:{FRESH}:{any_id}",
        f"arn:aws:kms:{FRESH}:eu-west-1:{any_id}",
        f"arn:aws:kms:1:{FRESH}:{any_id}",
        f"arn:aws:kms:{FRESH}:1:{any_id}",
        f"arn:aws:kms:eu-west-1:1:{any_id}",
    ]
    assert len(list(spanning(kms(), "aws", [glob("*:*:*:*:1*")]))) == 2
    assert list(spanning(kms(), "aws", [glob("arn:aws:kms:*:1:key/a"), MANY])) == []


def test_the_fields_that_each_generalisation_keeps() -> None:
    """None, then one, then two, then all but the id; what is not kept is a text that no policy names."""
    found = list(generalisations(kms(), "arn:aws:kms:r:1:key/abc"))
    assert [fields for _, fields in found] == [
        (), ("partition",), ("region",), ("account",), ("partition", "region"), ("partition", "account"),
        ("region", "account"), ("partition", "region", "account"),
    ]  # fmt: skip
    assert found[0][0] == f"arn:{FRESH}:kms:{FRESH}:{FRESH}:key/{FRESH_ID}"
    assert found[2][0] == f"arn:{FRESH}:kms:r:{FRESH}:key/{FRESH_ID}"
    assert found[-1][0] == f"arn:aws:kms:r:1:key/{FRESH_ID}"


def test_a_resource_to_show_keeps_what_is_named() -> None:
    """A field of which nothing is named gets a sample, one of which a part is gets letters; the id may be a dash."""
    shown = list(friendly(kms(), f"arn:aws:kms:{FRESH}:1{FRESH}:key/-"))
    assert shown[:4] == [
        f"arn:aws:kms:{region}:1x:key/-" for region in ("eu-west-1", "us-east-1", "ap-southeast-2", "sa-east-1")
    ]
    assert shown[4:] == [f"arn:aws:kms:{letter}:1{letter}:key/-" for letter in "xqzw0957"]
    assert parts(kms(), literal("arn:aws:kms:r:1:key/")) == ("aws", "r", "1", "")


def test_an_aws_managed_policy_is_found_in_any_case() -> None:
    """With its statements; empty where AWS says nothing of KMS in it, None where AWS has no such policy."""
    policies = kms().managed_policies
    assert policies.of("administratoraccess") == policies.all()["AdministratorAccess"]
    assert policies.of("IAMfullAccess") == []
    assert policies.of("NoSuchPolicy") is None
    assert policies.as_of() >= "2026"
