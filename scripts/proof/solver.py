"""Z3 as a judge of policies: the sets of strings that statements speak of, as its regular expressions and formulas.

It shares no code with gate. Wildcards, short ARNs and NotResource:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html; operators of conditions,
and keys that are missing: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html;
several values: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import z3

from scripts.proof.pairs import Held, Pair

WORK = 200_000  # steps of Z3 for one question, some half a second; more is no answer
SEVERAL = 3  # values of a key that has several; each clause needs one of its own at most
_VARIABLE = re.compile(r"\$\{([^}]*)\}")
_ANY = z3.Full(z3.ReSort(z3.StringSort()))
_ONE = z3.AllChar(z3.ReSort(z3.StringSort()))


def _part() -> z3.ReRef:
    return z3.Plus(z3.Intersect(_ONE, z3.Complement(z3.Union(z3.Re(":"), z3.Re("/")))))


_TAG = "aws:principaltag/k"
_SHAPE = z3.Concat(z3.Re("arn:"), _part(), z3.Re(":kms:"), _part(), z3.Re(":"), _part(), z3.Re(":key/"), _part())


@dataclass(frozen=True)
class Answer:
    """The actions that some request newly has, and those on which Z3 gave no answer."""

    new: frozenset[str]
    unanswered: frozenset[str]


@dataclass
class Question:
    """The request that is looked for: a key's ARN, and what the request carries of each condition key."""

    resource: z3.SeqRef = field(default_factory=lambda: z3.String("resource"))
    single: dict[str, tuple[z3.BoolRef, z3.SeqRef]] = field(default_factory=dict)
    several: dict[str, list[tuple[z3.BoolRef, z3.SeqRef]]] = field(default_factory=dict)

    def carried(self, key: str) -> tuple[z3.BoolRef, z3.SeqRef]:
        """Whether the request has a key, and its value."""
        return self.single.setdefault(key, (z3.Bool(f"has {key}"), z3.String(f"is {key}")))

    def values(self, key: str) -> list[tuple[z3.BoolRef, z3.SeqRef]]:
        """The values of a key that may have several."""
        names = range(SEVERAL)
        return self.several.setdefault(key, [(z3.Bool(f"has {key} {i}"), z3.String(f"is {key} {i}")) for i in names])

    def possible(self) -> Iterable[z3.BoolRef]:
        """What holds of every request on a key."""
        yield z3.InRe(self.resource, _SHAPE)
        for key, (_, value) in self.single.items():
            if key == "aws:multifactorauthpresent":
                yield z3.Or(value == "true", value == "false")


def newly_allowed(pair: Pair, actions: Sequence[str]) -> Answer:
    """Every one of some actions that a request on some key has after the change and did not have before."""
    question = Question()
    was, will = _Judged(pair.before, question), _Judged(pair.after, question)
    possible = None if question.single.get(_TAG) else _contexts({**was.clauses(), **will.clauses()}, question)
    new, unanswered = set(), set()
    decided: dict[object, z3.CheckSatResult] = {}
    for action in actions:
        spoken = (was.speaking(action), will.speaking(action))
        if spoken not in decided:
            if possible is None:
                decided[spoken] = _solved([will.allows(spoken[1]), z3.Not(was.allows(spoken[0])), *question.possible()])
            else:
                decided[spoken] = _some(
                    _on_some_key(will.set_of(spoken[1], holding), was.set_of(spoken[0], holding), question)
                    for holding in possible
                )
        if decided[spoken] == z3.sat:
            new.add(action)
        elif decided[spoken] == z3.unknown:
            unanswered.add(action)
    return Answer(frozenset(new), frozenset(unanswered))


def _solved(formulas: Iterable[z3.BoolRef]) -> z3.CheckSatResult:
    solver = z3.Solver()
    solver.set("rlimit", WORK)
    solver.add(*formulas)
    return solver.check()


def _some(answers: Iterable[z3.CheckSatResult]) -> z3.CheckSatResult:
    """Whether one of several questions is answered with yes; no only where each is."""
    worst = z3.unsat
    for answer in answers:
        if answer == z3.sat:
            return answer
        worst = answer if answer == z3.unknown else worst
    return worst


def _contexts(clauses: Mapping[str, z3.BoolRef], question: Question) -> list[frozenset[str]]:
    """Every set of clauses that exactly hold of some request."""
    solver = z3.Solver()
    solver.add(*question.possible())
    names = {name: z3.Bool(f"holds {name}") for name in clauses}
    solver.add(*[names[name] == clause for name, clause in clauses.items()])
    found = []
    while solver.check() == z3.sat:
        model = solver.model()
        holding = frozenset(name for name in names if z3.is_true(model.eval(names[name], model_completion=True)))
        found.append(holding)
        solver.add(z3.Or(*[z3.Not(one) if name in holding else one for name, one in names.items()]))
    return found


def _on_some_key(will: z3.ReRef | None, was: z3.ReRef | None, question: Question) -> z3.CheckSatResult:
    """Whether a key is in one set and not in the other; None is the empty set."""
    if will is None:
        return z3.unsat
    pieces = [_SHAPE, will] if was is None else [_SHAPE, will, z3.Complement(was)]
    return _solved([z3.InRe(question.resource, z3.Intersect(*pieces))])


class _Judged:
    """Before or after: for each statement which effect it has, of which actions it speaks, and the formula under
    which."""

    def __init__(self, held: Held, question: Question) -> None:
        self._own = [_Spoken(statement, document, question) for document, statement in _statements(held.documents)]
        bounding = [] if held.boundary is None else [held.boundary]
        self._bounds = [_Spoken(statement, document, question) for document, statement in _statements(bounding)]
        self._bounded = held.boundary is not None

    def speaking(self, action: str) -> tuple[int, ...]:
        """The statements that speak of an action, by number."""
        return tuple(i for i, one in enumerate([*self._own, *self._bounds]) if one.speaks_of(action))

    def allows(self, speaking: Iterable[int]) -> z3.BoolRef:
        """Some Allow, no Deny, and so for the boundary."""
        chosen = set(speaking)
        own = [one for i, one in enumerate(self._own) if i in chosen]
        bounds = [one for i, one in enumerate(self._bounds, len(self._own)) if i in chosen]
        allowed = [z3.Or(*[one.holds for one in own if one.effect == "Allow"])]
        if self._bounded:
            allowed.append(z3.Or(*[one.holds for one in bounds if one.effect == "Allow"]))
        return z3.And(*allowed, *[z3.Not(one.holds) for one in (*own, *bounds) if one.effect == "Deny"])

    def clauses(self) -> dict[str, z3.BoolRef]:
        """Every clause of a condition, by its own text."""
        return {name: clause for one in (*self._own, *self._bounds) for name, clause in one.clauses.items()}

    def set_of(self, speaking: Iterable[int], holding: frozenset[str]) -> z3.ReRef | None:
        """The resources that are allowed while exactly some clauses hold, None for none."""
        chosen = set(speaking)
        own = [one for i, one in enumerate(self._own) if i in chosen and one.clauses.keys() <= holding]
        bounds = [
            one for i, one in enumerate(self._bounds, len(self._own)) if i in chosen and one.clauses.keys() <= holding
        ]
        allowed = [one.resources() for one in own if one.effect == "Allow"]
        bounding = [one.resources() for one in bounds if one.effect == "Allow"]
        denied = [one.resources() for one in (*own, *bounds) if one.effect == "Deny"]
        if not allowed or (self._bounded and not bounding):
            return None
        pieces = [_union(allowed), *([_union(bounding)] if self._bounded else [])]
        pieces += [z3.Complement(_union(denied))] if denied else []
        return pieces[0] if len(pieces) == 1 else z3.Intersect(*pieces)


def _union(sets: Sequence[z3.ReRef]) -> z3.ReRef:
    return sets[0] if len(sets) == 1 else z3.Union(*sets)


class _Spoken:
    def __init__(self, statement: Mapping[str, Any], document: Mapping[str, Any], question: Question) -> None:
        self.effect: str = statement["Effect"]
        self._negated = "NotAction" in statement
        listed = statement["NotAction"] if self._negated else statement["Action"]
        self._actions = [re.compile(_python(value), re.IGNORECASE) for value in listed]
        self._variables = document.get("Version") == "2012-10-17"
        self._names = statement.get("NotResource", statement.get("Resource", ()))
        self._left_out = "NotResource" in statement
        named = z3.Or(*[_named(value, self._variables, question) for value in self._names])
        self.clauses = {
            f"{operator.lower()} {key.lower()} {values}": _clause(operator.lower(), key.lower(), values, question)
            for operator, tests in statement.get("Condition", {}).items()
            for key, values in tests.items()
        }
        self.holds = z3.And(z3.Not(named) if self._left_out else named, *self.clauses.values())

    def resources(self) -> z3.ReRef:
        """The resources of a statement without policy variables."""
        named = _union([_expression(_completed(value), special=self._variables) for value in self._names])
        return z3.Complement(named) if self._left_out else named

    def speaks_of(self, action: str) -> bool:
        return any(value.fullmatch(action) for value in self._actions) != self._negated


def _statements(documents: Iterable[Mapping[str, Any]]) -> Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    return ((document, statement) for document in documents for statement in document["Statement"])


def _python(value: str) -> str:
    return "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in value)


def _named(value: str, variables: bool, question: Question) -> z3.BoolRef:
    """Whether the resource is what a Resource value names; of a variable the text before and after it is exact."""
    value = _completed(value)
    if not variables:
        return z3.InRe(question.resource, _expression(value))
    head, found, tail = value.partition("${aws:PrincipalTag/k}")
    if not found:
        return z3.InRe(question.resource, _expression(value, special=True))
    has, tag = question.carried(_TAG)
    ending = z3.Concat(z3.StringVal("key/"), tag, z3.StringVal(tail))
    before_it = z3.SubString(question.resource, 0, z3.Length(question.resource) - z3.Length(ending))
    prefix = z3.InRe(before_it, _expression(head.removesuffix("key/")))
    return z3.And(has, z3.SuffixOf(ending, question.resource), prefix)


def _completed(value: str) -> str:
    fields = value.count(":")
    return value + ":*" * (5 - fields) if value.startswith("arn:") and fields < 5 and not value.endswith("*") else value


def _expression(value: str, *, special: bool = False) -> z3.ReRef:
    """A value with `*` and `?` as a regular expression; `special`: `${*}`, `${?}` and `${$}` are plain characters."""
    pieces = re.split(r"(\$\{[*?$]\})", value) if special else [value]
    found = [z3.Re("")]
    for piece in pieces:
        if special and _VARIABLE.fullmatch(piece):
            found.append(z3.Re(piece[2]))
            continue
        texts = [text for text in re.split(r"([*?])", piece) if text]
        found += [_ANY if text == "*" else _ONE if text == "?" else z3.Re(text) for text in texts]
    return found[0] if len(found) == 1 else z3.Concat(*found)


def _clause(operator: str, key: str, values: Any, question: Question) -> z3.BoolRef:
    listed = [str(v).lower() if isinstance(v, bool) else v for v in (values if isinstance(values, list) else [values])]
    quantifier, _, name = operator.rpartition(":")
    if key == "aws:tagkeys":
        given = question.values(key)
        if name == "null":
            some = z3.Or(*[has for has, _ in given])
            return z3.Not(some) if listed == ["true"] else some
        met = [(has, _met(name, listed, value)) for has, value in given]
        if quantifier == "forallvalues":
            return z3.And(*[z3.Implies(has, one) for has, one in met])
        return z3.Or(*[z3.And(has, one) for has, one in met])
    has, value = question.carried(key)
    if name == "null":
        return z3.Not(has) if listed == ["true"] else has
    optional = name.endswith("ifexists")
    name = name.removesuffix("ifexists")
    met_here = _met(name, listed, value)
    return z3.Or(z3.Not(has), met_here) if optional or "not" in name else z3.And(has, met_here)


def _met(name: str, listed: Sequence[str], value: z3.SeqRef) -> z3.BoolRef:
    compared: Callable[[str], z3.BoolRef] = {
        "string{}equals": lambda wanted: value == z3.StringVal(wanted),
        "string{}like": lambda wanted: z3.InRe(value, _expression(wanted)),
        "string{}equalsignorecase": lambda wanted: z3.InRe(value, _any_case(wanted)),
        "bool": lambda wanted: value == z3.StringVal(wanted),
    }[name.replace("not", "{}") if "not" in name else name.replace("string", "string{}")]
    some = z3.Or(*[compared(wanted) for wanted in listed])
    return z3.Not(some) if "not" in name else some


def _any_case(text: str) -> z3.ReRef:
    letters = [z3.Union(z3.Re(letter.lower()), z3.Re(letter.upper())) for letter in text]
    return letters[0] if len(letters) == 1 else z3.Concat(*letters)
