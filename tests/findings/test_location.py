"""Where findings stand, and what of the source a report may show."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from gate.check import Options, check
from gate.plan.model import read
from gate.report import Line, Location
from tests.helpers.paths import EXAMPLES
from tests.helpers.plans import change, inline, plan, policy, statement

READ = statement("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1")
FULL = statement(["kms:*"], "*")
BLOCK = {
    "address": "aws_iam_role_policy.p",
    "mode": "managed",
    "type": "aws_iam_role_policy",
    "name": "p",
    "provider_config_key": "aws",
    "expressions": {"policy": {}, "name": {"constant_value": "p"}, "role": {"constant_value": "app"}},
}
TEXT = """resource "aws_iam_role_policy" "p" {
  name = "p"
  role = "app"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["kms:*"]
      Resource = "*"
    }]
  })
}
"""


def located(
    folder: Path, text: str, *, before: str | None = None, references: Any = (), of_change: Any = None, **more: Any
) -> Location:
    """The place of the only finding on a role's inline policy, with its source in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "main.tf").write_text(text)
    changed = inline(before, policy(FULL))
    changed["change"] |= of_change or {}
    expressions = {**BLOCK["expressions"], "policy": {"references": list(references)} if references else {}}
    variables = {name: {} for name in more.get("variables", {})}
    root = {"resources": [{**BLOCK, "expressions": expressions}], "variables": variables} | more.pop("root", {})
    raw = plan(changed, configuration={"root_module": root}, **more)
    [finding] = check(read(raw, "plan.json"), Options(source=(str(folder),))).findings
    assert finding.location is not None
    return finding.location


def marked(place: Location) -> list[int]:
    return [line.number for line in place.excerpt if line.marked]


def test_the_lines_that_grant(tmp_path: Path) -> None:
    """The statement, with the actions and resources that are newly allowed."""
    place = located(tmp_path, TEXT)
    assert (place.line, marked(place)) == (6, [8, 9])
    assert place.excerpt[2] == Line(8, '      Action   = ["kms:*"]', marked=True)


def test_the_action_that_does_not_grant_is_not_marked(tmp_path: Path) -> None:
    """Of the actions of the statement only those of the service that are new."""
    folder, listed = tmp_path, '[\n        "s3:*",\n        "kms:*",\n      ]'
    folder.mkdir(exist_ok=True)
    (folder / "main.tf").write_text(TEXT.replace('["kms:*"]', listed))
    raw = plan(
        inline(None, policy(statement(["s3:*", "kms:*"], "*"))), configuration={"root_module": {"resources": [BLOCK]}}
    )
    [finding] = check(read(raw, "plan.json"), Options(source=(str(folder),))).findings
    assert finding.location is not None
    assert marked(finding.location) == [10, 12]


def test_what_changed_is_followed(tmp_path: Path) -> None:
    """Where the statement was there with the same actions, the place is where its resources come from."""
    text = TEXT.replace('Resource = "*"', "Resource = local.all") + 'locals {\n  all = "*"\n}\n'
    before = policy(statement(["kms:*"], "arn:aws:kms:eu-west-1:111122223333:key/1"))
    assert located(tmp_path, text, before=before, references=["local.all"]).line == 14
    assert located(tmp_path, text, before=policy(READ), references=["local.all"]).line == 6


@pytest.mark.parametrize("marks", [True, {"policy": True}])
def test_a_document_that_is_sensitive_shows_nothing(tmp_path: Path, marks: Any) -> None:
    """File and line are told, no line of the text."""
    place = located(tmp_path, TEXT, of_change={"after_sensitive": marks})
    assert (place.line, place.excerpt) == (6, ())


def test_a_line_with_a_secret_shows_nothing(tmp_path: Path) -> None:
    """A value that the plan marks anywhere may stand in a line as a literal, also over several lines."""
    root = {"variables": {"key": {"sensitive": True}}}
    noted = TEXT.replace("Effect   =", "# hunter2-hunter2\n      Effect   =")
    values: dict[str, Any] = {"variables": {"key": {"value": "hunter2-hunter2"}}}
    assert located(tmp_path, TEXT, root=root, **values).excerpt
    assert located(tmp_path, noted, root=root, **values).excerpt == ()
    several: dict[str, Any] = {"variables": {"key": {"value": "first line\n  hunter2-hunter2\nlast"}}}
    assert located(tmp_path, noted, root=root, **several).excerpt == ()
    plain: dict[str, Any] = {"variables": {"key": {"value": 'b"c${d}'}}}
    assert located(tmp_path, TEXT + '# b\\"c$${d}\n', root=root, **plain).excerpt
    in_statement = TEXT.replace("Effect   =", '# b\\"c$${d}\n      Effect   =')
    assert located(tmp_path, in_statement, root=root, **plain).excerpt == ()


def test_a_secret_at_the_edge_of_what_is_shown(tmp_path: Path) -> None:
    """A long line is cut after it was looked through, so that no half of a secret stays."""
    root = {"variables": {"key": {"sensitive": True}}}
    long = TEXT.replace("Effect   =", f"# {'x' * 240}\n      Effect   =")
    place = located(tmp_path, long)
    assert max(len(line.text) for line in place.excerpt) == 240
    secret: dict[str, Any] = {"variables": {"key": {"value": "x" * 235}}}
    assert located(tmp_path, long, root=root, **secret).excerpt == ()


def test_files_are_named_from_the_root_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From whichever folder gate runs: in it, above it, beside it; with any path to the source."""
    repository = tmp_path / "repository"
    (repository / ".git").mkdir(parents=True)
    folder = repository / "infra" / "prod"
    (tmp_path / "elsewhere").mkdir()
    folder.mkdir(parents=True)
    (tmp_path / "link").symlink_to(folder)
    for here in (folder, repository, tmp_path, tmp_path / "elsewhere"):
        monkeypatch.chdir(here)
        for given in (folder, Path(os.path.relpath(folder)), tmp_path / "link"):
            assert located(given, TEXT).file == "infra/prod/main.tf"


def test_a_submodule_is_a_part_of_the_repository_around_it(tmp_path: Path) -> None:
    """A worktree and a checkout in another one are repositories of their own."""
    (tmp_path / ".git").mkdir()
    inner = tmp_path / "infra"
    inner.mkdir()
    (inner / ".git").write_text("gitdir: ../.git/modules/infra\n")
    assert located(inner / "prod", TEXT).file == "infra/prod/main.tf"
    (inner / ".git").write_text("gitdir: /elsewhere/.git/worktrees/infra\n")
    assert located(inner / "prod", TEXT).file == "prod/main.tf"
    (inner / ".git").unlink()
    (inner / ".git").mkdir()
    assert located(inner / "prod", TEXT).file == "prod/main.tf"


def test_without_a_repository_the_working_directory_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a shell would name the file."""
    monkeypatch.chdir(tmp_path)
    assert located(tmp_path / "prod", TEXT).file == "prod/main.tf"
    monkeypatch.chdir(tmp_path / "prod")
    assert located(tmp_path / "prod", TEXT).file == "main.tf"
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert located(tmp_path / "prod", TEXT).file == "../prod/main.tf"


def test_a_change_of_the_place_is_the_same_finding(tmp_path: Path) -> None:
    """The fingerprint is that of the grant, whether there is a source or not."""
    raw = plan(inline(None, policy(FULL)), configuration={"root_module": {"resources": [BLOCK]}})
    (tmp_path / "main.tf").write_text(TEXT)
    [with_source] = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
    [without] = check(read(raw, "plan.json"), Options(no_source=True)).findings
    assert with_source.location is not None
    assert without.location is None
    assert json.dumps(with_source.fingerprint) == json.dumps(without.fingerprint)


def test_a_key_policy_shows_whom_it_opens_to(tmp_path: Path) -> None:
    """Its principals and actions; the resource of a key policy is its key, whatever it says."""
    document = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:*", "Resource": "*"}
    text = (
        'resource "aws_kms_key" "k" {\n  policy = jsonencode({\n    Version = "2012-10-17"\n    Statement = [{\n'
        '      Effect = "Allow"\n      Principal = { AWS = "*" }\n      Action = "kms:*"\n      Resource = "*"\n'
        "    }]\n  })\n}\n"
    )
    (tmp_path / "main.tf").write_text(text)
    block = {
        "address": "aws_kms_key.k",
        "mode": "managed",
        "type": "aws_kms_key",
        "name": "k",
        "expressions": {"policy": {}},
    }
    key = change("aws_kms_key.k", None, {"policy": policy(document)})
    raw = plan(key, configuration={"root_module": {"resources": [block]}})
    [finding] = check(read(raw, "plan.json"), Options(source=(str(tmp_path),))).findings
    assert (finding.rule, finding.location is not None) == ("KMS005", True)
    assert finding.location is not None
    assert (finding.location.line, marked(finding.location)) == (4, [6, 7])


def test_a_template_shows_the_lines_with_the_actions(tmp_path: Path) -> None:
    """A statement in a template has no place of its own; its words have."""
    example = EXAMPLES / "stack-gains-full-access"
    (tmp_path / "main.tf").write_text((example / "after.tf").read_text())
    [finding] = check(read((example / "plan.json").read_bytes(), "p"), Options(source=(str(tmp_path),))).findings
    assert finding.location is not None
    assert finding.location.line == 5
    lines = [line.text.strip() for line in finding.location.excerpt if line.marked]
    assert lines == ["Action: kms:*", 'Resource: "*"']
