"""Random pairs of policies before and after a change, made of what is easily got wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

Statement = Mapping[str, Any]
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TAG = "${aws:PrincipalTag/k}"
ACTIONS = (
    "*", "**", "*:*", "kms:*", "KMS:*", "kms:?*", "k*", "k?s:*", "kms:D*", "kms:*Key*", "kms:Re*", "*Grant",
    "kms:De*t*", "kms:Decrypt", "kms:decrypt", "kms:CreateGrant", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion",
    "kms:Dec?ypt", "kms:[a-z]*", "s3:*", "kms:Disable*", "kms:GenerateDataKey*",
)  # fmt: skip
RESOURCES = (
    "*", "*", "arn:*", "arn:aws:kms:*:*:key/*", "arn:aws:kms:*:*:*", "arn:aws:kms:eu-west-1:*:key/*", KEY,
    "arn:aws:kms:*:111122223333:key/*", "arn:aws:kms:*:*:key/mrk-*", "arn:aws:kms:*:*:key/????????-*", "arn:aws*:kms:*",
    "*111122223333*", "*:key/*", "arn:aws:kms:eu-*:*:key/*a*", "arn:aws:kms:*:*:alias/app", "arn:aws-cn:kms:*:*:key/*",
    "*/mrk-*", "arn:aws:kms:*west*:*", "arn:aws:s3:::*", "arn:aws:kms:*:*:key/${*}", "arn:*:kms:??-west-1:*:k*",
)  # fmt: skip
PARTIAL = ("arn:aws:kms", "arn:aws:kms:eu-west-1", "arn:aws", "arn:aws:s3")
VARYING = (
    f"arn:aws:kms:*:*:key/{TAG}",
    f"arn:aws:kms:eu-west-1:111122223333:key/{TAG}",
    f"arn:aws:kms:*:*:key/{TAG}-a",
)
CONDITIONS: tuple[Mapping[str, Any], ...] = (
    {"StringEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    {"StringEquals": {"kms:ViaService": ["s3.eu-west-1.amazonaws.com", "rds.eu-west-1.amazonaws.com"]}},
    {"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
    {"StringNotLike": {"kms:ViaService": ["s3.*", "rds.*"]}},
    {"StringNotEquals": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    {"StringEqualsIfExists": {"kms:ViaService": "s3.eu-west-1.amazonaws.com"}},
    {"StringLikeIfExists": {"KMS:viaservice": "s3.??-west-1.*"}},
    {"StringNotEqualsIfExists": {"kms:ViaService": "rds.eu-west-1.amazonaws.com"}},
    {"Null": {"kms:ViaService": "true"}},
    {"Null": {"kms:ViaService": False}},
    {"StringEquals": {"aws:PrincipalTag/t": "x"}},
    {"StringEqualsIgnoreCase": {"aws:PrincipalTag/t": "X"}},
    {"StringNotEqualsIgnoreCase": {"aws:PrincipalTag/t": ["x", "y"]}},
    {"StringNotEquals": {"aws:PrincipalTag/t": ["x", "y"]}},
    {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
    {"Bool": {"aws:MultiFactorAuthPresent": False}},
    {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
    {"Bool": {"aws:MultiFactorAuthPresent": True}, "StringLike": {"kms:ViaService": "s3.*"}},
    {"ForAnyValue:StringEquals": {"aws:TagKeys": "a"}},
    {"ForAnyValue:StringLike": {"aws:TagKeys": ["a*", "b"]}},
    {"ForAnyValue:StringNotEquals": {"aws:TagKeys": "a"}},
    {"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
    {"ForAllValues:StringLike": {"aws:TagKeys": "a*"}},
    {"ForAllValues:StringNotLike": {"aws:TagKeys": "a*"}},
    {"Null": {"aws:TagKeys": "true"}},
)


@dataclass(frozen=True)
class Held:
    """What one principal has before or after a change: documents, and a boundary if it has one, as IAM reads them."""

    documents: Sequence[Mapping[str, Any]]
    boundary: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Pair:
    """Before and after, and whether gate claims to decide on them exactly: policy variables are taken at their worst,
    and what ForAnyValue and ForAllValues leave to no request together is not told."""

    before: Held
    after: Held
    exact: bool


def random_pair(random: Random, *, conditions: bool = True) -> Pair:
    """One pair; the two have more often than not much in common, so that a wrong subtraction shows."""
    varying = conditions and random.random() < 0.15
    pool = random.sample(CONDITIONS, random.randint(1, 3)) if conditions else []
    make = _Maker(random, pool, (*RESOURCES, *PARTIAL, *(VARYING * 3 if varying else ())))
    before = make.held()
    after = make.related(before) if random.random() < 0.6 else make.held()
    operators = {operator.partition(":")[0] for condition in pool for operator in condition}
    return Pair(before, after, not varying and not {"ForAnyValue", "ForAllValues"} <= operators)


@dataclass(frozen=True)
class _Maker:
    """Statements over one small pool of conditions and resources."""

    random: Random
    pool: Sequence[Mapping[str, Any]]
    resources: Sequence[str]

    def held(self) -> Held:
        bounded = self.random.random() < 0.2
        return Held(
            [self._document(3) for _ in range(self.random.randint(1, 2))], self._document(2) if bounded else None
        )

    def related(self, held: Held) -> Held:
        """One that differs in little from another one."""
        documents = []
        for document in held.documents:
            kept = [statement for statement in document["Statement"] if self.random.random() < 0.8]
            documents.append({**document, "Statement": [self._touched(statement) for statement in kept]})
        if self.random.random() < 0.5:
            documents[0]["Statement"].append(self._statement())
        return Held(documents, held.boundary if self.random.random() < 0.8 else None)

    def _touched(self, statement: Statement) -> Statement:
        if self.random.random() < 0.7 or not self.pool:
            return statement
        without = {name: value for name, value in statement.items() if name != "Condition"}
        return without | self._condition()

    def _document(self, most: int) -> dict[str, Any]:
        version = self.random.choice(["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17", None])
        statements = [self._statement() for _ in range(self.random.randint(1, most))]
        return {**({"Version": version} if version else {}), "Statement": statements}

    def _statement(self) -> dict[str, Any]:
        random = self.random
        return {
            "Effect": random.choice(["Allow", "Allow", "Deny"]),
            random.choice(["Action", "Action", "NotAction"]): random.sample(ACTIONS, random.randint(1, 3)),
            random.choice(["Resource", "Resource", "NotResource"]): [
                self._odd(value) for value in random.sample(self.resources, random.randint(1, 2))
            ],
            **(self._condition() if self.pool and random.random() < 0.6 else {}),
        }

    def _condition(self) -> dict[str, Any]:
        chosen = self.random.choice([None, *self.pool])
        return {} if chosen is None else {"Condition": chosen}

    def _odd(self, value: str) -> str:
        """Now and then a wildcard in a place where nobody expects one."""
        if self.random.random() < 0.8 or "${" in value:
            return value
        at = self.random.randrange(len(value))
        return value[:at] + self.random.choice("*?") + value[at + self.random.choice((0, 1, 4)) :]
