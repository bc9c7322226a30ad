"""gate.text.sentences: which words are names."""

import pytest

from gate.plan.addresses import named
from gate.text.sensitive import Sensitive
from gate.text.sentences import NO_WORDS, Label, Sentence, as_label, joined, named_arn, sentence


def role(name: str) -> Label:
    """A role of this name."""
    return Label(f"role {name}", "role", "role")


def test_sentences_that_differ_in_names_are_alike() -> None:
    """Plain words count, names do not, and a sentence within a sentence keeps its own."""
    one, other = (sentence("{who} newly has {what}", who=role(name), what="everything") for name in ("a", "b"))
    assert (str(one), str(other)) == ("role a newly has everything", "role b newly has everything")
    assert one.alike == other.alike
    assert sentence("{} ({})", one, "now").alike == sentence("{} ({})", other, "now").alike
    assert sentence("{} ({})", one, "now").alike != sentence("{} ({})", other, "then").alike


def test_a_sentence_says_who_is_in_it() -> None:
    """The labels in it, also where they stand in a sentence within it; other names are nobody's."""
    inner = sentence("{} and {}", role("a"), named("aws_iam_role.c"))
    assert sentence("{}: {}", joined([inner, role("b")], ", "), "now").labels == ("role a", "role b")


def test_what_is_made_of_it_otherwise_is_plain() -> None:
    """An f-string forgets the names: all of it counts."""
    plain = f"{role('a')} newly has everything"
    assert not isinstance(plain, Sentence)
    assert sentence("{}", plain).alike == "role a newly has everything"


def test_braces_in_parts_are_text() -> None:
    """Only the template is one."""
    assert sentence("{} and {}", "{0}", named('m["{1}"].a.b')) == '{0} and m["{1}"].a.b'


def test_lists_are_joined() -> None:
    """Each part stays what it is."""
    one, other = (joined([role(name), "everyone"], ", ") for name in ("a", "b"))
    assert (str(one), one.alike) == ("role a, everyone", other.alike)
    assert joined([], ", ") == NO_WORDS


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b", True),
        ("arn:aws:iam::111122223333:role/a", "arn:aws:iam::444455556666:role/a", False),
        ("arn:aws:kms:*:111122223333:key/a", "arn:aws:kms:eu-west-1:111122223333:key/a", False),
        ("arn:aws:kms:eu-west-1:111122223333:key/*", "arn:aws:kms:eu-west-1:111122223333:key/a", False),
        ("arn:aws:iam::(m.a):role/a", "arn:aws:iam::(m.b):role/a", True),
        ("o-abc", "o-def", False),
    ],
)
def test_an_arn_is_a_name_but_for_its_account_and_wildcards(one: str, other: str, alike: bool) -> None:
    """Whose it is, and how much it is, are no names."""
    assert (named_arn(one).alike == named_arn(other).alike) is alike
    assert str(named_arn(one)) == one


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ('module.m["a"].aws_iam_role.r[0]', 'module.m["b c"].aws_iam_role.r[1]', True),
        ("aws_iam_role.r", "aws_iam_role.s", False),
        ("arn:aws:iam::aws:policy/A", "arn:aws:iam::aws:policy/B", True),
    ],
)
def test_an_address_is_a_name_in_its_keys(one: str, other: str, alike: bool) -> None:
    """Instances of one block, whatever their keys hold."""
    assert (named(one).alike == named(other).alike) is alike
    assert str(named(one)) == one


def test_nothing_sensitive_is_in_it() -> None:
    """What a plan marks is in neither the text nor what is compared."""
    secret = Sensitive("arn:aws:iam::111122223333:role/secret")
    for made in (sentence("{}", secret), joined([secret], ", "), named_arn(secret), named(secret)):
        assert (str(made), made.alike) == ("(sensitive)", "(sensitive)")


def test_somebody_without_a_kind() -> None:
    """Everyone is of no kind, and who they are counts."""
    everyone = as_label(sentence("everyone"))
    assert (everyone, everyone.alike, everyone.kind) == ("everyone", "everyone", "")
