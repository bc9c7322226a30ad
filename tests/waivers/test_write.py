"""Writing waivers: what they cover, and that nothing else of the file changes."""

import datetime
import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gate.errors import GateError
from gate.report import Finding, Report
from gate.settings.model import Settings
from gate.settings.parse import parse
from gate.waivers.apply import apply
from gate.waivers.write import Selection, waive
from tests.helpers.findings import finding, made

TODAY = date(2027, 1, 15)
EXPIRES = date(2027, 4, 15)
EXISTING = """# our rules, in our order
[rules]
KMS008 = 'block' # literal text stays

[[waiver]] # the first one
rule    =   "KMS002"
address = "aws_iam_policy.other"
reason = "spaces stay"
owner = "a@example.com"
expires = 2027-02-28"""


def _waive(report: Report, path: Path, expires: date = EXPIRES, today: date = TODAY) -> int:
    return len(waive(report, path, "break glass", "security@example.com", expires, today))


def _blocking(report: Report, path: Path) -> int:
    content = parse(path.read_bytes(), path.name)
    decided = apply(report.findings, Settings(content.rules, content.overrides, content.waivers), TODAY)
    return sum(found.blocks for found in decided)


def test_what_blocks_is_waived_until_it_grows(tmp_path: Path) -> None:
    """The waivers cover the report's blocking findings, and no longer once one of them grants more."""
    path = tmp_path / ".gate.toml"
    first, second = finding(), finding(rule="KMS002", address="aws_iam_policy.x", grant="7" * 64)
    assert _waive(made(first, second, finding(rule="KMS007", level="warning", blocks=False)), path) == 2
    assert _blocking(made(first, second), path) == 0
    assert _blocking(made(finding(grant="8" * 64), second), path) == 1
    assert _blocking(made(finding(principals=("role admin", "role guest")), second), path) == 1


def test_a_new_file_reads_like_this(tmp_path: Path) -> None:
    """A file is begun with what it is for, and each waiver with what it was given for."""
    path = tmp_path / ".gate.toml"
    _waive(made(finding()), path)
    assert (
        path.read_text()
        == f"""\
# gate: which rules block, and what is waived until when. In CI only the default branch's file counts.

[[waiver]]
# full-kms-access: role admin newly has full KMS access to every key
rule = "KMS001"
address = "aws_iam_role_policy.admin"
principals = ["role admin"]
grant = "{"9" * 64}"
reason = "break glass"
owner = "security@example.com"
expires = 2027-04-15
"""
    )


def test_a_finding_without_a_grant_is_waived_by_its_fingerprint(tmp_path: Path) -> None:
    """Where nothing granted can be named, the whole finding is what the waiver is bound to."""
    path = tmp_path / ".gate.toml"
    undetermined = finding(rule="KMS009", grant="")
    _waive(made(undetermined), path)
    (waiver,) = parse(path.read_bytes(), path.name).waivers
    assert (waiver.grant, waiver.fingerprint) == (None, "f" * 64)
    assert _blocking(made(undetermined), path) == 0


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n# the end\n"])
def test_what_the_file_holds_stays(tmp_path: Path, ending: str, last: str) -> None:
    """Comments, order, spacing and line ends of the file are the same bytes afterwards."""
    path = tmp_path / ".gate.toml"
    before = (EXISTING + last).replace("\n", ending).encode()
    path.write_bytes(before)
    _waive(made(finding()), path)
    after = path.read_bytes()
    assert after.startswith(before)
    assert (b"\r\n" in after) == (ending == "\r\n")
    assert after.count(b"\n") == after.count(ending.encode())
    content = parse(after, path.name)
    assert content.rules == {"KMS008": "block"}
    assert [entry.rule for entry in content.waivers] == ["KMS002", "KMS001"]


def test_the_second_time_nothing_is_written(tmp_path: Path) -> None:
    """A finding that a valid waiver covers gets no second one; after its expiry it does."""
    path = tmp_path / ".gate.toml"
    assert _waive(made(finding()), path) == 1
    before = path.read_bytes()
    assert _waive(made(finding()), path) == 0
    assert path.read_bytes() == before
    later = EXPIRES + datetime.timedelta(days=1)
    assert _waive(made(finding()), path, later, later) == 1


def test_a_pass_needs_no_file(tmp_path: Path) -> None:
    """Where nothing blocks nothing is written."""
    path = tmp_path / ".gate.toml"
    assert _waive(made(finding(level="warning", blocks=False)), path) == 0
    assert not path.exists()


def test_one_grant_in_two_plans_is_one_waiver(tmp_path: Path) -> None:
    """The same access at the same address of two plans needs one waiver."""
    path = tmp_path / ".gate.toml"
    assert _waive(made(finding(), finding(plan="other.json")), path) == 1


def test_a_plan_that_is_chosen_limits_the_waiver(tmp_path: Path) -> None:
    """The same access in a plan that is not chosen blocks as before, and one in both is two waivers."""
    path = tmp_path / ".gate.toml"
    report = made(finding(), finding(plan="other.json"))
    (one,) = waive(report, path, "r", "o", EXPIRES, TODAY, Selection(plans=("other.json",)))
    assert one.plan == "other.json"
    assert 'address = "aws_iam_role_policy.admin"\nplan = "other.json"\n' in path.read_text()
    assert _blocking(report, path) == 1
    assert len(waive(report, path, "r", "o", EXPIRES, TODAY, Selection(plans=("*.json",)))) == 1
    assert _blocking(report, path) == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("waiver = []\n", "a [[waiver]] cannot be appended, write waivers as [[waiver]]"),
        ("[rules]\nKMS001 = 1\n", "line 2: `rules.KMS001`"),
    ],
)
def test_a_file_that_cannot_be_extended_is_left_alone(tmp_path: Path, content: str, message: str) -> None:
    """An error leaves the file as it was."""
    path = tmp_path / ".gate.toml"
    path.write_text(content)
    with pytest.raises(GateError) as error:
        _waive(made(finding()), path)
    assert message in str(error.value)
    assert path.read_text() == content
    assert list(tmp_path.iterdir()) == [path]


def test_a_waiver_in_the_past_is_refused(tmp_path: Path) -> None:
    """--expires may be today and not yesterday."""
    path = tmp_path / ".gate.toml"
    with pytest.raises(GateError, match="2027-01-14 is past"):
        _waive(made(finding()), path, date(2027, 1, 14))
    assert _waive(made(finding()), path, TODAY) == 1


@pytest.mark.parametrize(("reason", "owner"), [(" ", "a"), ("a", "")])
def test_an_empty_reason_or_owner_is_refused(tmp_path: Path, reason: str, owner: str) -> None:
    """Nobody waives something without saying why and who."""
    with pytest.raises(GateError, match="is empty"):
        waive(made(finding()), tmp_path / ".gate.toml", reason, owner, EXPIRES, TODAY)


def test_a_link_is_followed_and_permissions_stay(tmp_path: Path) -> None:
    """The file that a link names is written, with the permissions it had."""
    target = tmp_path / "target.toml"
    target.write_text(EXISTING)
    target.chmod(0o640)
    link = tmp_path / ".gate.toml"
    link.symlink_to(target)
    _waive(made(finding()), link)
    assert link.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o640
    assert "[[waiver]]" in target.read_text()


_texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40)
_addresses = _texts.filter(lambda text: re.fullmatch(r"\S(.*\S)?", text) and not re.search(r"[*?]", text))
_principals = st.lists(_texts.filter(lambda text: re.search(r"\S", text)), max_size=2)


@pytest.mark.slow
def test_an_address_with_a_star_in_its_key_is_no_pattern(tmp_path: Path) -> None:
    """The author of a change may call an instance `*`: whoever waives it by its address waives no other."""
    star, other = (
        finding(address=f'aws_iam_policy.p["{key}"]', grant=digit * 64, fingerprint=digit * 64)
        for key, digit in (("*", "1"), ("admin", "2"))
    )
    chosen = Selection(addresses=(star.address,))
    written = waive(made(star, other), tmp_path / ".gate.toml", "r", "o", EXPIRES, TODAY, chosen)
    assert [entry.address for entry in written] == [star.address]


@pytest.mark.slow
@settings(deadline=None, max_examples=100)
@given(_addresses, _texts, _principals, _texts.filter(str.strip))
def test_hostile_text_stays_text(
    tmp_path_factory: pytest.TempPathFactory, address: str, message: str, principals: list[str], reason: str
) -> None:
    """No address, message, principal or reason writes a key or a waiver of its own, or is lost."""
    path = tmp_path_factory.mktemp("waive") / ".gate.toml"
    found = finding(address=address, message=message, principals=tuple(principals))
    assert len(waive(made(found), path, reason, "o", EXPIRES, TODAY)) == 1
    (waiver,) = tomllib.loads(path.read_text())["waiver"]
    assert waiver == {
        "rule": "KMS001",
        "address": address,
        "principals": principals,
        "grant": "9" * 64,
        "reason": reason,
        "owner": "o",
        "expires": EXPIRES,
    }


FIRST = finding(fingerprint="a1" * 32, grant="1" * 64)
SECOND = finding(fingerprint="b2" * 32, grant="2" * 64, address='module.app["x"].aws_iam_policy.p')
THIRD = finding(
    fingerprint="c3" * 32, grant="3" * 64, rule="KMS002", name="full-kms-access-to-named-keys",
    address="aws_iam_policy.new", previous_address="aws_iam_policy.old",
)  # fmt: skip


@pytest.mark.parametrize(
    ("selection", "chosen"),
    [
        (Selection(), {FIRST, SECOND, THIRD}),
        (Selection(fingerprints=("b2" * 32,)), {SECOND}),
        (Selection(fingerprints=("A1A1A1A1", "c3c3c3c3c3")), {FIRST, THIRD}),
        (Selection(rules=("KMS001",)), {FIRST, SECOND}),
        (Selection(rules=("full-kms-access-to-named-keys",)), {THIRD}),
        (Selection(addresses=('module.app["x"].aws_iam_policy.p',)), {SECOND}),
        (Selection(addresses=("module.app[*",)), {SECOND}),
        (Selection(addresses=("aws_iam_policy.*",)), {THIRD}),
        (Selection(addresses=("aws_iam_policy.old",)), {THIRD}),
        (Selection(rules=("KMS001",), addresses=("aws_*", "module.*")), {FIRST, SECOND}),
        (Selection(("a1a1a1a1", "b2b2b2b2"), ("kms001",), ("module.*",)), {SECOND}),
    ],
)
def test_only_what_is_selected_is_waived(tmp_path: Path, selection: Selection, chosen: set[Finding]) -> None:
    """Of one kind any value will do, of every kind one has to; what is not selected blocks as before."""
    path = tmp_path / ".gate.toml"
    report = made(FIRST, SECOND, THIRD)
    written = waive(report, path, "r", "o", EXPIRES, TODAY, selection)
    assert len(written) == len(chosen)
    content = parse(path.read_bytes(), path.name)
    decided = apply(report.findings, Settings(waivers=content.waivers), TODAY)
    assert {found.fingerprint for found in decided if found.waiver} == {found.fingerprint for found in chosen}


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(fingerprints=("b2b2b2b",)), "`--only b2b2b2b` selects nothing that blocks; there is KMS001 at"),
        (Selection(rules=("KMS001", "KMS005")), "`--rule KMS005`"),
        (Selection(addresses=("aws_iam_policy",)), "`--address aws_iam_policy`"),
        (Selection(plans=("other.json",)), "`--plan other.json`"),
        (Selection(rules=("KMS002",), addresses=("module.*",)), "there is KMS002 at aws_iam_policy.new (c3c3c3c3)"),
    ],
)
def test_what_selects_nothing_is_an_error(tmp_path: Path, selection: Selection, words: str) -> None:
    """A slip of the pen waives nothing and says what there is; the file is not begun."""
    path = tmp_path / ".gate.toml"
    with pytest.raises(GateError, match=re.escape(words)):
        waive(made(FIRST, SECOND, THIRD), path, "r", "o", EXPIRES, TODAY, selection)
    assert not path.exists()


def test_a_selection_of_what_is_waived_already_writes_nothing(tmp_path: Path) -> None:
    """It is no error to say it twice, and the file stays as it is."""
    path = tmp_path / ".gate.toml"
    selection = Selection(rules=("KMS002",))
    assert len(waive(made(FIRST, THIRD), path, "r", "o", EXPIRES, TODAY, selection)) == 1
    before = path.read_bytes()
    assert waive(made(FIRST, THIRD), path, "r", "o", EXPIRES, TODAY, selection) == []
    assert path.read_bytes() == before
