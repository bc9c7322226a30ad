"""Files that an apply may write before a policy is read: what they hold in the checkout proves nothing."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from gate.plan.configuration import ConfigurationModule, ConfigurationResource
from gate.plan.decoded import after, change, values
from gate.plan.model import Plan
from gate.plan.shapes import Json
from gate.source.facts import module_path
from gate.source.tree import Tree

# The attribute with the path, by type, empty where it is of several files:
# https://registry.terraform.io/providers/hashicorp/local, .../archive and .../template
_PATHS = {
    "local_file": "filename", "local_sensitive_file": "filename", "archive_file": "output_path", "template_dir": "",
}  # fmt: skip
_PROGRAMS = ("external", "local_command", "shell_script")  # data sources; actions of the second type as well
_SCRIPT = "shell_script"  # a resource whose commands run in every plan
_Names = tuple[str, ...]  # of the module calls that lead to a block


@dataclass(frozen=True, slots=True)
class Writers:
    """What may write: `everywhere` a local-exec provisioner that runs, the program of a data source or an action, by
    address; `files` the path of every file that the plan writes, None where it is unknown."""

    everywhere: str | None
    files: tuple[tuple[str, str | None], ...]

    def of(self, path: Path, tree: Tree) -> str | None:
        """The address of what may write a file of the tree, None where nothing does."""
        if self.everywhere:
            return self.everywhere
        return next((address for address, written in self.files if _may_be(written, path, tree)), None)


def writers(plan: Plan) -> Writers:
    """Everything in a plan that may write files where Terraform runs."""
    program = next(_programs(plan), None)
    if program is not None:
        return Writers(program, ())
    running: dict[tuple[_Names, str, str], str] = {}
    for names, block in _blocks(plan.configuration().root_module, ()):
        if any(isinstance(one, dict) and one.get("type") == "local-exec" for one in block.provisioners):
            running[names, block.type, block.name] = _address(names, block)
    files = [(one.address, _path(values(one), one.type)) for one in plan.data_sources() if one.type in _PATHS]
    for resource in plan.resource_changes:
        block_of = (tuple(name for name, _ in module_path(resource.module_address)), resource.type, resource.name)
        if block_of not in running and resource.type not in _PATHS:
            continue
        decoded = change(resource)
        if block_of in running and {"create", "delete"} & set(decoded.actions):
            return Writers(running[block_of], ())
        if resource.type in _PATHS and decoded.actions != ("no-op",) and decoded.actions != ("delete",):
            files.append((resource.address, _path(after(decoded), resource.type)))
    return Writers(None, tuple(files))


def _programs(plan: Plan) -> Iterator[str]:
    """The addresses of what runs a program: data sources, actions of the same types, and scripts."""
    for names, block in _blocks(plan.configuration().root_module, ()):
        if block.mode == "data" and block.type in _PROGRAMS:
            yield _address(names, block)
    if _SCRIPT in plan.types:
        yield from (resource.address for resource in plan.resource_changes if resource.type == _SCRIPT)
    if plan.invokes_actions:
        from gate.plan.invoked_actions import invoked_actions  # few plans have any

        yield from (invoked.address for invoked in invoked_actions(plan) if invoked.type in _PROGRAMS)


def _address(names: _Names, block: ConfigurationResource) -> str:
    return ".".join((*(f"module.{name}" for name in names), block.address))


def _path(planned: Json, type_: str) -> str | None:
    path = planned.get(_PATHS[type_]) if isinstance(planned, dict) else None
    return path if isinstance(path, str) else None


def _may_be(written: str | None, path: Path, tree: Tree) -> bool:
    """Whether a path that is written is that of a file; where it leaves the tree, the name decides, since the plan may
    have been made in another folder."""
    found = None if written is None else tree.path(written, tree.root)
    if found is None:
        return written is None or Path(written).name.lower() == path.name.lower()
    return str(found).lower() == str(path).lower()


def _blocks(module: ConfigurationModule, names: _Names) -> Iterator[tuple[_Names, ConfigurationResource]]:
    yield from ((names, block) for block in module.resources)
    for name, call in module.module_calls.items():
        if call.module is not None:
            yield from _blocks(call.module, (*names, name))
