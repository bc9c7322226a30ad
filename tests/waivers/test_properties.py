"""What no configuration can do, whatever it says."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gate.report import Finding
from gate.reports.json import render
from gate.settings.model import Override, Settings, WaiverEntry
from gate.waivers.apply import apply
from tests.helpers.findings import KEY, finding, made

pytestmark = pytest.mark.slow

DAY = date(2027, 1, 15)

_words = st.sampled_from(
    ["aws_iam_role_policy.admin", "aws_iam_role_policy.*", "*", "module.a.*", "module.a.x", "kms:*", KEY]
)
_rules = st.sampled_from(["KMS001", "KMS002", "KMS007", "KMS009"])
_tuples = st.lists(_words, max_size=2).map(tuple)
_lists = st.none() | _tuples
_settings = st.sampled_from(["off", "warn", "block"])
_entries = st.builds(
    WaiverEntry,
    rule=_rules,
    reason=st.just("r"),
    owner=st.just("o"),
    expires=st.dates(date(2027, 1, 13), date(2027, 1, 17)),
    address=_words,
    plan=st.none() | st.sampled_from(["plan.json", "*.json", "other.json"]),
    principals=_lists,
    actions=_lists,
    resources=_lists,
    grant=st.none() | st.sampled_from(["9" * 64, "8" * 64]),
)
_any_settings = st.builds(
    Settings,
    rules=st.dictionaries(_rules, _settings),
    overrides=st.lists(st.builds(Override, _words, st.dictionaries(_rules, _settings)), max_size=3).map(tuple),
    waivers=st.lists(_entries, max_size=4).map(tuple),
)
_findings = st.lists(
    st.builds(
        finding,
        rule=_rules,
        address=_words,
        level=st.sampled_from(["error", "warning"]),
        principals=_tuples,
        actions=_tuples,
        resources=_tuples,
    ),
    max_size=5,
)


def _facts(report: str) -> list[dict[str, Any]]:
    """The findings of a JSON report without what settings and waivers decide."""
    found: list[dict[str, Any]] = json.loads(report)["findings"]
    return [{key: fact for key, fact in f.items() if key not in {"level", "blocks", "waiver"}} for f in found]


@given(_findings, _any_settings)
def test_no_configuration_changes_what_is_found(findings: list[Finding], settings: Settings) -> None:
    """Whatever settings and waivers say, the JSON report has the same findings; they differ only in what blocks."""
    decided = apply(findings, settings, DAY)
    assert _facts(render(made(*decided))) == _facts(render(made(*findings)))


@given(_findings, _any_settings)
def test_nothing_unblocks_but_a_setting_or_a_valid_waiver(findings: list[Finding], settings: Settings) -> None:
    """What no longer blocks has a waiver that is valid today, or a setting below block for its rule."""
    valid = {(e.reason, e.owner, e.expires.isoformat()) for e in settings.waivers if e.expires >= DAY}
    for before, after in zip(findings, apply(findings, settings, DAY), strict=True):
        set_for = {settings.rules.get(before.rule), *(o.rules.get(before.rule) for o in settings.overrides)}
        if after.waiver is not None:
            assert not after.blocks
            assert (after.waiver.reason, after.waiver.owner, after.waiver.expires) in valid
        elif before.blocks and not after.blocks:
            assert set_for & {"off", "warn"}


@given(_findings, _any_settings)
def test_expired_waivers_are_as_good_as_absent(findings: list[Finding], settings: Settings) -> None:
    """The day after the last one expires all findings are as their rules made them."""
    late = max((e.expires for e in settings.waivers), default=DAY) + timedelta(days=1)
    assert list(apply(findings, Settings(waivers=settings.waivers), late)) == findings
