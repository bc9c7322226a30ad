"""Files are read with one sentence on what fails, and written whole or not at all; what a byte order mark says."""

from __future__ import annotations

import codecs
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from gate.errors import GateError

if TYPE_CHECKING:  # loaded only where a file is large
    from mmap import mmap
    from pathlib import Path

_Content = TypeVar("_Content", bound="bytes | mmap")

CONFIGURATION = (".tf", ".tf.json", ".tofu", ".tofu.json", ".tfvars", ".tfvars.json", ".hcl")  # how its files end
LARGEST = 1 << 31  # bytes of a file; the largest plans have a twentieth of it
SMALL = 1 << 23  # bytes of a file that is copied before anybody notices
_CHUNK = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
ARCHIVE = b"PK\x03\x04"  # how a zip archive begins, which a binary plan is as well
_PACKED = ((ARCHIVE, "a zip archive"), (b"\x1f\x8b", "compressed with gzip"))


def packed(raw: bytes) -> str | None:
    """That a file has to be unpacked, as a sentence on it; None for any other file."""
    return next((f"this is {what}; unpack it first" for magic, what in _PACKED if raw.startswith(magic)), None)


def is_empty(path: str) -> str:
    """That there is nothing in a file, in standard input for `-`."""
    return f"{'standard input' if path == '-' else 'the file'} is empty"


def no_json(error: Exception) -> str:
    """That a text is not valid JSON, and what the decoder has against it."""
    said = str(error).rstrip(".").removeprefix("JSON is malformed: ")
    return f"not valid JSON: {said if said[:2].isupper() else said[:1].lower() + said[1:]}"


def utf8(raw: _Content) -> _Content | bytes:
    """The text of a file as UTF-8 without byte order mark, as it is where it has none (PowerShell's `>` writes UTF-16).

    Raises UnicodeDecodeError where it is not what its mark says.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw[: len(mark)] == mark:
            return raw[len(mark) :] if encoding == "utf-8" else raw[len(mark) :].decode(encoding).encode()
    return raw


def read(path: Path | str, failure: str) -> bytes:
    """The bytes of a file, of standard input for the text `-`. Raises GateError, which begins with `failure`, also for
    a file that is written at the same time, and for what has no end."""
    try:
        if path == "-":
            return _bounded(sys.stdin.buffer, failure)
        with open(path, "rb") as file:
            return (
                _unchanged(file, failure) if stat.S_ISREG(os.fstat(file.fileno()).st_mode) else _bounded(file, failure)
            )
    except OSError as error:
        raise GateError(f"{failure}: {(error.strerror or type(error).__name__).lower()}") from None
    except ValueError:
        raise GateError("a path cannot hold a null character") from None


@contextmanager
def opened(path: str, failure: str) -> Iterator[bytes | mmap]:
    """The same for as long as this lasts: a large plain file is read where the system has it, without a copy, and at
    the end it is known whether it was written meanwhile. Whatever cuts it off meanwhile ends gate by the signal SIGBUS.
    """
    file = _large(path)
    if file is None:
        yield read(path, failure)
        return
    with file:
        before = os.fstat(file.fileno())
        try:
            yield _mapped(file) or read(path, failure)
        finally:
            _require_unchanged(file, before, failure)


def _large(path: str) -> BinaryIO | None:
    """A large plain file; None for any other, and for what can't be opened, as `read` will say."""
    with suppress(OSError, ValueError):
        if path != "-" and SMALL < os.stat(path).st_size <= LARGEST:  # a pipe has no size
            return open(path, "rb")
    return None


def _mapped(file: BinaryIO) -> mmap | None:
    """A file mapped into memory at once, as Linux can; None elsewhere."""
    import mmap

    at_once = getattr(mmap, "MAP_POPULATE", None)
    if at_once is None:
        return None
    with suppress(OSError, ValueError):
        return mmap.mmap(file.fileno(), 0, flags=mmap.MAP_PRIVATE | at_once, prot=mmap.PROT_READ)
    return None


def let_go(raw: bytes | mmap) -> None:
    """Gives back the memory of a file that was read once from one end to the other; what is asked for again comes from
    the file."""
    if not isinstance(raw, bytes):
        import mmap

        raw.madvise(mmap.MADV_DONTNEED)


def _unchanged(file: BinaryIO, failure: str) -> bytes:
    """The whole of a plain file: half of a file of several plans would be fewer plans."""
    before = os.fstat(file.fileno())
    if before.st_size > LARGEST:
        raise GateError(f"{failure}: larger than {LARGEST >> 30} GiB")
    raw = file.read()
    _require_unchanged(file, before, failure)
    return raw


def _require_unchanged(file: BinaryIO, before: os.stat_result, failure: str) -> None:
    after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise GateError(f"{failure}: it was written while it was read; wait for what writes it")


def _bounded(stream: BinaryIO, failure: str) -> bytes:
    """All of a pipe or a device, if it comes to an end."""
    chunks: list[bytes] = []
    while chunk := stream.read(_CHUNK):
        chunks.append(chunk)
        if len(chunks) * _CHUNK > LARGEST:
            raise GateError(f"{failure}: larger than {LARGEST >> 30} GiB")
    return b"".join(chunks)


def target(path: str) -> Path:
    """The path of a file to write. Raises GateError for one that ends in a slash, which a Path would forget."""
    if path.endswith(("/", os.sep)):
        raise GateError(f"{path}: this names a folder; name a file in it")
    from pathlib import Path

    return Path(path)


def write(path: Path, text: str) -> None:
    """Writes beside the file, in UTF-8, and moves it into place, so that nobody reads half of it.

    A file that exists keeps its permissions; a link is replaced and not followed, since the tree of a change may hold
    one that leads anywhere. A pipe or a device is written directly. Raises GateError where it can't be written, with a
    file that existed as it was.
    """
    raw = text.encode("utf-8", "backslashreplace")
    try:
        if path.is_dir():
            raise GateError(f"{path}: this is a folder; name a file in it")
        if _device(path):
            path.write_bytes(raw)
            return
        mode = _mode(path)
        import tempfile

        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(raw)
            os.chmod(name, mode)
            os.replace(name, path)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(name)
            raise
    except OSError as error:
        raise GateError(f"{path}: can't be written: {(error.strerror or str(error)).lower()}") from None
    except ValueError:
        raise GateError("a path cannot hold a null character") from None


def _device(path: Path) -> bool:
    """A pipe, a device, or /dev/stdout, which may be a file: there is nothing to move into place."""
    return (path.exists() and not path.is_file()) or path.absolute().is_relative_to("/dev")


def _mode(path: Path) -> int:
    """The permissions of a file that exists, otherwise those that a new one gets."""
    with suppress(FileNotFoundError):
        facts = path.lstat()
        if stat.S_ISREG(facts.st_mode):
            return stat.S_IMODE(facts.st_mode)
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
