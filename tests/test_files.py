"""Files are written whole or not at all."""

import io
import mmap
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import pytest

from gate import files
from gate.errors import GateError
from gate.files import LARGEST, SMALL, let_go, opened, read, target, write


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

    monkeypatch.setattr("os.replace", full)
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


def test_a_large_file_is_not_copied(tmp_path: Path) -> None:
    """What is in it is there as often as somebody looks, also after its memory was given back."""
    (path := tmp_path / "plan").write_bytes(b"x" * SMALL + b"y")
    with opened(str(path), "p") as raw:
        assert isinstance(raw, mmap.mmap)
        for _ in range(2):
            assert (len(raw), raw[:2], raw[SMALL:]) == (SMALL + 1, b"xx", b"y")
            let_go(raw)


def test_a_small_file_is_copied(tmp_path: Path) -> None:
    (path := tmp_path / "plan").write_bytes(b"x" * SMALL)
    with opened(str(path), "p") as raw:
        assert raw == b"x" * SMALL
        let_go(raw)


def test_what_is_no_plain_file_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pipe is opened once; `-` is standard input, also where a file has that name."""
    monkeypatch.setattr(files, "SMALL", 0)
    monkeypatch.chdir(tmp_path)
    Path("-").write_bytes(b"the file")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"from before")))
    with opened("-", "p") as raw:
        assert raw == b"from before"
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_bytes(b"text"))
    writer.start()
    with opened("pipe", "p") as raw:
        assert raw == b"text"
    writer.join(10)


def test_a_file_that_cannot_be_mapped_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some file systems can't do it."""

    def unable(*_: object, **__: object) -> None:
        raise OSError(19, "No such device")

    monkeypatch.setattr(files, "SMALL", 0)
    monkeypatch.setattr(mmap, "mmap", unable)
    (path := tmp_path / "plan").write_bytes(b"text")
    with opened(str(path), "p") as raw:
        assert raw == b"text"


def test_a_file_that_is_too_large_is_not_even_mapped(tmp_path: Path) -> None:
    with (path := tmp_path / "plan").open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(GateError, match="p: larger than 2 GiB"), opened(str(path), "p"):
        raise AssertionError("nothing was read")


@pytest.mark.parametrize("name", ["absent", ".", "nul\0l"])
def test_what_cannot_be_opened_is_one_line(tmp_path: Path, name: str) -> None:
    with pytest.raises(GateError, match=r"^(p: [a-z ]+|a path cannot hold a null character)$"):
        opened(str(tmp_path / name), "p").__enter__()


def appended(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def overwritten(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"other")
    os.utime(path, ns=(0, 0))


@pytest.mark.parametrize("write_into", [appended, overwritten])
@pytest.mark.parametrize("failing", [False, True])
def test_a_large_file_that_is_written_meanwhile_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write_into: Callable[[Path], None], *, failing: bool
) -> None:
    """Whatever was made of it, and also where nothing could be made of it."""
    monkeypatch.setattr(files, "SMALL", 0)
    (path := tmp_path / "plan").write_bytes(b"a whole plan")
    with pytest.raises(GateError, match=r"^p: it was written while it was read; wait for what writes it$"):
        read_meanwhile(path, write_into, failing=failing)


def read_meanwhile(path: Path, write_into: Callable[[Path], None], *, failing: bool) -> None:
    with opened(str(path), "p"):
        write_into(path)
        if failing:
            raise GateError("not valid JSON")


def test_a_large_file_that_is_written_while_it_is_mapped_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it was like is known before: what is mapped may be half of it."""

    def mapped(file: BinaryIO) -> object:
        half = mapped_as_it_is(file)
        appended(path)
        return half

    mapped_as_it_is = files._mapped
    monkeypatch.setattr(files, "SMALL", 0)
    monkeypatch.setattr(files, "_mapped", mapped)
    (path := tmp_path / "plan").write_bytes(b"half of a plan")
    with pytest.raises(GateError, match="p: it was written while it was read"), opened(str(path), "p") as raw:
        assert raw[:] == b"half of a plan"


def test_a_large_file_that_another_one_replaces_is_what_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "SMALL", 0)
    (path := tmp_path / "plan").write_bytes(b"before")
    with opened(str(path), "p") as raw:
        write(path, "after")
        assert raw[:] == b"before"
