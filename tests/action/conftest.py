"""A runner for the steps of the action: in a checkout whose author wants to run code in the gate."""

import shutil
import sys
from pathlib import Path

import pytest

from tests.helpers.github_runner import ROOT, Runner, run


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that stands for github.com: acme/infra with a configuration on its branches."""
    root = tmp_path_factory.mktemp("git server")
    work = root / "work"
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
    assert run("git", "init", "--quiet", "-b", "main", str(work)).returncode == 0
    for branch, text in (("main", '[rules]\nKMS007 = "warn"\n'), ("release", '[rules]\nKMS007 = "off"\n')):
        run("git", "checkout", "--quiet", "-B", branch, cwd=work)
        (work / ".gate.toml").write_text(text)
        run("git", "add", "-A", cwd=work)
        assert run("git", *identity, "commit", "--quiet", "-m", branch, cwd=work).returncode == 0
    run("git", "checkout", "--quiet", "-B", "empty", cwd=work)
    run("git", "rm", "--quiet", ".gate.toml", cwd=work)
    run("git", *identity, "commit", "--quiet", "-m", "empty", cwd=work)
    (root / "acme").mkdir()
    assert run("git", "clone", "--quiet", "--bare", str(work), str(root / "acme" / "infra")).returncode == 0
    return root


@pytest.fixture(scope="session")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the action alone, where a runner unpacks them."""
    folder = tmp_path_factory.mktemp("_actions") / "kms gate"
    folder.mkdir()
    for name in ("gate", "schemas", "action", "comment"):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("action.yml", "requirements.lock"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def clone(server: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What actions/checkout leaves of the server's repository, to be copied."""
    folder = tmp_path_factory.mktemp("clone") / "checkout"
    url = f"file://{server}/acme/infra"
    assert run("git", "clone", "--quiet", "--depth=1", "-b", "main", url, str(folder)).returncode == 0
    return folder


@pytest.fixture
def runner(tmp_path: Path, server: Path, clone: Path, action: Path) -> Runner:
    """A runner in a checkout whose author wants to run code in the gate."""
    checkout, temp = tmp_path / "a check out", tmp_path / "temp folder"
    temp.mkdir()
    shutil.copytree(clone, checkout)
    trap = "import os, pathlib; pathlib.Path(os.environ.get('TRAP', 'OWNED')).touch()\n"
    for name in ("click", "gate", "action", "msgspec", "venv", "pip", "sitecustomize", "json", "urllib3", "glob"):
        (checkout / f"{name}.py").write_text(trap)
    (checkout / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:9/simple\n")
    (checkout / "git").write_text("#!/bin/sh\ntouch OWNED\n")
    (checkout / "git").chmod(0o755)
    (checkout / ".gate.toml").write_text('[rules]\nKMS001 = "off"\nKMS002 = "off"\nKMS009 = "off"\n')
    return Runner(
        action,
        checkout,
        temp,
        variables={
            "TRAP": str(tmp_path / "OWNED"),
            "PYTHONPATH": str(checkout),
            "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
            "PIP_CONFIG_FILE": str(checkout / "pip.conf"),
            "GITHUB_SERVER_URL": f"file://{server}",
            "GITHUB_REPOSITORY": "acme/infra",
            "GITHUB_EVENT_NAME": "pull_request",
            "GITHUB_REF": "refs/pull/7/merge",
        },
        github={"event.repository.default_branch": "main", "token": "token-of-actions"},
    )


@pytest.fixture(scope="session")
def installed(action: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The Python that the install step makes, from PyPI and with nothing else on the machine."""
    temp = tmp_path_factory.mktemp("temp of the installation")
    hostile = tmp_path_factory.mktemp("hostile checkout")
    for name in ("venv", "pip", "ensurepip", "sysconfig"):
        (hostile / f"{name}.py").write_text("raise SystemExit('a module of the checkout was imported')\n")
    first = Runner(action, hostile, temp, {"PYTHONPATH": str(hostile), "PIP_INDEX_URL": "http://127.0.0.1:9/simple"})
    ended = first.step("install", {"python": sys.executable})
    if ended.status and not _reachable(tmp_path_factory.mktemp("probe")):
        pytest.skip("PyPI cannot be reached from here, and the Action installs gate's dependencies from it")
    assert ended.status == 0, ended.log
    return ended.outputs["python"]


def _reachable(folder: Path) -> bool:
    """Whether pip gets anything at all from PyPI, by the settings of this machine and not by those of the runner."""
    command = [sys.executable, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--retries", "1"]
    return not run(*command, "download", "--quiet", "--no-deps", "--no-cache-dir", "six==1.17.0", cwd=folder).returncode


@pytest.fixture(scope="session")
def empty_environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with nothing in it, to be copied."""
    folder = tmp_path_factory.mktemp("empty") / "venv"
    assert run(sys.executable, "-I", "-m", "venv", "--without-pip", str(folder)).returncode == 0
    return folder


@pytest.fixture
def without_network(runner: Runner, empty_environment: Path, tmp_path: Path) -> Runner:
    """A runner whose installation is this Python's own packages and the action's files: enough for the config step."""
    folder = tmp_path / "venv"
    shutil.copytree(empty_environment, folder, symlinks=True)
    site = next(folder.glob("lib/python*/site-packages"))
    packages = [path for path in sys.path if path.endswith("site-packages")]
    (site / "gate.pth").write_text("\n".join([str(runner.action), *packages]) + "\n")
    runner.outputs["install"] = {"python": str(folder / "bin" / "python")}
    return runner
