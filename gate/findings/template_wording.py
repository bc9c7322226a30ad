"""Why not everything in a template is seen, in words."""

from gate.findings.found import digest
from gate.findings.secrets import slow_digest
from gate.templates.unreadable import Unread, WhyUnread
from gate.text.sensitive import is_sensitive
from gate.text.sentences import Sentence, sentence

_WORDS = {
    WhyUnread.TOO_LONG: "the template is too long",
    WhyUnread.TOO_DEEP: "the template is nested too deeply",
    WhyUnread.TOO_LARGE: "the template is too large or nested too deeply",
    WhyUnread.REPEATED_KEY: "the key `{}` is repeated in one object",
    WhyUnread.PRIVATE_USE: "the template has a private-use character",
    WhyUnread.UNKNOWN_KEY: "a key of the template is not known",
    WhyUnread.NEITHER_JSON_NOR_YAML: "the template is neither JSON nor YAML",
    WhyUnread.NEITHER_FROM_LINE: "the template is neither JSON nor YAML (line {})",
    WhyUnread.YAML_MERGE: "the template has a YAML merge (`<<`), which CloudFormation does not read",
    WhyUnread.KEY_OF_NO_TEXT: "a key of the template is no text",
    WhyUnread.NO_RESOURCES: "the text is no template: it has no `Resources`",
    WhyUnread.UNKNOWN: "the template is not known",
    WhyUnread.NOT_IN_PLAN: "the template is not in the plan",
    WhyUnread.FETCHED: "its template is fetched from `template_url`",
    WhyUnread.ONE_OF_SEVERAL: "which template it is, is not known",
    WhyUnread.UNKNOWN_TYPE: "its type is not known until apply",
    WhyUnread.UNKNOWN_BODY: "what it makes is not known until apply",
    WhyUnread.DESCRIBED_ELSEWHERE: "what it creates is described elsewhere",
    WhyUnread.TYPE_DESCRIBED_ELSEWHERE: "what {} makes is described elsewhere",
    WhyUnread.TOP_MACRO: "its template has a macro (`Transform`)",
    WhyUnread.INNER_MACRO: "its template has a macro (`Fn::Transform`)",
    WhyUnread.UNKNOWN_RESOURCE: "its template has `{}`",
    WhyUnread.HIDING_RESOURCE: "its template has `{}` ({})",
    WhyUnread.PIPELINE: "{} deploys stacks with an IAM capability",
    WhyUnread.ANY_TEXT: "a part of its template that is known only after apply may say more than one value",
}


def why(unread: Unread) -> Sentence:
    """What keeps the template from being read; of one that the plan marks as sensitive no word is told."""
    if is_sensitive(unread.text):
        return sentence("not everybody reads it alike (the plan marks it as sensitive)")
    return sentence(_WORDS[unread.why], unread.detail, unread.type)


def in_fingerprint(unread: Unread) -> tuple[str, ...]:
    """What a fingerprint says of a text that can't be read: another text is another finding, however it is told."""
    return (slow_digest(digest(unread.text)),)
