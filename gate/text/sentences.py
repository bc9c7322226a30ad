"""Sentences that know which of their words are names, so that nobody has to find that out from the text.

Findings about the instances of one block differ in names alone: of principals, of resources, in ARNs.
"""

from collections.abc import Iterable
from typing import Literal, Self

# What somebody is who has a name; "" is an account, an organization, everyone, or several kinds.
PrincipalKind = Literal["role", "user", "group", "policy", "permission set", "key", ""]


class Sentence(str):
    """A text for people. `alike` is the same for sentences that differ in names alone; `labels` are those in it.

    Whatever is made of it without the functions here is a plain text, all of which counts.
    """

    __slots__ = ("alike", "labels")

    alike: str
    labels: tuple[str, ...]

    def __new__(cls, text: str, alike: str, labels: tuple[str, ...] = ()) -> Self:
        made = super().__new__(cls, text)
        made.alike, made.labels = alike, labels
        return made


class Label(Sentence):
    """What people call somebody, and of what kind that is. `in_fingerprint` stands for it in fingerprints, to which
    waivers are bound."""

    __slots__ = ("in_fingerprint", "kind")

    in_fingerprint: str
    kind: PrincipalKind

    def __new__(cls, text: str, alike: str, kind: PrincipalKind = "", in_fingerprint: str = "") -> Self:
        made = str.__new__(cls, text)
        made.alike, made.labels = alike, (text,)
        made.in_fingerprint = in_fingerprint or text
        made.kind = kind
        return made


def as_label(called: Sentence) -> Label:
    """The label of somebody who is of no kind that has names."""
    return Label(called, called.alike)


def sentence(template: str, /, *parts: str, **named: str) -> Sentence:
    """A sentence of a template for `str.format` and its parts: plain words, or names and sentences that go into it."""
    text = template.format(*parts, **named)
    others = {name: _alike(part) for name, part in named.items()}
    return Sentence(text, template.format(*map(_alike, parts), **others), _labels((*parts, *named.values())))


def joined(parts: Iterable[str], between: str) -> Sentence:
    """The parts with something between them."""
    listed = [*parts]
    return Sentence(between.join(map(str, listed)), between.join(map(_alike, listed)), _labels(listed))


def named_arn(text: str) -> Sentence:
    """An ARN as a name: whose account it is of and where it has wildcards is no name. Any other text is none."""
    text = str(text)
    fields = text.split(":", 5)
    if fields[0] != "arn":
        return Sentence(text, text)
    account = fields[4] if len(fields) > 5 and fields[4].isdigit() else ""
    return Sentence(text, f"arn {account} {''.join(c for c in text if c in '*?')}")


def _alike(part: str) -> str:
    return part.alike if isinstance(part, Sentence) else str(part)


def _labels(parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(label for part in parts if isinstance(part, Sentence) for label in part.labels)


NO_WORDS = Sentence("", "")
