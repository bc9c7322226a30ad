"""`file`, `fileset` and `templatefile`: inside the source tree, and nowhere else."""

import os
import re
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from gate.hcl.evaluate import evaluate
from gate.hcl.values import OpenObject, Rest, Unordered, computed, normal
from gate.hcl.work import Scope
from gate.source.tree import Tree
from gate.source.written_files import Writers
from gate.unknown import Reason, Unresolved, Value, WhyUnknown

_SEGMENT = re.compile(r"\*\*|(?!\.+$)(?:[\w.@+-]|\*(?!\*))+", re.ASCII)  # of a pattern, between slashes
_NAME = re.compile(r"[\w@+-][\w.@+-]*", re.ASCII)  # of a file that every pattern meets alike
_MOST_FILES = 1000
_MOST_FOLDERS = 1000
_TOLD = {
    WhyUnknown.OUTSIDE_SOURCE: "outside the source folder",
    WhyUnknown.WRITTEN_BY_TERRAFORM: "written by Terraform itself",
    WhyUnknown.WRITTEN_BY_RESOURCE: "may be written by {}",
}


def file_function(name: str, arguments: list[Value], tree: Tree, writers: Callable[[], Writers], work: Any) -> Value:
    """The text of a file, or a template with its variables in place, where that is certain; else unknown."""
    if not arguments or not isinstance(arguments[0], str):
        return computed(*arguments)
    if name == "templatestring":
        return _rendered(arguments[0], arguments, work)
    if len(arguments) != (1 if name == "file" else 2):
        return computed(*arguments)
    if name == "fileset":
        return _listed(arguments[0], arguments[1], tree, writers, work)
    path = tree.path(arguments[0], tree.root)
    call = f"{name}({arguments[0]!r})"
    if path is None:
        return _unread(Reason(WhyUnknown.OUTSIDE_SOURCE, call), arguments[0], tree)
    reason = _not_read(call, path, tree, writers)
    if reason is not None:
        return _unread(reason, arguments[0], tree)
    content = tree.read(path)
    try:
        text = None if content is None else normal(content.decode())
    except UnicodeDecodeError:
        text = None
    if text is None:
        return Unresolved((f"{name}({arguments[0]!r})",))
    work.pay_text([text])
    return text if name == "file" else _rendered(text, arguments, work)


def _listed(folder: str, pattern: Value, tree: Tree, writers: Callable[[], Writers], work: Any) -> Value:
    """The files that are certainly among those of a pattern: others may have been there when the plan was made."""
    path, segments = tree.path(folder, tree.root), pattern.split("/") if isinstance(pattern, str) else []
    if path is None or not segments or not all(map(_SEGMENT.fullmatch, segments)) or segments.count("**") > 1:
        return computed(folder, pattern)
    if (path, pattern) not in tree.listed:
        files = [] if tree.linked(path) else islice(_matching(path, segments, iter(range(_MOST_FOLDERS))), _MOST_FILES)
        certain = (one for one in files if not tree.written(one) and not writers().of(one, tree))
        tree.listed[path, pattern] = [one.relative_to(path).as_posix() for one in certain]
    names = tree.listed[path, pattern]
    work.pay(1 + len(names))
    return Unordered([*names, Rest(Unresolved((f"fileset({folder!r})",)))])


def _matching(folder: Path, segments: list[str], left: Iterator[int]) -> Iterator[Path]:
    """The files below a folder whose path is of these segments, in which a `*` is any text and `**` any folders, as far
    as folders are `left` to look into."""
    if next(left, None) is None:
        return
    first, *rest = segments
    try:
        inside = sorted(entry.name for entry in os.scandir(folder) if _NAME.fullmatch(entry.name))
    except OSError:
        return
    if first == "**" and rest:
        yield from _matching(folder, rest, left)
    wanted = re.compile(".*".join(map(re.escape, first.split("*"))))
    for path in (folder / name for name in inside if first == "**" or wanted.fullmatch(name)):
        if path.is_symlink():
            continue
        if path.is_file() and not rest:
            yield path
        elif path.is_dir() and (rest or first == "**"):
            yield from _matching(path, segments if first == "**" else rest, left)


def _not_read(call: str, path: Path, tree: Tree, writers: Callable[[], Writers]) -> Reason | None:
    """Why a file inside the source tree is not read, None where it is."""
    if tree.written(path):
        return Reason(WhyUnknown.WRITTEN_BY_TERRAFORM, call)
    writer = writers().of(path, tree)
    return Reason(WhyUnknown.WRITTEN_BY_RESOURCE, call, writer) if writer else None


def _unread(reason: Reason, path: str, tree: Tree) -> Unresolved:
    told = _TOLD[reason.why].format(reason.by)
    tree.problem(f"{path}: {told}, not read; what was checked may not be what is applied")
    return Unresolved((reason.detail,), reason=reason)


def _rendered(text: str, arguments: list[Value], work: Any) -> Value:
    """A template with its variables in place; only those are in scope."""
    from gate.hcl.parse import template

    if len(arguments) != 2 or not isinstance(arguments[1], dict) or isinstance(arguments[1], OpenObject):
        return computed(*arguments)
    work.pay(len(text) // 10)
    return work.hold(evaluate(template(text), Scope(None, names=arguments[1], sealed=True), work))
