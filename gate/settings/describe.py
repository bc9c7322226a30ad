"""What is in force, for people: every value with the line that it comes from."""

from collections.abc import Iterator, Mapping

from gate.settings.lines import line_of
from gate.settings.model import Settings
from gate.settings.proposed import of_plan, waiver_words


def describe(settings: Settings, defaults: Mapping[str, str]) -> list[str]:
    """Lines that say where the configuration was read, each rule's setting, the overrides, the waivers and the notes.

    `defaults` has each rule's setting where the file sets none. Text of the file stands as it is: show it escaped.
    """
    return [
        f"configuration: {settings.origin}",
        "",
        "rules",
        *(
            f"  {rule}  {settings.rules.get(rule, default):5}  {_from(settings, rule)}"
            for rule, default in defaults.items()
        ),
        *_section("overrides, of which the last that matches counts", _overrides(settings)),
        *_section("waivers", _waivers(settings)),
        *_section("notes", iter(settings.notes)),
    ]


def _section(title: str, lines: Iterator[str]) -> list[str]:
    found = [f"  {line}" for line in lines]
    return ["", title, *found] if found else []


def _from(settings: Settings, rule: str) -> str:
    return _place(settings, "rules", rule) if rule in settings.rules else "default"


def _overrides(settings: Settings) -> Iterator[str]:
    for index, override in enumerate(settings.overrides):
        for rule, setting in override.rules.items():
            place = _place(settings, "override", index, "rules", rule)
            yield f"{rule}  {setting:5}  {place}  at `{override.address}`{of_plan(override.plan)}"


def _waivers(settings: Settings) -> Iterator[str]:
    for index, entry in enumerate(settings.waivers):
        yield f"{_place(settings, 'waiver', index)}  {waiver_words(entry)}"


def _place(settings: Settings, *path: str | int) -> str:
    content = settings.content
    return f"{content.name}:{line_of(content.text, path)}" if content else "given"
