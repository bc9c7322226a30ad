"""The script that makes the tables of AWS-managed policies, and the tables."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from gate.iam.kms import kms
from scripts.update_managed_policies import DATA, NAMES, TABLE, Published, from_folder, reaching, update
from tests.helpers.managed_policies import ONLY_DENY
from tests.helpers.paths import TESTS

FOLDER = TESTS / "aws_managed"
POLICIES = kms().managed_policies


def table(data: Path) -> dict[str, Any]:
    """The policies of a table that was written."""
    found: dict[str, Any] = json.loads((data / TABLE.format("kms")).read_bytes())["policies"]
    return found


def names(data: Path) -> list[str]:
    """The names of a list that was written."""
    found: list[str] = json.loads((data / NAMES).read_bytes())["names"]
    return found


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder as it was before a rebuild: a policy that AWS withdrew since, and one that it changed."""
    (tmp_path / TABLE.format("kms")).write_text('{"policies": {"Withdrawn": [{"Effect": "Deny"}], "AWSDenyAll": []}}')
    (tmp_path / NAMES).write_text('{"names": ["WithdrawnToo"]}')
    return tmp_path


def test_the_script_writes_what_the_documents_say(data: Path) -> None:
    """Statements that reach KMS by Allow or Deny, in their order, without other services' actions."""
    update(from_folder(FOLDER), data, "kms")
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
    update(from_folder(FOLDER), data, "kms")
    assert table(data)[name] == POLICIES.all()[name]
    assert {statement["Effect"] for statement in table(data)[name]} == {"Deny"}


def test_a_withdrawn_policy_stays_in_both_files(data: Path) -> None:
    """Whoever has a policy that AWS withdrew keeps it; the list has the names of the table and of the input."""
    update(from_folder(FOLDER), data, "kms")
    assert table(data)["Withdrawn"] == [{"Effect": "Deny"}]
    assert {"Withdrawn", "WithdrawnToo", "MadeNothing", *ONLY_DENY} < set(names(data))
    assert "MadeNothing" not in table(data)
    assert names(data) == sorted(names(data))


def test_a_policy_that_no_longer_speaks_of_the_service_leaves_the_table(data: Path) -> None:
    """What the input has replaces what the table had, nothing included."""
    update(Published("2026-01-01", "made", {"Withdrawn": {"Statement": []}}), data, "kms")
    assert set(table(data)) == {"AWSDenyAll"}
    assert "Withdrawn" in names(data)


def test_the_tables_are_dated_by_the_newest_change(data: Path) -> None:
    """A date that does not depend on when the script runs."""
    update(from_folder(FOLDER), data, "kms")
    assert json.loads((data / TABLE.format("kms")).read_bytes())["as_of"] == "2026-03-16"
    assert json.loads((data / NAMES).read_bytes())["as_of"] == "2026-03-16"


def test_a_long_list_without_the_service_keeps_one_value() -> None:
    """NotAction must not be empty, and one value of another service leaves all of KMS in."""
    values = [f"s3:Get{letter}" for letter in "abcdefghijklmnopqrstu"]
    assert reaching({"Effect": "Deny", "NotAction": values, "Resource": "*"}, "kms") == {
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
    assert json.loads((DATA / TABLE.format("kms")).read_bytes())["as_of"] == POLICIES.as_of()


def test_another_service_has_a_table_of_its_own(data: Path) -> None:
    """Made where there was none, of the statements that reach it."""
    document = {"Statement": [{"Effect": "Allow", "Action": ["kms:Decrypt", "s3:GetObject"], "Resource": "*"}]}
    update(Published("2026-01-01", "made", {"Both": document}), data, "s3")
    written = json.loads((data / TABLE.format("s3")).read_bytes())["policies"]
    assert written == {"Both": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": "*"}]}
    assert set(table(data)) == {"Withdrawn", "AWSDenyAll"}
