"""Templates that two readers take apart differently: what gate makes of them contains what Terraform made of them."""

import pytest

from gate.hcl.evaluate import evaluate
from gate.hcl.parse import template
from gate.hcl.work import Scope, Work
from tests.helpers.containing import World, contains

NAMES = {"v": "V", "w": ["p", "q"], "b": True}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("a ${ v } b", "a V b"),
        ("$${v} %%{ if b }", "${v} %{ if b }"),
        ("%{ if b }x%{ else }y%{ endif }", "x"),
        ("%{ for x in w ~}\n ${x} \n%{ endfor ~}\n.", " p \n q \n."),
        ("  %{~ for x in w }${x};%{ endfor ~}  \n.", "p;q;."),
        ("x${~ v ~}  \n  y", "xV  y"),
        ('$$${"${v}"~}x\n', '$${"V"~}x\n'),
        ("%%%{ if b }a", "%%{ if b }a"),
        ("%{~ if b }% \n%{~ endif ~}.", "% ."),
        ("a\r${v}", "a\r${v}"),
        ('${~ v ~}%{~ if b }"%{ endif ~}${"s"~}\u00a0\r', 'V"s\r'),
        ("e${v}\u0301", "eV\u0301"),
    ],
)
def test_a_template_file(text: str, answer: str) -> None:
    """The answers are those of Terraform 1.11.4."""
    value = evaluate(template(text), Scope(None, names=NAMES, sealed=True), Work(World()))
    assert contains(value, answer)
