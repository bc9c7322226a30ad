"""Step "config" of the action: whose configuration is in force."""

import shutil
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.helpers.github_runner import HOSTILE, Runner, annotations, git, owned, run

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("given", "expected"), [("", "warn"), ("release", "off"), ("refs/heads/release", "off")])
def test_the_configuration_comes_from_the_branch(without_network: Runner, given: str, expected: str) -> None:
    """The default branch, or the one that is named, is fetched as a private ref; the checkout stays as it was."""
    runner = without_network
    before = (git(runner, "rev-parse", "HEAD"), git(runner, "branch", "-a"), git(runner, "tag"))
    ended = runner.step("config", {"config-ref": given})
    assert (ended.status, ended.outputs) == (0, {"ref": "refs/gate/config"}), ended.log
    assert expected in git(runner, "show", "refs/gate/config:.gate.toml")
    assert (git(runner, "rev-parse", "HEAD"), git(runner, "branch", "-a"), git(runner, "tag")) == before
    assert not (runner.checkout / ".git" / "FETCH_HEAD").exists()
    assert owned(runner) == []


def test_a_complete_history_stays_complete(without_network: Runner) -> None:
    """The fetch does not make the checkout shallow."""
    runner = without_network
    assert run("git", "fetch", "--quiet", "--unshallow", cwd=runner.checkout).returncode == 0
    assert runner.step("config").status == 0
    assert git(runner, "rev-parse", "--is-shallow-repository") == "false"


@pytest.mark.parametrize(("branch", "text"), [("main", "KMS007"), ("empty", "")])
def test_without_a_checkout_the_file_is_put_aside(without_network: Runner, branch: str, text: str) -> None:
    """A job that only has the plan gets the configuration as a file; a branch without one gives an empty file."""
    runner = without_network
    shutil.rmtree(runner.checkout / ".git")
    ended = runner.step("config", {"config-ref": branch})
    assert ended.status == 0, ended.log
    assert text in Path(ended.outputs["file"]).read_text()
    assert bool(text) is bool(Path(ended.outputs["file"]).read_text())


@pytest.mark.parametrize("branch", [HOSTILE, "--upload-pack=touch OWNED", "no-such", "../x", "a:b", "x\ny", "@{-1}"])
def test_a_branch_that_cannot_be_is_no_verdict(without_network: Runner, branch: str) -> None:
    """One error, exit 2, and no code."""
    ended = without_network.step("config", {"config-ref": branch})
    assert ended.status == 2
    assert [level for level, _ in annotations(ended.log)] == ["error"]
    assert ended.outputs == {}
    assert "no verdict" in ended.summary
    assert owned(without_network) == []


def test_no_default_branch_is_no_verdict(without_network: Runner) -> None:
    """An event that does not name it needs the input."""
    without_network.github = {}
    ended = without_network.step("config")
    assert ended.status == 2
    assert "config-ref" in annotations(ended.log)[0][1]


def test_hooks_of_the_checkout_do_notrun(without_network: Runner) -> None:
    """Neither those in .git nor those that its configuration names."""
    runner = without_network
    hooks = runner.checkout / "hooks"
    hooks.mkdir()
    for name in ("reference-transaction", "post-checkout", "fsmonitor"):
        (hooks / name).write_text('#!/bin/sh\ntouch "$TRAP"\n')
        (hooks / name).chmod(0o755)
    git(runner, "config", "core.hooksPath", str(hooks))
    git(runner, "config", "core.fsmonitor", str(hooks / "fsmonitor"))
    assert runner.step("config").status == 0
    assert owned(runner) == []


def test_git_sends_one_authorization(without_network: Runner) -> None:
    """The header that actions/checkout left in .git/config is replaced, not repeated: GitHub refuses two."""
    seen: list[list[str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers.get_all("Authorization") or [])
            self.send_error(403)

        def log_message(self, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{http.server_address[1]}"
        git(without_network, "config", f"http.{url}/.extraheader", "AUTHORIZATION: basic b2xk")
        without_network.variables["GITHUB_SERVER_URL"] = url
        ended = without_network.step("config")
        http.shutdown()
    assert ended.status == 2
    assert [len(headers) for headers in seen] == [1]
    assert seen[0][0] != "basic b2xk"
    assert "token-of-actions" not in ended.log + ended.summary
