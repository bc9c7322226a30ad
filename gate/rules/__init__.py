"""The rules, strongest first: one file each, its docstring is its documentation."""

from collections.abc import Callable, Iterator
from functools import cache
from importlib import import_module

import msgspec

from gate.errors import GateError
from gate.findings.found import Action, Found, Seen
from gate.new_access.questions import Question

_MODULES = (
    "malformed_policy",
    "full_kms_access",
    "full_kms_access_to_named_keys",
    "open_key_policy",
    "undetermined",
    "decrypt_on_every_key",
    "key_takeover",
    "can_become_full",
    "policy_not_visible",
    "taken_at_face_value",
    "unproven_role",
)


class Rule(msgspec.Struct, frozen=True, gc=False):
    """A rule: `find` yields what it found; `text` is its page in docs/rules.md; `summary` its first line.

    `asks` is what it has to know of every holder, None where it looks at something else. `tags` are checks of other
    tools that have the same subject, and requirements of frameworks that these stand for.
    """

    id: str
    name: str
    default: Action
    summary: str
    text: str
    find: Callable[[Seen], Iterator[Found]]
    asks: Question | None
    tags: tuple[str, ...]


@cache
def _rules() -> tuple[Rule, ...]:
    rules = []
    for name in _MODULES:
        module = import_module(f"gate.rules.{name}")
        text = (module.__doc__ or "").strip()
        rule = Rule(
            id=module.ID,
            name=name.replace("_", "-"),
            default=module.DEFAULT,
            summary=text.partition("\n")[0],
            text=text,
            find=module.find,
            asks=getattr(module, "ASKS", None),
            tags=getattr(module, "TAGS", ()),
        )
        rules.append(rule)
    return tuple(rules)


RULES = _rules()
QUESTIONS = tuple(dict.fromkeys(rule.asks for rule in RULES if rule.asks))


def explain(rule: str) -> str:
    """The documentation of a rule, by id or name. Raises GateError for one that does not exist."""
    wanted = rule.strip().lower()
    for known in RULES:
        if wanted in (known.id.lower(), known.name):
            return f"{known.id} {known.name} ({known.default}s by default)\n\n{known.text}\n"
    from difflib import get_close_matches

    close = get_close_matches(wanted, [known.name for known in RULES], n=1)
    hint = f"did you mean `{close[0]}`?" if close else f"choose one of {', '.join(sorted(one.id for one in RULES))}"
    raise GateError(f"there is no rule `{rule}`; {hint}")
