"""Override files, merged as Terraform merges them.

Source: https://developer.hashicorp.com/terraform/language/files/override: an argument replaces the argument of the same
name, nested blocks replace all blocks of the same type, `lifecycle` and `locals` are merged argument by argument. A
provider without an alias is there, empty, where no block is written.
"""

from dataclasses import replace

from gate.hcl.syntax import Attribute, Block, provider_key

_MERGED = frozenset({"resource", "data", "ephemeral", "module", "variable", "output", "provider"})
_REFUSED = frozenset({"check", "import", "moved"})


def merge(primary: list[Block], overrides: list[Block]) -> tuple[tuple[Block, ...], list[str]]:
    """The blocks of a module; and a line for every block of an override file that Terraform refuses."""
    blocks = {_key(block): at for at, block in enumerate(primary) if block.type in _MERGED}
    local = {name: at for at, block in enumerate(primary) if block.type == "locals" for name in block.attributes}
    merged = list(primary)
    problems = []
    for override in overrides:
        if override.type == "locals":
            for name, attribute in override.attributes.items():
                if name in local:
                    block = merged[local[name]]
                    merged[local[name]] = replace(block, attributes=block.attributes | {name: attribute})
                else:
                    problems.append(f"{override.file}:{override.line}: overrides local.{name}, which is not there")
        elif override.type in _REFUSED:
            problems.append(f"{override.file}:{override.line}: a `{override.type}` block in an override file")
        elif override.type in _MERGED:
            key = _key(override)
            if key not in blocks and override.type == "provider" and "." not in key[1]:
                blocks[key] = len(merged)
                merged.append(override)
            elif key not in blocks:
                name = ".".join(key)
                problems.append(f"{override.file}:{override.line}: overrides {name}, which is not there")
            else:
                merged[blocks[key]] = _merge_block(merged[blocks[key]], override)
    return tuple(merged), problems


def _key(block: Block) -> tuple[str, ...]:
    return ("provider", provider_key(block)) if block.type == "provider" else (block.type, *block.labels)


def _merge_block(base: Block, override: Block) -> Block:
    attributes = dict(base.attributes)
    if override.json != base.json:
        attributes = _without_blocks(attributes, override)
    attributes.update(override.attributes)
    replaced = {_type(block) for block in override.blocks}
    if override.json:
        replaced |= override.attributes.keys()
    kept = tuple(block for block in base.blocks if _type(block) not in replaced or _type(block) == "lifecycle")
    return replace(
        base,
        attributes=attributes,
        blocks=kept + override.blocks,
        broken=base.broken or override.broken,
        json=base.json or override.json,
    )


def _without_blocks(attributes: dict[str, Attribute], override: Block) -> dict[str, Attribute]:
    """A JSON block's attributes without those that are blocks which the override replaces."""
    replaced = {_type(block) for block in override.blocks}
    return {name: attribute for name, attribute in attributes.items() if name not in replaced}


def _type(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type
