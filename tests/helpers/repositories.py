"""Real git repositories for tests."""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_AUTHOR = {
    "GIT_AUTHOR_NAME": "test",
    "GIT_AUTHOR_EMAIL": "test@example.com",
    "GIT_COMMITTER_NAME": "test",
    "GIT_COMMITTER_EMAIL": "test@example.com",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
}


_TEXT: dict[str, Any] = {"capture_output": True, "text": True}


@dataclass(frozen=True)
class Repository:
    root: Path

    def git(self, *arguments: str) -> str:
        environment = {"PATH": os.environ["PATH"], "HOME": str(self.root)} | _AUTHOR
        done = subprocess.run(["git", *arguments], cwd=self.root, env=environment, check=False, **_TEXT)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, text: str, name: str = ".gate.toml") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def commit(self, message: str = "change") -> str:
        self.git("add", "--all")
        self.git("commit", "--allow-empty", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def publish(self, branch: str = "main") -> str:
        """Makes HEAD what a CI checkout knows as origin's branch."""
        self.git("update-ref", f"refs/remotes/origin/{branch}", "HEAD")
        return self.git("rev-parse", "HEAD")
