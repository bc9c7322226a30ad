"""Files are written whole or not at all."""

import os
import threading
from pathlib import Path

import pytest

from gate.errors import GateError
from gate.files import read, target, write


def test_a_new_file_gets_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    """The umask decides, and nothing else is left in the folder."""
    kept = os.umask(0o027)
    try:
        write(tmp_path / "report", "text\n")
    finally:
        os.umask(kept)
    assert (tmp_path / "report").read_bytes() == b"text\n"
    assert (tmp_path / "report").stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [tmp_path / "report"]


def test_an_existing_file_keeps_its_permissions(tmp_path: Path) -> None:
    """What was closed to others stays so."""
    path = tmp_path / "report"
    path.write_text("before")
    path.chmod(0o600)
    write(path, "after")
    assert (path.read_text(), path.stat().st_mode & 0o777) == ("after", 0o600)


def test_a_link_is_replaced(tmp_path: Path) -> None:
    """A link that a change put in the place of a report leads to no other file."""
    other, path = tmp_path / "other", tmp_path / "report"
    other.write_text("untouched")
    path.symlink_to(other)
    write(path, "text")
    assert (other.read_text(), path.read_text(), path.is_symlink()) == ("untouched", "text", False)


def test_a_pipe_is_written_directly(tmp_path: Path) -> None:
    """Whoever reads at the other end gets the text, and the pipe stays."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(path.read_text()))
    reader.start()
    write(path, "text")
    reader.join(10)
    assert read == ["text"]
    assert path.is_fifo()


def test_a_device_is_written_directly() -> None:
    """/dev/null stays what it is."""
    write(Path("/dev/null"), "text")
    assert Path("/dev/null").is_char_device()


@pytest.mark.parametrize("name", [".", "absent/report", "nul\0l", "x" * 300])
def test_what_cannot_be_written_is_one_line(tmp_path: Path, name: str) -> None:
    """A folder, a folder that does not exist, an impossible name: an error, and nothing is left behind."""
    with pytest.raises(GateError) as error:
        write(tmp_path / name, "text")
    assert "\n" not in str(error.value)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An interrupted write is no write."""
    path = tmp_path / "report"
    path.write_text("before")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(GateError, match="no space left on device"):
        write(path, "after")
    assert path.read_text() == "before"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("path", ["reports/", "/", "a/b/"])
def test_a_slash_at_the_end_names_a_folder(path: str) -> None:
    """It is refused before a file gets the folder's name."""
    with pytest.raises(GateError, match="names a folder"):
        target(path)
    assert target("reports/x") == Path("reports/x")


@pytest.mark.parametrize("name", [".", "absent", "nul\0l"])
def test_what_cannot_be_read_is_one_line(tmp_path: Path, name: str) -> None:
    """It begins with what the caller says of the file, in lower case."""
    with pytest.raises(GateError, match=r"^(the file: [a-z ]+|a path cannot hold a null character)$"):
        read(tmp_path / name, "the file")
