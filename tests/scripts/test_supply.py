"""What gate is installed with and built from: each check finds what it looks for; that there is none is the proof."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from scripts.supply import builds, imports, locks, release, workflows
from tests.helpers.paths import ROOT
from tests.helpers.published_schemas import complaints

pytestmark = pytest.mark.slow


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The locks and pyproject.toml of the project, to be changed."""
    (tmp_path / "locks").mkdir()
    for name in ("pyproject.toml", *locks.LOCKS):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def _change(path: Path, pattern: str, text: str) -> None:
    changed = re.sub(pattern, text, path.read_text(), count=1)
    assert changed != path.read_text()
    path.write_text(changed)


def test_the_locks_are_what_pyproject_asks_for() -> None:
    """On every Python and system that it names, and the development lock holds the other two."""
    assert list(locks.problems(ROOT)) == []


@pytest.mark.parametrize(
    ("lock", "pattern", "text", "problem"),
    [
        (
            locks.DEV,
            r"click==(\S+) \\\n(    --hash=\S+( \\)?\n)+",
            "click==8.0.0\n",
            "click==8.0.0 has no version or no",
        ),
        (locks.TOOLS, r"uv==\S+ \\", r"uv \\", "uv has no version or no hash"),
        (locks.RUN, r"click==\S+", "click==8.0.0", "click 8.0.0 is not >=8.1.7 on Python 3.11, linux"),
        (locks.RUN, r"click==\S+", "clack==8.5.1", "click is missing on Python 3.14, darwin"),
        (locks.BUILD, r"hatchling==\S+", "hatchling==1.28.0", "locks/dev.lock has not the same hatchling 1.28.0"),
        (locks.RUN, r"(sha256:)[0-9a-f]{8}", r"\g<1>00000000", "locks/dev.lock has not the same attrs"),
        (locks.DEV, r"(numpy==\S+) ; python_full_version < '3.12'", r"\1", "numpy is pinned 2 times on Python 3.12"),
        (
            locks.RUN,
            r"click==(\S+) \\",
            r"click==\1 ; sys_platform == 'linux' \\",
            "click is missing",
        ),
    ],
)
def test_a_lock_that_is_not_what_is_asked_for_is_told(
    project: Path, lock: str, pattern: str, text: str, problem: str
) -> None:
    """A line without a hash or a version, a version that is not asked for, a package less, two locks that differ."""
    _change(project / lock, pattern, text)
    assert any(problem in line for line in locks.problems(project)), list(locks.problems(project))


def test_what_a_package_needs_and_no_lock_holds_is_told(project: Path) -> None:
    """Where its marker holds; an extra that nobody asks for is not needed."""
    asked = {
        "click": ["nowhere>=1", "colorama; sys_platform == 'win32'", "trio>=1; extra == 'more'"],
        "deepdiff": ["orderly-set>=99"],
    }
    found = set(locks.open_ends(project, lambda name: None if name == "ruff" else asked.get(name, [])))
    assert {line for line in found if line.startswith(locks.RUN)} == {
        "requirements.lock: of click, nowhere is missing",
        "requirements.lock: of deepdiff, orderly-set 5.5.0 is not >=99",
    }
    assert "locks/dev.lock: ruff is not installed: make lint" in found


def test_make_installs_what_is_locked() -> None:
    """Each installation from an index asks for hashes and resolves nothing; the one of the project itself builds."""
    makefile = (ROOT / "Makefile").read_text()
    assert re.findall(r"(?m)^LOCKED = (.+)$", makefile) == ["$(INSTALL) --require-hashes --only-binary :all:"]
    assert re.findall(r"(?m)^INSTALL = .*--no-deps$", makefile)
    used = [line.strip() for line in makefile.splitlines() if line.startswith("\t") and "python " in line]
    installing = [line for line in used if "$(LOCKED)" in line or "INSTALL)" in line or "pip install" in line]
    locked = [line for line in installing if "$(LOCKED) --requirement " in line]
    assert {line for line in installing if line not in locked} == {
        line for line in installing if line.endswith("$(INSTALL) --no-build-isolation --editable .")
    }
    assert {name for line in locked for name in re.findall(r"--requirement (\S+)", line)} == set(locks.LOCKS)


MINI = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "mini"
version = "1"
requires-python = ">=3.11"
[tool.hatch.build.targets.wheel]
packages = ["gate"]
[tool.hatch.build.targets.sdist]
exclude = ["/gate/only_in_one.py"]
"""


@pytest.mark.slow
def test_two_builds_that_differ_are_told(tmp_path: Path) -> None:
    """A file that the source archive leaves out is in one wheel and not in the other."""
    source, work = tmp_path / "source", tmp_path / "work"
    (source / "gate").mkdir(parents=True)
    for name in ("gate/__init__.py", "gate/only_in_one.py", "README.md"):
        (source / name).touch()
    (source / "pyproject.toml").write_text(MINI)
    subprocess.run(["git", "init", "--quiet", str(source)], check=True)
    subprocess.run(["git", "-C", str(source), "add", "."], check=True)
    first, second = builds.twice(source, work)
    assert first.keys() == second.keys() == {"mini-1.tar.gz", "mini-1-py3-none-any.whl"}
    assert first["mini-1-py3-none-any.whl"] != second["mini-1-py3-none-any.whl"]


def test_an_import_that_is_not_declared_is_told(tmp_path: Path) -> None:
    """Wherever it stands; so is a dependency that nobody imports. A sentence that looks like an import is none."""
    (tmp_path / "gate").mkdir()
    (tmp_path / "action").mkdir()
    (tmp_path / "pyproject.toml").write_text('[project]\ndependencies = ["click>=8", "PyYAML", "tomlkit"]\n')
    text = '"""One line.\n\nfrom nowhere comes nothing.\n"""\nimport yaml.nodes\nfrom click import echo\n'
    (tmp_path / "gate" / "a.py").write_text(text)
    (tmp_path / "action" / "b.py").write_text(
        "import json\ndef f():\n    from lxml import etree\n    from . import a\n"
    )
    found = imports.compared(tmp_path)
    assert (found.packages, found.undeclared, found.unused) == ({"yaml", "click", "lxml"}, {"lxml"}, {"tomlkit"})


@pytest.mark.slow
def test_what_the_linters_find_is_told(tmp_path: Path) -> None:
    """Of both linters; a configuration of Dependabot without a cooldown too."""
    for name in (*workflows.files(ROOT)[0], *workflows.files(ROOT)[1]):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    _change(tmp_path / ".github/dependabot.yml", r"    cooldown:\n +default-days: 7\n", "")
    _change(tmp_path / ".github/workflows/release.yml", r"needs: attest", "needs: nothing")
    _change(tmp_path / ".github/workflows/release.yml", r"cef221092ed1bacb1cc03d23a2d87d1d172e277b", "release/v1")
    found = "\n".join(workflows.findings(tmp_path))
    for problem in (
        "zizmor: dependabot-cooldown",
        "zizmor: unpinned-uses",
        "actionlint: .github/workflows/release.yml",
    ):
        assert problem in found, found


@pytest.mark.slow
def test_dependabots_configuration_is_valid() -> None:
    """It fits the schema that SchemaStore publishes."""
    assert complaints("vendor.dependabot", [".github/dependabot.yml"]) == ""


def test_dependabot_reads_every_folder_with_an_action() -> None:
    """And waits a week, as `make lock` does."""
    [updates] = yaml.safe_load((ROOT / ".github/dependabot.yml").read_text())["updates"]
    actions = {
        f"/{path.parent.relative_to(ROOT)}".rstrip(".")
        for path in (*ROOT.glob("action.yml"), *ROOT.glob("*/action.yml"))
    }
    assert set(updates["directories"]) == actions == {"/", "/comment"}
    assert updates["cooldown"] == {"default-days": 7}
    assert '--exclude-newer "${COOLDOWN:-7 days}"' in (ROOT / "scripts/lock.sh").read_text()


def _release(folder: Path, heading: str) -> Path:
    (folder / "pyproject.toml").write_text('[project]\nversion = "0.1.0"\n')
    (folder / "CHANGELOG.md").write_text(f"# Log\n\n## {heading}\n\n- New.\n\n## 0.0.9, 2026-01-01\n\n- Old.\n")
    return folder


def test_the_notes_of_a_release_are_its_section_of_the_changelog(tmp_path: Path) -> None:
    """And no other version's."""
    assert release.notes(_release(tmp_path, "0.1.0, 2026-12-01"), "v0.1.0") == "- New."


@pytest.mark.parametrize(
    ("heading", "tag", "said"),
    [
        ("0.1.0, unreleased", "v0.1.0", "CHANGELOG.md says `0.1.0, unreleased`: put the date of the release there"),
        ("0.1.0, 2026-12-01", "v0.1.1", "the tag is v0.1.1 and the version in pyproject.toml is 0.1.0: tag v0.1.0"),
        ("0.1.0, 2026-12-01", "0.1.0", "the tag is 0.1.0 and the version in pyproject.toml is 0.1.0: tag v0.1.0"),
        ("0.1.00, 2026-12-01", "v0.1.0", "CHANGELOG.md has no section of 0.1.0: write one"),
    ],
)
def test_what_is_no_release_is_refused(tmp_path: Path, heading: str, tag: str, said: str) -> None:
    """Another version than the project's, or one whose changelog has no date."""
    with pytest.raises(release.NoRelease) as refused:
        release.notes(_release(tmp_path, heading), tag)
    assert str(refused.value) == said


def test_only_the_jobs_that_need_it_can_sign_publish_or_write() -> None:
    """Of the release: what builds holds no token, what signs or publishes runs nothing of the checkout."""
    jobs = yaml.safe_load((ROOT / ".github/workflows/release.yml").read_text())["jobs"]
    given = {name: job["permissions"] for name, job in jobs.items()}
    assert given == {
        "check": {"contents": "read"},
        "build": {"contents": "read"},
        "attest": {"id-token": "write", "attestations": "write"},
        "pypi": {"id-token": "write"},
        "github": {"contents": "write"},
    }
    for name in ("attest", "pypi", "github"):
        used = [step.get("uses", "").partition("@")[0] for step in jobs[name]["steps"]]
        assert "actions/checkout" not in used
    needs = {name: job.get("needs", []) for name, job in jobs.items()}
    assert needs == {"check": [], "build": [], "attest": ["check", "build"], "pypi": "attest", "github": "pypi"}
