"""The bundled tables against their sources."""

import json

import pytest

from gate.iam.boxes import boxes
from gate.iam.kms import kms
from gate.iam.managed_policies import DATA
from gate.iam.patterns import glob, matches
from gate.iam.policy import parse
from gate.iam.service import everything, friendly, generalisations, partitions, parts
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
    ],
)
def test_which_partitions_are_looked_at(named: list[str], looked_at: list[str]) -> None:
    """A Deny in one partition says nothing of the keys of another."""
    assert partitions(glob(pattern) for pattern in named) == looked_at


def test_what_changes_anything_is_in_one_column() -> None:
    """Of the actions that do more than read or list, each is in one column, but for those on no key that exists."""
    listed = json.loads((DATA / "kms-actions.json").read_bytes())["actions"]
    doing = {action["name"] for action in listed if not {"Read", "List"} & set(action["access_level"].split(", "))}
    elsewhere = {"CreateKey", "CreateCustomKeyStore", "ConnectCustomKeyStore", "GenerateRandom"}
    service = kms()
    told = [name.partition(":")[2] for column in service.columns for name in service.names(column.actions)]
    assert len(told) == len(set(told))
    assert set(told) == doing - elsewhere
    assert [column.name for column in service.columns] == ["use", "grant on", "administer", "destroy"]
