"""Which possibilities of who is who are judged, and what is made of the answers; the judge is one of the test."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import pytest

from gate.holdings.documents import Document, Place
from gate.holdings.holders import Holder, IamPlan
from gate.holdings.inventory import HeldDocument
from gate.holdings.principal import Principal
from gate.iam.patterns import Budget
from gate.iam.services import protected
from gate.new_access import groupings
from gate.new_access.causes import Cause
from gate.new_access.grants import Grant, Introduced, Witness
from gate.new_access.groupings import MOST, judged, unproven_addresses
from gate.new_access.inquiry import WHOLE, Inquiry, Work
from gate.new_access.policies import PlanDocuments
from gate.new_access.undetermined import Undetermined
from tests.helpers.plans import change, plan, policy, statement
from tests.helpers.rooms import read_iam

FULL = policy(statement("kms:*"))
WITNESS = Witness("kms:Decrypt", "*", frozenset())
Asked = list[tuple[frozenset[str], frozenset[str]]]
# what a provider block says of its account: nothing that is proven, or a number
DOUBTFUL = {"assume_role": [{"role_arn": {"references": ["var.role"]}}]}


def numbered(number: str) -> dict[str, Any]:
    return {"allowed_account_ids": {"constant_value": [number]}}


def inline(name: str, role: str, *, stays: bool = False) -> dict[str, Any]:
    values = {"name": name, "role": role, "policy": FULL}
    return change(f"aws_iam_role_policy.{name}", values if stays else None, values)


def read(placed: dict[str, str], blocks: dict[str, Any], still: Sequence[str] = ()) -> IamPlan:
    """A plan of inline policies, each with its provider's alias; the role's name is what stands before a dash."""
    changes = [inline(name, name.partition("-")[0], stays=name in still) for name in placed]
    configured = [
        {"address": one["address"], "mode": "managed", "type": one["type"], "name": one["name"], "expressions": {},
         "provider_config_key": f"aws.{alias}"}
        for one, alias in zip(changes, placed.values(), strict=True)
    ]  # fmt: skip
    providers = {f"aws.{alias}": {"name": "aws", "alias": alias, "expressions": said} for alias, said in blocks.items()}
    configuration = {"provider_config": providers, "root_module": {"resources": configured}}
    return read_iam(plan(*changes, configuration=configuration))


def two(a: Any = DOUBTFUL, b: Any = DOUBTFUL) -> IamPlan:
    """One role's name under two providers, and a role that only the first one has."""
    return read({"app-a": "a", "app-b": "b", "alone": "a"}, {"a": a, "b": b})


def account(iam: IamPlan, name: str) -> str:
    [resource] = [one for one in iam.resources if one.address == f"aws_iam_role_policy.{name}"]
    return iam.accounts.account_id(resource)


def found(iam: IamPlan, *names: str, in_account: str, doubt: Undetermined | None = None) -> Introduced:
    """What is new for the holder of some inline policies: a grant that the last one makes."""
    places = [Place(f"aws_iam_role_policy.{name}", "policy") for name in names]
    documents = tuple(HeldDocument(Document(place, FULL)) for place in places)
    role = names[0].partition("-")[0]
    holder = Holder(Principal("role", account(iam, in_account), role), f"role {role}", (), documents)
    grant = Grant(holder, Cause(places[-1], ()), (), (), -1, None if doubt else WITNESS, doubt)
    return Introduced(holder, (grant,), (), was_full=False, may_be_full=True)


def settled(iam: IamPlan, judge: Callable[[frozenset[str]], list[Introduced]]) -> tuple[tuple[Introduced, ...], Asked]:
    """What is made of a judge's answers, and what it was asked."""
    asked: Asked = []

    def recording(together: frozenset[str], addresses: frozenset[str]) -> tuple[Introduced, ...]:
        asked.append((together, addresses))
        return tuple(judge(together))

    inquiry = Inquiry(protected(), PlanDocuments({}, {}), Work(Budget(WHOLE), Budget(WHOLE), Budget(WHOLE)))
    return judged(iam, recording, inquiry), asked


APART: Asked = [(frozenset(), frozenset())]
SHARED = frozenset({"aws_iam_role_policy.app-a", "aws_iam_role_policy.app-b"})


@pytest.mark.parametrize(
    "iam",
    [
        two({}, {}),
        two(numbered("111111111111"), numbered("222222222222")),
        read({"app": "a", "other": "b"}, {"a": DOUBTFUL, "b": DOUBTFUL}),
    ],
    ids=["one account", "two accounts", "no shared name"],
)
def test_where_nothing_is_doubtful_there_is_one_question(iam: IamPlan) -> None:
    """One account, proven different accounts, and roles without a name in common: all accounts apart, as it is."""
    name = iam.resources[0].address.rpartition(".")[2]
    answer = found(iam, name, in_account=name)
    assert settled(iam, lambda _: [answer]) == ((answer,), APART)


def test_accounts_that_share_a_name_are_also_judged_as_one() -> None:
    """Only for the resources that the name connects."""
    iam = two()
    both = frozenset({account(iam, "app-a"), account(iam, "app-b")})
    assert settled(iam, lambda _: [])[1] == [*APART, (both, SHARED)]


def test_what_is_new_in_every_possibility_is_certain() -> None:
    """And is told once, not again for the holder in the joined account."""
    iam = two()
    (told, again), _ = settled(iam, lambda _: [found(iam, "app-b", in_account="app-b")])
    assert told == found(iam, "app-b", in_account="app-b")
    assert again.combined
    assert again.grants == ()


def test_what_is_new_only_in_accounts_apart_is_undetermined() -> None:
    """If they are one, the role had it before."""
    iam = two()
    (told,), _ = settled(iam, lambda together: [] if together else [found(iam, "app-b", in_account="app-b")])
    (grant,) = told.grants
    assert (grant.undetermined, grant.witness) == (Undetermined.TWO_ACCOUNTS, None)
    assert {one.label for one in grant.accounts} == {"provider aws.a", "provider aws.b"}


def test_what_is_new_only_in_one_account_is_undetermined() -> None:
    """Halves under two providers are full only together."""
    iam = two()
    whole = found(iam, "app-a", "app-b", in_account="app-a")
    (told,), _ = settled(iam, lambda together: [whole] if together else [])
    (grant,) = told.grants
    assert told.combined
    assert (grant.undetermined, grant.witness) == (Undetermined.ONE_ACCOUNT, None)
    assert {one.label for one in grant.accounts} == {"provider aws.a", "provider aws.b"}


def test_a_doubt_in_one_possibility_is_a_doubt() -> None:
    """A grant is as certain as it is where it is least certain."""
    iam = two()
    (told, _), _ = settled(
        iam,
        lambda together: [
            found(iam, "app-b", in_account="app-b", doubt=Undetermined.POLICY if together else None),
        ],
    )
    assert [grant.undetermined for grant in told.grants] == [Undetermined.POLICY]


def test_a_role_without_a_namesake_stays_certain() -> None:
    """What is doubtful of one role is no doubt about another in the same account."""
    iam = two()
    (told,), _ = settled(iam, lambda together: [] if together else [found(iam, "alone", in_account="alone")])
    assert told == found(iam, "alone", in_account="alone")


def test_accounts_that_are_proven_different_are_never_judged_as_one() -> None:
    """Of three accounts with one role's name: every pair but the proven one, and not all three."""
    said = {"a": numbered("111111111111"), "b": numbered("222222222222"), "c": DOUBTFUL}
    iam = read({"app-a": "a", "app-b": "b", "app-c": "c"}, said)
    a, b, c = (account(iam, name) for name in ("app-a", "app-b", "app-c"))
    assert {together for together, _ in settled(iam, lambda _: [])[1]} == {
        frozenset(),
        frozenset({a, c}),
        frozenset({b, c}),
    }


def test_every_set_of_accounts_is_judged_small_ones_first() -> None:
    """Three accounts of which nothing is known: three pairs, then all three."""
    iam = read({f"app-{key}": key for key in "abc"}, dict.fromkeys("abc", DOUBTFUL))
    assert [len(together) for together, _ in settled(iam, lambda _: [])[1]] == [0, 2, 2, 2, 3]


def test_what_is_new_in_several_possibilities_is_told_once() -> None:
    """In the first of them."""
    iam = read({f"app-{key}": key for key in "abc"}, dict.fromkeys("abc", DOUBTFUL))
    whole = found(iam, "app-a", "app-b", in_account="app-a")
    told, _ = settled(iam, lambda together: [whole] if together else [])
    assert [len(one.grants) for one in told] == [1, 0, 0, 0]
    assert all(one.combined for one in told)


def test_small_possibilities_are_told_first() -> None:
    """However much is found in each."""
    iam = read({f"app-{key}": key for key in "abc"}, dict.fromkeys("abc", DOUBTFUL))
    whole = found(iam, "app-a", "app-b", in_account="app-a")
    nothing = msgspec.structs.replace(found(iam, "app-c", in_account="app-c"), grants=())
    first = frozenset({account(iam, "app-a"), account(iam, "app-b")})
    told, _ = settled(iam, lambda block: [] if not block else [nothing, whole] if block == first else [whole])
    assert [len(one.grants) for one in told] == [0, 1, 0, 0, 0]


def test_each_doubt_is_told_with_its_own_reason() -> None:
    """Of one policy outside of the plan that two accounts' roles of one name have."""
    iam = two()
    place = Place("arn:aws:iam::aws:policy/AdministratorAccess", "")

    def doubted(name: str, doubt: Undetermined) -> Introduced:
        one = found(iam, name, in_account=name, doubt=doubt)
        grants = tuple(msgspec.structs.replace(grant, cause=Cause(place, ())) for grant in one.grants)
        return msgspec.structs.replace(one, grants=grants)

    answers = [doubted("app-a", Undetermined.POLICY), doubted("app-b", Undetermined.BOUNDARY)]
    told, _ = settled(iam, lambda _: answers)
    reasons = [grant.undetermined for one in told for grant in one.grants]
    assert reasons == [Undetermined.POLICY, Undetermined.BOUNDARY]


def test_as_many_possibilities_as_are_judged_are_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of three accounts there are four: what is certain in each of them is certain, and in fewer it is a doubt."""
    iam = read({f"app-{key}": key for key in "abc"}, dict.fromkeys("abc", DOUBTFUL))
    certain = found(iam, "app-b", in_account="app-b")
    for most, doubt in ((4, None), (3, Undetermined.ACCOUNTS)):
        monkeypatch.setattr(groupings, "MOST", most)
        (first, *_), _ = settled(iam, lambda _: [certain])
        assert [grant.undetermined for grant in first.grants] == [doubt]


def test_only_what_acts_makes_accounts_doubtful() -> None:
    """If any of the resources that share a name does; and only where two may be one."""
    placed, blocks = {"app-a": "a", "app-b": "b"}, {"a": DOUBTFUL, "b": DOUBTFUL}
    assert unproven_addresses(read(placed, blocks)) == SHARED
    assert unproven_addresses(read(placed, blocks, still=["app-a"])) == SHARED
    assert unproven_addresses(read(placed, blocks, still=["app-a", "app-b"])) == frozenset()
    apart = {"a": numbered("111111111111"), "b": numbered("222222222222")}
    assert unproven_addresses(read(placed, apart)) == frozenset()
    assert unproven_addresses(read({"app-a": "a", "app-b": "a", "other": "b"}, blocks)) == frozenset()


def test_a_policy_outside_of_the_plan_is_of_its_holders_account() -> None:
    """What is new through it is as certain as its holder."""
    iam = two()
    answer = found(iam, "alone", in_account="alone")
    (grant,) = answer.grants
    outside = msgspec.structs.replace(grant, cause=Cause(Place("arn:aws:iam::aws:policy/AdministratorAccess", ""), ()))
    answer = msgspec.structs.replace(answer, grants=(outside,))
    (told,), _ = settled(iam, lambda together: [] if together else [answer])
    assert told == answer


def test_only_possibilities_that_its_account_is_in_make_a_grant_doubtful() -> None:
    """Of three accounts: those of the other two as one say nothing; what is missing is told by the fewest accounts."""
    iam = read({f"app-{key}": key for key in "abc"}, dict.fromkeys("abc", DOUBTFUL))
    a, b, c = (account(iam, f"app-{key}") for key in "abc")
    answer = found(iam, "app-c", in_account="app-c")

    def told(*without: frozenset[str]) -> list[tuple[Any, int]]:
        (first, *_), _ = settled(iam, lambda together: [] if together in without else [answer])
        return [(grant.undetermined, len(grant.accounts)) for grant in first.grants]

    pairs = frozenset({a, b}), frozenset({a, c}), frozenset({b, c})
    assert told(pairs[0]) == [(None, 0)]
    assert told(pairs[2]) == [(Undetermined.ONE_ACCOUNT, 2)]
    assert told(*pairs, frozenset({a, b, c})) == [(Undetermined.TWO_ACCOUNTS, 2)]


@pytest.mark.parametrize("opens", [True, False])
def test_more_possibilities_than_are_judged_are_a_doubt_where_anything_opens(opens: bool) -> None:
    """Twelve accounts are too many: who may be full if all are one is a doubt, if the plan opens anything to it."""
    keys = "abcdefghijkl"
    iam = read({f"app-{key}": key for key in keys}, dict.fromkeys(keys, DOUBTFUL))
    every = frozenset(account(iam, f"app-{key}") for key in keys)
    whole = found(iam, *(f"app-{key}" for key in keys), in_account="app-a")
    part = msgspec.structs.replace(found(iam, "app-b", in_account="app-b"), grants=())
    if not opens:
        part = msgspec.structs.replace(part, holder=msgspec.structs.replace(part.holder, before=part.holder.after))
    told, asked = settled(iam, lambda together: [whole] if together == every else [] if together else [part])
    assert len(asked) == 1 + MOST + 1
    assert asked[-1][0] == every
    doubts = [grant for one in told for grant in one.grants]
    assert [grant.undetermined for grant in doubts] == ([Undetermined.ACCOUNTS] if opens else [])
    assert all(len(grant.accounts) == len(keys) for grant in doubts)
    assert [one.combined for one in told] == ([False, True] if opens else [False])


def test_what_is_certain_in_too_many_accounts_is_a_doubt() -> None:
    """A grant that is new wherever gate looked may not be in what it did not look at."""
    keys = "abcdefghijkl"
    iam = read({f"app-{key}": key for key in keys}, dict.fromkeys(keys, DOUBTFUL))
    told, _ = settled(iam, lambda _: [found(iam, "app-b", in_account="app-b")])
    assert [grant.undetermined for one in told for grant in one.grants] == [Undetermined.ACCOUNTS]  # and told once
    doubted = found(iam, "app-b", in_account="app-b", doubt=Undetermined.POLICY)
    told, _ = settled(iam, lambda _: [doubted])
    assert [grant.undetermined for one in told for grant in one.grants] == [Undetermined.POLICY]
    harmless = msgspec.structs.replace(doubted, grants=(), may_be_full=False)
    told, _ = settled(iam, lambda _: [harmless])
    assert [one.grants for one in told if one.grants] == []
