"""The whole program, called as a function: what options do to what is found."""

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from gate import check as program
from gate import files
from gate.check import Options, check, run
from gate.errors import GateError
from gate.plan.model import Plan, read
from gate.report import Report
from tests.helpers.plans import change, inline, plan, policy, statement

FULL = policy(statement("kms:*"))
ARN = "arn:aws:iam::111122223333:policy/keys"


def _run(tmp_path: Path, content: bytes, options: Options) -> Report:
    path = tmp_path / "plan.json"
    path.write_bytes(content)
    return run([str(path)], options, {}, tmp_path)


@pytest.mark.parametrize(
    ("options", "blocks", "enforcing"),
    [
        (Options(), False, True),
        (Options(fail_on="warn"), True, True),
        (Options(fail_on="warn", exit_zero=True), True, False),
    ],
)
def test_a_warning_blocks_where_it_shall(tmp_path: Path, options: Options, blocks: bool, enforcing: bool) -> None:
    """The level stays a warning; with exit_zero the report says that something blocks, and nothing is enforced."""
    content = plan(inline(None, policy(statement("kms:Decrypt"))))
    report = _run(tmp_path, content, options)
    assert [(finding.level, finding.blocks) for finding in report.findings] == [("warning", blocks)]
    assert report.enforcing == enforcing


@pytest.mark.parametrize(("waived", "blocks"), [("", True), ("[[waiver]]", False)])
def test_a_waived_warning_does_not_block(tmp_path: Path, waived: str, blocks: bool) -> None:
    """A waiver that covers a finding counts under fail_on as it does without."""
    content = plan(inline(None, FULL))
    entry = 'rule = "KMS001"\naddress = "aws_iam_role_policy.p"\nreason = "r"\nowner = "o"\nexpires = 2999-01-01\n'
    (tmp_path / ".gate.toml").write_text(f"{waived}\n{entry}" if waived else "")
    report = _run(tmp_path, content, Options(fail_on="warn", config=tmp_path / ".gate.toml"))
    assert [finding.blocks for finding in report.findings] == [blocks]


def _read(content: bytes, path: str) -> Plan:
    (one,) = read(content, path)
    return one


def _two() -> list[Plan]:
    managed = change("aws_iam_policy.keys", None, {"name": "keys", "arn": ARN, "policy": FULL})
    attached = change("aws_iam_role_policy_attachment.app", None, {"role": "app", "policy_arn": ARN})
    return [_read(plan(managed), "policies.json"), _read(plan(attached), "roles.json")]


def test_a_policy_of_one_plan_may_be_attached_in_another() -> None:
    """What is attached is read in the plan that makes it; by itself the other plan does not show it."""
    policies, roles = _two()
    options = Options(no_source=True)
    assert [one.rule for one in check([roles], options).findings] == ["KMS008"]
    for plans in ([policies, roles], [roles, policies]):
        found = {(one.plan, one.rule) for one in check(plans, options).findings}
        assert ("roles.json", "KMS001") in found
        assert ("roles.json", "KMS008") not in found


def test_a_policy_of_the_plan_itself_is_none_of_another_plan() -> None:
    """A permission set names it: the finding is where it is written, whatever other plans the run has."""
    where = {"instance_arn": "arn:aws:sso:::instance/i", "permission_set_arn": "arn:aws:sso:::permissionSet/i/p"}
    named = {**where, "customer_managed_policy_reference": [{"name": "keys", "path": "/"}]}
    own = plan(
        change("aws_iam_policy.keys", None, {"name": "keys", "path": "/", "policy": FULL}),
        change("aws_ssoadmin_customer_managed_policy_attachment.a", None, named),
    )
    other = _read(plan(inline(None, policy(statement("s3:*")))), "other.json")
    found = check([_read(own, "own.json"), other], Options(no_source=True)).findings
    assert [(one.rule, one.address) for one in found] == [("KMS001", "aws_iam_policy.keys")]


def test_a_source_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A file that is not HCL is left aside, and the report says so."""
    unknown = change("aws_iam_role_policy.p", None, {"role": "app"}, change={"after_unknown": {"policy": True}})
    (tmp_path / "main.tf").write_text('resource "aws_iam_role_policy" "p" {\n  policy = var.x\n}\n')
    (tmp_path / "junk.tf").write_text("}")
    block = {"address": "aws_iam_role_policy.p", "mode": "managed", "type": "aws_iam_role_policy", "name": "p"}
    referring = {**block, "expressions": {"policy": {"references": ["var.x"]}}}
    read_ = _read(plan(unknown, configuration={"root_module": {"resources": [referring]}}), "plan.json")
    notes = check([read_], Options(source=(str(tmp_path),))).notes
    assert any("junk.tf" in note for note in notes)


def test_reasons_are_given_where_they_are_asked_for() -> None:
    """Of each document that was examined; and every plan has who gains and loses what."""
    plans = read(plan(inline(None, FULL)), "plan.json")
    (silent,) = check(plans, Options(no_source=True)).plans
    (telling,) = check(plans, Options(no_source=True, reasons=True)).plans
    assert [bool(plan.examined[0].why) for plan in (silent, telling)] == [False, True]
    assert silent.access


def test_a_rule_that_is_off_blocks_under_no_option(tmp_path: Path) -> None:
    """What is found is a note then, and no warning."""
    content = plan(inline(None, policy(statement("kms:Decrypt"))))
    (tmp_path / ".gate.toml").write_text('[rules]\nKMS003 = "off"\n')
    report = _run(tmp_path, content, Options(fail_on="warn", config=tmp_path / ".gate.toml"))
    assert [(finding.level, finding.blocks) for finding in report.findings] == [("note", False)]


@pytest.mark.parametrize("digests", [True, False])
def test_the_digest_of_a_file_is_told_where_it_is_asked_for(tmp_path: Path, digests: bool) -> None:
    """Of the bytes that were checked."""
    content = plan(inline(None, FULL))
    (one,) = _run(tmp_path, content, Options(digests=digests)).plans
    assert one.sha256 == (sha256(content).hexdigest() if digests else "")


ROLE = """
resource "aws_iam_role" "r" {
  name = "r"
}
"""


@pytest.mark.parametrize(
    ("options", "ci", "automatic", "proven"),
    [
        ({}, "", None, True),
        ({}, "true", None, False),
        ({}, "", False, False),
        ({}, "true", True, True),
        ({"no_source": True}, "", None, False),
        ({"no_source": True, "source": ("missing",)}, "", None, False),
        ({"source": (".",)}, "true", None, True),
    ],
)
def test_where_the_source_is_looked_for(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: dict[str, Any],
    ci: str,
    automatic: bool | None,
    proven: bool,
) -> None:
    """In CI only where it is named, and nowhere where nobody wants it: only the source shows that a role is free of
    inline policies."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "main.tf").write_text(ROLE)
    (tmp_path / "gate.toml").write_text("")
    role = change("aws_iam_role.r", None, {"name": "r"}, change={"after_unknown": {"inline_policy": True}})
    block = {"address": "aws_iam_role.r", "mode": "managed", "type": "aws_iam_role", "name": "r"}
    named = {**block, "expressions": {"name": {"constant_value": "r"}}}
    (tmp_path / "plan.json").write_bytes(plan(role, configuration={"root_module": {"resources": [named]}}))
    chosen = Options(config=tmp_path / "gate.toml", **options)
    report = run(["plan.json"], chosen, {"CI": ci} if ci else {}, tmp_path, automatic=automatic)
    assert [finding.rule for finding in report.findings] == ([] if proven else ["KMS011"])


def test_a_large_plan_is_reported_as_a_small_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is mapped into memory, and given back in between: findings and the digest are the same."""
    content = plan(inline(None, FULL), change("aws_iam_role.app", {"name": "app"}, {"name": "app"}))
    small = _run(tmp_path, content, Options())
    monkeypatch.setattr(files, "SMALL", 0)
    assert _run(tmp_path, content, Options()) == small
    assert small.plans[0].sha256 == sha256(content).hexdigest()


def test_a_large_plan_that_is_written_before_all_of_it_was_judged_gives_no_verdict(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def writing(plans: list[Plan], options: Options, **more: Any) -> Any:
        with (tmp_path / "plan.json").open("ab") as file:
            file.write(b"\n")
        return check(plans, options, **more)

    monkeypatch.setattr(files, "SMALL", 0)
    monkeypatch.setattr(program, "check", writing)
    with pytest.raises(GateError, match=r"plan\.json: can't be read: it was written while it was read"):
        _run(tmp_path, plan(inline(None, FULL)), Options())
