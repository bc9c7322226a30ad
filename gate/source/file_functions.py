"""`file`, `templatefile` and their like: inside the source tree, and nowhere else."""

import base64
import hashlib
from pathlib import Path
from typing import Any

from gate.source.tree import Tree
from gate.hcl.values import RefusedError, computed, is_known
from gate.unknown import Value

_NESTED = 10  # templates in templates


def file_function(name: str, arguments: list[Value], tree: Tree, work: Any) -> Value:
    """The result; unknown where the file is not in the tree, cannot be read or is too large."""
    if not arguments or not is_known(arguments[0]) or not isinstance(arguments[0], str):
        return computed(*arguments)
    if name == "templatestring":
        return _rendered(arguments[0], arguments, work)
    if name == "abspath":
        return computed(*arguments)
    path = tree.root / Path(arguments[0])
    content = tree.read(path)
    if name == "fileexists":
        return True if content is not None else computed(*arguments)
    if content is None:
        return computed(*arguments)
    if name in ("filesha256", "filemd5"):
        return hashlib.new(name.removeprefix("file"), content, usedforsecurity=False).hexdigest()
    if name == "filebase64":
        return base64.b64encode(content).decode()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        raise RefusedError("not UTF-8") from None
    return _rendered(text, arguments, work) if name == "templatefile" else text


def _rendered(text: str, arguments: list[Value], work: Any) -> Value:
    """A template with its variables in place; only those are in scope."""
    from gate.hcl.evaluate import Scope, evaluate
    from gate.hcl.parse import template

    if len(arguments) != 2 or not isinstance(arguments[1], dict):
        return computed(*arguments)
    work.pay(len(text) // 100)
    return work.hold(evaluate(template(text), Scope(None, names=arguments[1], sealed=True), work))
