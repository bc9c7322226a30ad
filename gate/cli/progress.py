"""A line on a terminal that says what takes so long; it is gone when it is done."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import TextIO

_PATIENCE = 1.0  # seconds without a word, and between two


@contextmanager
def progress(plans: Sequence[str], stream: TextIO | None = None, patience: float = _PATIENCE) -> Iterator[None]:
    """Says on a terminal (standard error, or `stream`) which plans are judged, once that takes longer than `patience`
    seconds, and for how long. It says nothing where that is no terminal."""
    stream = stream or sys.stderr
    if stream is None or not stream.isatty():
        yield
        return
    done = Event()
    teller = Thread(target=_tell, args=(_what(plans), stream, done, patience), daemon=True)
    teller.start()
    try:
        yield
    finally:
        done.set()
        teller.join()


def _what(plans: Sequence[str]) -> str:
    from gate.text.escape import command_free, visible

    named = visible(plans[0], 50) if len(plans) == 1 else f"{len(plans)} plans"
    return command_free(f"gate: judging {named}")


def _tell(what: str, stream: TextIO, done: Event, patience: float) -> None:
    told = 0
    with suppress(OSError, ValueError):  # a terminal that went away
        while not done.wait(patience):
            told += 1
            stream.write(f"\r{what} ... {told * max(1, round(patience))} s")
            stream.flush()
        if told:
            stream.write("\r\x1b[K")
            stream.flush()
