"""AWS in small: what an account holds, and what each change that the provider makes does to it.

An account is a set of facts, tuples whose first part says which kind: `exists`, `policy`, `inline`, `attached`,
`bounded`, `member`, `named` (a customer-managed policy of a permission set) and `assigned`. A change is refused (None)
where AWS refuses it: https://docs.aws.amazon.com/IAM/latest/APIReference/, and what a destroyed resource undoes is in
tests/holdings/destroyed.tsv.
"""

from typing import Any

from scripts.proof.accounts.resources import EXCLUSIVE, KINDS, OWN_TYPES, SETS, Values

Fact = tuple[Any, ...]
Facts = frozenset[Fact]
Who = tuple[str, str, str]  # account, kind, name
_SSO = ("", SETS)


def who_has(kind: str, account: str, values: Values, arn: str) -> Who:
    """The principal that a resource of a principal is."""
    return (*_SSO, arn) if kind == SETS else (account, kind, values["name"])


def of(facts: Facts, kind: str, who: Who) -> list[Fact]:
    """The facts of one kind about a principal."""
    return [fact for fact in facts if fact[0] == kind and fact[1] == who]


def changed(facts: Facts, type_: str, account: str, before: Values | None, after: Values | None) -> Facts | None:
    """The account after a resource is created (before is None), updated or destroyed (after is None)."""
    if type_ in OWN_TYPES:
        return _principal(facts, OWN_TYPES[type_], account, before, after)
    if type_ == "aws_iam_policy":
        return _policy(facts, before, after)
    if type_.startswith("aws_ssoadmin_"):
        return _sso(facts, type_, before, after)
    if type_ in ("aws_iam_policy_attachment", "aws_iam_group_membership", "aws_iam_user_group_membership"):
        return _listed(facts, type_, account, before, after)
    kind = next(kind for kind in KINDS if type_.startswith(f"aws_iam_{kind}_"))
    rest = type_.removeprefix(f"aws_iam_{kind}_")
    if rest in (EXCLUSIVE, "policies_exclusive"):
        return _exclusive(facts, rest, (account, kind, (after or before or {})[f"{kind}_name"]), after)
    one = after or before or {}
    who = (account, kind, one[kind])
    if rest == "policy":
        text = one["policy"]
        others = frozenset(fact for fact in facts if fact[:3] != ("inline", who, one["name"]))
        return others if after is None else _with(others, who, {("inline", who, one["name"], text)})
    fact = ("attached", who, one["policy_arn"])
    return facts - {fact} if after is None else _with(facts, who, {fact})


def there(facts: Facts, type_: str, account: str, values: Values) -> bool:
    """Whether a refresh still finds what a resource made."""
    if type_ in OWN_TYPES or type_ == "aws_iam_policy" or "exclusive" in type_ or "membership" in type_:
        return True
    gone = changed(facts, type_, account, values, None)
    return gone is None or gone != facts


def _with(facts: Facts, who: Who, new: set[Fact]) -> Facts | None:
    """With facts about a principal, if it exists and so does each policy that is attached or bounds."""
    arns = [fact[2] for fact in new if fact[0] in ("attached", "bounded")]
    missing = any(":aws:policy/" not in arn and not _text(facts, arn) for arn in arns)
    return None if missing or ("exists", who) not in facts else facts | new


def _text(facts: Facts, arn: str) -> str | None:
    return next((fact[2] for fact in facts if fact[:2] == ("policy", arn)), None)


def _principal(facts: Facts, kind: str, account: str, before: Values | None, after: Values | None) -> Facts | None:
    old = who_has(kind, account, before, before["arn"]) if before else None
    new = who_has(kind, account, after, after["arn"]) if after else None
    if old and new is None:
        return _without(facts, old, before or {})
    if old is None and new is not None and after is not None:
        if ("exists", new) in facts:
            return None
        return _attributes(facts | {("exists", new)}, new, {}, after)
    if old is None or new is None or before is None or after is None:
        return facts
    if old != new:
        if ("exists", new) in facts:
            return None
        facts = frozenset(tuple(new if part == old else part for part in fact) for fact in facts)
    return _attributes(facts, new, before, after)


def _attributes(facts: Facts, who: Who, before: Values, after: Values) -> Facts | None:
    """The boundary of a role or user, and the inline policies and attachments that a role has as its own attributes."""
    kept = set(facts)
    new: set[Fact] = set()
    boundary = after.get("permissions_boundary") or None
    if boundary != (before.get("permissions_boundary") or None):
        kept -= set(of(facts, "bounded", who))
        new |= {("bounded", who, boundary)} if boundary else set()
    for attribute, kind in (("inline_policy", "inline"), ("managed_policy_arns", "attached")):
        if attribute in after and after[attribute] != before.get(attribute):
            kept -= set(of(facts, kind, who))
            listed = after[attribute]
            new |= {(kind, who, x["name"], x["policy"]) if kind == "inline" else (kind, who, x) for x in listed}
    return _with(frozenset(kept), who, new)


def _without(facts: Facts, who: Who, before: Values) -> Facts | None:
    """A principal is destroyed: a role with what its state shows, a user with its memberships, a permission set with
    all but assignments."""
    inline, attached = of(facts, "inline", who), of(facts, "attached", who)
    if who[1] == "role":
        refused = bool(inline and not before.get("inline_policy")) or bool(
            attached and not before.get("managed_policy_arns")
        )
    elif who[1] == SETS:
        refused = any(fact[0] == "assigned" and fact[2] == who for fact in facts)
    else:
        refused = bool(inline or attached) or any(fact[0] == "member" and fact[2] == who for fact in facts)
    return None if refused else frozenset(fact for fact in facts if fact[1] != who)


def _policy(facts: Facts, before: Values | None, after: Values | None) -> Facts | None:
    if after is None and before is not None:
        used = any(fact[0] in ("attached", "bounded") and fact[2] == before["arn"] for fact in facts)
        return None if used else frozenset(fact for fact in facts if fact[:2] != ("policy", before["arn"]))
    if after is None or (before is None and _text(facts, after["arn"])):
        return None
    others = frozenset(fact for fact in facts if fact[:2] != ("policy", after["arn"]))
    return others | {("policy", after["arn"], after["policy"])}


def _listed(facts: Facts, type_: str, account: str, before: Values | None, after: Values | None) -> Facts | None:
    """Attachments to lists of principals and memberships: what is no longer listed is taken away, what is, is given."""

    def given(values: Values | None) -> set[Fact]:
        if values is None:
            return set()
        if type_ == "aws_iam_policy_attachment":
            listed = [(account, kind, name) for kind in KINDS for name in values.get(f"{kind}s") or []]
            return {("attached", who, values["policy_arn"]) for who in listed}
        pairs = [(user, values["group"]) for user in values.get("users") or []]
        pairs += [(values["user"], group) for group in values.get("groups") or []]
        return {("member", (account, "user", user), (account, "group", group)) for user, group in pairs}

    had, wanted = given(before), given(after)
    result: Facts | None = facts - (had - wanted)
    for fact in wanted - had:
        result = _with(result, fact[1], {fact}) if result is not None else None
        if result is not None and fact[0] == "member" and ("exists", fact[2]) not in result:
            return None
    return result


def _exclusive(facts: Facts, rest: str, who: Who, after: Values | None) -> Facts | None:
    if after is None:
        return facts
    if rest == EXCLUSIVE:
        return _with(facts - set(of(facts, "attached", who)), who, {("attached", who, x) for x in after["policy_arns"]})
    return facts - {fact for fact in of(facts, "inline", who) if fact[2] not in after["policy_names"]}


def _sso(facts: Facts, type_: str, before: Values | None, after: Values | None) -> Facts | None:
    one = after or before or {}
    who = (*_SSO, one["permission_set_arn"])
    fact: Fact
    if type_ == "aws_ssoadmin_account_assignment":
        assignee = ("", "assignee", one["principal_id"])
        fact = ("assigned", assignee, who, one["target_id"])
        if after is not None and ("exists", who) not in facts:
            return None
        return facts - {fact} if after is None else facts | {fact}
    if type_ == "aws_ssoadmin_permission_set_inline_policy":
        others = facts - set(of(facts, "inline", who))
        return others if after is None else _with(others, who, {("inline", who, "inline policy", one["inline_policy"])})
    if type_ == "aws_ssoadmin_managed_policy_attachment":
        fact = ("attached", who, one["managed_policy_arn"])
    elif type_ == "aws_ssoadmin_permissions_boundary_attachment":
        fact = ("bounded", who, one["permissions_boundary"][0]["managed_policy_arn"])
        facts = facts - set(of(facts, "bounded", who))
    else:
        reference = one["customer_managed_policy_reference"][0]
        fact = ("named", who, reference["name"], reference["path"])
    return facts - {fact} if after is None else _with(facts, who, {fact})
