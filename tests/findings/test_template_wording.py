"""Why a template can't be read, in words."""

from gate.findings.template_wording import why
from gate.templates.unreadable import Unread, WhyUnread
from gate.text.sensitive import Sensitive


def test_every_reason_has_words() -> None:
    """Each says something of its own, with what it is about."""
    told = {why(Unread(each, "detail", "AWS::Some::Type")) for each in WhyUnread}
    assert len(told) == len(WhyUnread)
    assert why(Unread(WhyUnread.REPEATED_KEY, "A")) == "the key `A` is repeated in one object"
    assert why(Unread(WhyUnread.HIDING_RESOURCE, "A", "B")) == "its template has `A` (B)"
    assert why(Unread(WhyUnread.NEITHER_FROM_LINE, "3")) == "the template is neither JSON nor YAML (line 3)"


def test_no_word_of_a_sensitive_text_is_told() -> None:
    """A key in it may be what is secret."""
    assert "hunter2" not in why(Unread(WhyUnread.REPEATED_KEY, "hunter2", text=Sensitive("hunter2: a, hunter2: b")))
