"""What is fuzzed: something that takes bytes, what it may begin with, and how it is made another one."""

import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random

SECONDS = 10.0  # of the processor for one text, instrumented for coverage; a check of its own takes a few milliseconds

Mutator = Callable[[bytes, Sequence[bytes], Random], bytes]


class WrongAnswer(Exception):
    """gate gave an answer, and it is not the right one; the message says which."""


@dataclass(frozen=True)
class Target:
    """`run` takes any bytes and returns: it raises WrongAnswer, and nothing else but what is a bug of gate.

    `seeds` are texts that mean something; `mutate` makes another one of a text, with parts of the seeds.
    """

    name: str
    what: str
    run: Callable[[bytes], None]
    seeds: Callable[[], Sequence[bytes]]
    mutate: Mutator


@dataclass(frozen=True)
class Failure:
    """What a text brought about: `place` is the same for texts that meet the same bug, `told` is for people."""

    place: str
    told: str
    text: bytes


def failure(target: Target, text: bytes) -> Failure | None:
    """Runs a target on a text; None where all is well."""
    began = time.process_time()
    try:
        target.run(text)
    except WrongAnswer as error:
        return Failure(str(error), str(error), text)
    except Exception as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} at {frame.filename.rpartition('/')[2]}:{frame.lineno}"
        return Failure(place, f"{place}: {str(error)[:200]}", text)
    spent = time.process_time() - began
    if spent > SECONDS:
        return Failure("too slow", f"took {spent:.0f} seconds", text)
    return None
