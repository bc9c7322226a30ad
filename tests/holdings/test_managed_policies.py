"""AWS-managed policies: the script that makes the tables, the tables, and verdicts that rest on them."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gate.iam.kms import kms
from gate.report import Finding
from scripts.update_managed_policies import DATA, NAMES, TABLE, Published, from_folder, reaching, update
from tests.helpers.paths import TESTS
from tests.helpers.plans import change, findings, plan

FOLDER = TESTS / "aws_managed"
ONLY_DENY = (
    "AWSCompromisedKeyQuarantineV3",
    "AWSDenyAll",
    "AWSIAMIdentityCenterAllowListForIdentityContext",
    "IAMAuditRootUserCredentials",
    "IAMCreateRootUserPassword",
    "IAMDeleteRootUserCredentials",
    "S3UnlockBucketPolicy",
    "SQSUnlockQueuePolicy",
)
POLICIES = kms().managed_policies
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def table(data: Path) -> dict[str, Any]:
    """The policies of a table that was written."""
    found: dict[str, Any] = json.loads((data / TABLE).read_bytes())["policies"]
    return found


def names(data: Path) -> list[str]:
    """The names of a list that was written."""
    found: list[str] = json.loads((data / NAMES).read_bytes())["names"]
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as it was before a rebuild: a policy that AWS withdrew since, and one that it changed."""
    (tmp_path / TABLE).write_text('{"policies": {"Withdrawn": [{"Effect": "Deny"}], "AWSDenyAll": []}}')
    (tmp_path / NAMES).write_text('{"names": ["WithdrawnToo"]}')
    return tmp_path


def test_the_script_writes_what_the_documents_say(data: Path) -> None:
    """Statements that reach KMS by Allow or Deny, in their order, without other services' actions."""
    update(from_folder(FOLDER), data)
    assert {name: statements for name, statements in table(data).items() if name.startswith("Made")} == {
        "MadeAllow": [
            {"Effect": "Allow", "Action": ["KMS:Decrypt", "k?s:List*"], "NotResource": "arn:aws:kms:*:*:key/a"},
            {
                "Effect": "Deny",
                "Action": "kms:Encrypt",
                "Resource": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ],
        "MadeLong": [{"Effect": "Deny", "NotAction": ["kms:Describe*"], "Resource": "*"}],
        "MadeSingle": [{"Effect": "Allow", "NotAction": ["iam:*", "kms:Decrypt"], "Resource": "*"}],
    }


@pytest.mark.parametrize("name", ONLY_DENY)
def test_the_script_reproduces_the_policies_that_deny(name: str, data: Path) -> None:
    """From AWS's own documents come the entries of the table that gate ships."""
    update(from_folder(FOLDER), data)
    assert table(data)[name] == POLICIES.all()[name]
    assert {statement["Effect"] for statement in table(data)[name]} == {"Deny"}


def test_a_withdrawn_policy_stays_in_both_files(data: Path) -> None:
    """Whoever has a policy that AWS withdrew keeps it; the list has the names of the table and of the input."""
    update(from_folder(FOLDER), data)
    assert table(data)["Withdrawn"] == [{"Effect": "Deny"}]
    assert {"Withdrawn", "WithdrawnToo", "MadeNothing", *ONLY_DENY} < set(names(data))
    assert "MadeNothing" not in table(data)
    assert names(data) == sorted(names(data))


def test_a_policy_that_no_longer_speaks_of_the_service_leaves_the_table(data: Path) -> None:
    """What the input has replaces what the table had, nothing included."""
    update(Published("2026-01-01", "made", {"Withdrawn": {"Statement": []}}), data)
    assert set(table(data)) == {"AWSDenyAll"}
    assert "Withdrawn" in names(data)


def test_the_tables_are_dated_by_the_newest_change(data: Path) -> None:
    """A date that does not depend on when the script runs."""
    update(from_folder(FOLDER), data)
    assert json.loads((data / TABLE).read_bytes())["as_of"] == "2026-03-16"
    assert json.loads((data / NAMES).read_bytes())["as_of"] == "2026-03-16"


def test_a_long_list_without_the_service_keeps_one_value() -> None:
    """NotAction must not be empty, and one value of another service leaves all of KMS in."""
    values = [f"s3:Get{letter}" for letter in "abcdefghijklmnopqrstu"]
    assert reaching({"Effect": "Deny", "NotAction": values, "Resource": "*"}) == {
        "Effect": "Deny",
        "NotAction": ["s3:Geta"],
        "Resource": "*",
    }


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda file: file.unlink(), "missing, but list-policies.json has this policy"),
        (lambda file: file.write_text(file.read_text().replace('"v2"', '"v1"')), "is v1, the policy is at v2"),
    ],
)
def test_an_incomplete_folder_is_refused(spoil: Any, said: str, tmp_path: Path) -> None:
    """A table from half of the documents would call the other half unknown, or old."""
    folder = tmp_path / "aws"
    shutil.copytree(FOLDER, folder)
    spoil(folder / "policies" / "AWSDenyAll.json")
    with pytest.raises(SystemExit, match=said):
        from_folder(folder)


def test_every_policy_of_the_table_is_in_the_list() -> None:
    """Two files of one date; a name is in the list once, whatever its case."""
    listed = names(DATA)
    assert set(POLICIES.all()) < set(listed)
    assert len({name.lower() for name in listed}) == len(listed) > 1500
    assert json.loads((DATA / TABLE).read_bytes())["as_of"] == POLICIES.as_of()


def test_known_silent_and_unknown_policies_are_told_apart() -> None:
    """Statements, none, or no such policy."""
    assert POLICIES.of("awsDENYall") == [{"Effect": "Deny", "Action": ["*"], "Resource": "*"}]
    assert POLICIES.of("AmazonS3FullAccess") == []
    assert POLICIES.of("NewerThanThisGate") is None


def told(before: list[str], after: list[str]) -> tuple[Finding, ...]:
    """What gate finds where one role has these AWS-managed policies before and after."""
    every = dict.fromkeys([*before, *after])
    changes = [
        change(
            f"aws_iam_role_policy_attachment.p{i}",
            *({"role": "admin", "policy_arn": arn} if arn in side else None for side in (before, after)),
        )
        for i, arn in enumerate(every)
    ]
    return findings(plan(*changes))


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
@pytest.mark.parametrize("path", ["", "service-role/", "aws-service-role/", "job-function/", "root-task/"])
def test_a_policy_is_found_under_every_path_and_partition(partition: str, path: str) -> None:
    """The name decides: AWS has no two policies of one name."""
    deny = f"arn:{partition}:iam::aws:policy/{path}S3UnlockBucketPolicy"
    assert [(f.rule, f.blocks) for f in told([ADMIN, deny], [ADMIN])] == [("KMS001", True)]
    assert told([ADMIN, deny], [ADMIN, deny]) == ()


@pytest.mark.parametrize("name", ONLY_DENY)
def test_each_policy_that_denies_blocks_when_it_is_detached(name: str) -> None:
    """Whatever such a policy held back is newly granted, by the attachment that is gone."""
    deny = f"arn:aws:iam::aws:policy/{name}"
    [finding] = told([ADMIN, deny], [ADMIN])
    assert (finding.rule, finding.blocks) == ("KMS001", True)
    assert (finding.address, finding.attribute) == ("aws_iam_role_policy_attachment.p1", "policy_arn")
    assert told([deny], []) == ()


@pytest.mark.parametrize("partition", ["aws", "aws-cn", "aws-us-gov"])
def test_a_policy_that_gate_does_not_know_is_told_of(partition: str) -> None:
    """Attached, or detached beside full access; the message says as of when gate knows AWS's policies."""
    new = f"arn:{partition}:iam::aws:policy/service-role/NewerThanThisGate"
    [grown] = told([], [new])
    assert (grown.rule, grown.blocks, grown.address) == ("KMS008", False, "aws_iam_role_policy_attachment.p0")
    assert grown.message == (
        f"role admin newly has {new}, which is not among the AWS-managed policies that gate knows, "
        f"as of {POLICIES.as_of()}"
    )
    assert grown.remedy[0].startswith('look for a newer gate, or read the policy with `data "aws_iam_policy"`')
    [lost] = told([ADMIN, new], [ADMIN])
    assert lost.rule == "KMS008"
    assert lost.message == (
        f"role admin no longer has {new}, which is not among the AWS-managed policies that gate knows, "
        f"as of {POLICIES.as_of()}: it may deny KMS access"
    )
    assert lost.remedy[0] == "look at what the policy denies before it is detached"
    assert "newer gate" in lost.remedy[1]
    assert told([ADMIN, new], [ADMIN, new]) == ()
    assert told([new], []) == ()


def test_a_policy_that_the_plan_reads_needs_no_table() -> None:
    """The remedy helps: what the account says of a policy is taken, known to gate or not."""
    new = "arn:aws:iam::aws:policy/NewerThanThisGate"
    attachment = change("aws_iam_role_policy_attachment.p", None, {"role": "admin", "policy_arn": new})
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
    read = {
        "address": "data.aws_iam_policy.new",
        "mode": "data",
        "type": "aws_iam_policy",
        "name": "new",
        "values": {"arn": new, "policy": json.dumps(document)},
    }
    state = {"format_version": "1.0", "values": {"root_module": {"resources": [read]}}}
    assert [f.rule for f in findings(plan(attachment))] == ["KMS008"]
    assert findings(plan(attachment, prior_state=state)) == ()


def test_a_policy_that_says_nothing_of_the_service_raises_nothing() -> None:
    """Known and silent is not unknown."""
    silent = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    assert told([], [silent]) == ()
    assert told([ADMIN, silent], [ADMIN]) == ()
