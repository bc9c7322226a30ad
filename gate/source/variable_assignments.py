"""Where the value of a variable is given: in the argument of a module call, in its default, in a `.tfvars` file.

Source: https://developer.hashicorp.com/terraform/language/values/variables#variable-definitions-tfvars-files.
"""

import os

from gate.hcl.syntax import CALL_ARGUMENTS, Attribute, Literal
from gate.hcl.work import Scope
from gate.source.excerpt import Files
from gate.source.modules import ModuleInstance
from gate.source.place_values import Values
from gate.source.places import END, Written, alike, repeats_of, written

_MOST = 20  # files that are looked at


def variable(instance: ModuleInstance, name: str, values: Values) -> Written | None:
    """The argument of the module call, else the default, of a root module's the block where a value was given."""
    block = instance.module.variables.get(name) if instance.module else None
    argument = instance.call.attributes.get(name) if instance.call and name not in CALL_ARGUMENTS else None
    sensitive = block.attributes.get("sensitive") if block else None
    hidden = sensitive is not None and sensitive.expression != Literal(False)
    if argument is not None and instance.call and instance.caller:
        scope = values.scope(instance.caller, instance.call, instance.path[-1][1])
        return written(argument, scope, repeats_of(instance.call, scope), hidden=hidden)
    if block is None:
        return None
    default = block.attributes.get("default")
    fallback = written(default, Scope(instance, sealed=True), hidden=hidden) if default else None
    planned = values.world.planned(name)
    if fallback is not None and (instance.path or alike(planned, values.value(fallback))):
        return fallback
    assigned = () if instance.path else _assignments(name, values)
    ways = (written(one, Scope(instance, sealed=True), hidden=True) for one in assigned)
    given = [one for one in ways if alike(planned, values.value(one))]
    outside = Written(END, block.file, (block.line, block.line), Scope(instance), hidden=hidden)
    return given[0] if len(given) == 1 else outside


def _assignments(name: str, values: Values) -> list[Attribute]:
    """Where files of the root module's folder set a variable. Which of them were loaded a plan does not say."""
    if values.given is None:
        values.given = _value_files(values.files)
    return [one[name] for one in values.given if name in one]


def _value_files(files: Files) -> list[dict[str, Attribute]]:
    from gate.hcl import parse

    try:
        listed = sorted(one.name for one in os.scandir(files.tree.root) if one.name.endswith(".tfvars"))
    except OSError:
        return []
    return [parse.attributes("\n".join(files.lines(file)).encode(), file) for file in listed[:_MOST]]
