"""The Pythons that run gate as a process."""

import os
import subprocess
import sys
import zipfile

import pytest

from tests.helpers.paths import ROOT


@pytest.fixture(scope="session")
def wheel_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python that has gate from its wheel, and gate's dependencies from this Python."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-I", "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stdout + built.stderr
    subprocess.run([sys.executable, "-I", "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    site = next((folder / "venv").glob("lib/python*/site-packages"))
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(site)
    dependencies = [path for path in sys.path if path.endswith("site-packages")]
    (site / "dependencies.pth").write_text(os.linesep.join(dependencies))
    return str(folder / "venv" / "bin" / "python")


@pytest.fixture(params=["source", "wheel"])
def python(request: pytest.FixtureRequest) -> str:
    """The Python of the tests, then one that has the wheel."""
    return sys.executable if request.param == "source" else request.getfixturevalue("wheel_python")
