"""Writes tests/hcl/answers.tsv: what real Terraform makes of expressions, as JSON, or `refused`.

    python scripts/record_console.py [NUMBER]

Recorded are the expressions of tests/hcl/expressions.txt, and NUMBER generated ones (by default 3500) of every kind
that Terraform does not refuse, always the same for one seed. Needs `terraform` on the PATH; no test does.
"""

import base64
import json
import random
import re
import subprocess
import sys
import tempfile
from pathlib import Path

FOLDER = Path(__file__).parent.parent / "tests" / "hcl"
_BATCH = 400

# What `local.NAME` is in every expression, one value of each type.
LOCALS = {
    "text": '"kms:*"', "empty": '""', "word": '"a"', "accent": '"é"', "digit": '"1"', "truth": '"true"',
    "yes": "true", "no": "false", "one": "1", "half": "1.5", "nothing": "null", "null_text": "tostring(null)",
    "tuple": '["a", "b", "a"]', "mixed": '[1, "a", true]', "list": 'tolist(["b", "a", "b"])', "numbers": "tolist([2, 1])",
    "set": 'toset(["b", "a"])', "none": "slice(tolist([\"a\"]), 0, 0)", "no_set": "setsubtract(toset([\"a\"]), [\"a\"])",
    "object": '{ a = "x", b = ["y", "z"], c = true }', "map": 'tomap({ a = "x", b = "z" })', "no_map": "tomap({})",
    "large": '[{ a = "x", b = ["y"] }]', "small": 'tolist([{ a = "y" }])', "no_small": 'slice(tolist([{ a = "y" }]), 0, 0)',
    "statement": '{ Effect = "Allow", Action = ["kms:*"], Condition = { Bool = { "aws:SecureTransport" = true } } }',
}  # fmt: skip

# T a text, L a list or set, M an object or map, B a boolean, N a number, A any of them
SHAPES: dict[str, list[str]] = {
    "T": [
        '"${T}-${T}"', '"${T}"', '"x%{ if B }p%{ else }${T}%{ endif }"', '"%{ for e in L }${e};%{ endfor }"', '"é${T}"',
        "(B ? T : T)", "(B ? T : N)", "L[0]", "L[1]", "L[N]", 'M["a"]', "M[T]", "M.b", "M.a", "jsonencode(A)", '"${T}\\u0301"',
        'format("%s/%s", T, T)', 'format("%d", N)', 'format("%5s|%v", T, A)', 'format("%q", T)', 'replace(T, "a", T)',
        'replace(T, "/(a)/", "$1$1")', 'replace(T, "/", T)', "join(T, L)", "upper(T)", "lower(T)", "title(T)",
        "tostring(B)", "tostring(N)", "tostring(A)", "trimprefix(T, T)", "trimspace(T)", "chomp(T)", "substr(T, 0, 1)",
        "coalesce(T, T)", "coalesce(A, T)", "try(T, T)", "try(L[5], T)", "try(M.zz, T)", "try(tonumber(T), T)",
        "try(tostring(A), T)", "element(L, N)", "lookup(M, T, T)", 'lookup(M, "a", T)', "one(L)", "try(one(L), T)",
        "try(tobool(T), T)", "jsondecode(jsonencode(T))", "base64encode(T)", "md5(T)", "strrev(T)",
        'regex("[a-z]+", T)', "nonsensitive(T)", "try(L[N], L[0], T)", 'try(toset([T])[0], "z")', "trim(T, T)",
        '"${jsonencode(A)};"', "element(split(T, T), 0)", "yamlencode(A)",
    ],
    "L": [
        "[T, T]", "[A, A]", "[T]", "[M, M]", "[B, T, N]", "concat(L, L)", "concat(L, L, L)", "[for e in L : e]", "[for k, e in L : k]",
        '[for e in L : "${e}${T}" if e != T]', "[for k, e in M : k]", "[for k, e in M : e if B]", "[for e in L : e if contains(L, e)]",
        "[{ a = T }, { a = T }][*].a", 'split(",", T)', "L[*]", "flatten([L, L])", "flatten([T, [L]])", "flatten([A, A])", "compact(L)",
        "distinct(L)", "toset(L)", "tolist(L)", "tolist(toset(L))", "keys(M)", "values(M)", "reverse(L)", "sort(L)", "slice(L, 0, 1)",
        "coalescelist(L, L)", "try(L, L)", "(B ? L : L)", "(B ? L : [])", "(B ? [M] : L)", "(B ? null : L)", "setunion(L, L)",
        "setsubtract(L, L)", "setintersection(L, L)", 'formatlist("%s/*", L)', 'formatlist("%s-%s", L, T)', "jsondecode(jsonencode(L))",
        "try(jsondecode(T), L)", "flatten([for e in L : [e, T]])", "flatten([for e in L : B ? [e] : []])", "range(N)", "setproduct(L, L)",
        "chunklist(L, 2)", "regexall(T, T)", "tolist([A, A])", "toset([A, A])", "tolist([L, L])", "coalesce(L, L)", "matchkeys(L, L, L)",
        "concat([M], L)", "concat(tolist([M]), L)", "[for s in L : s.a]", "[for s in L : try(s.b, T)]", "L[*].a", "concat(L, B ? [A] : [])",
    ],
    "M": [
        "{ a = T, b = T }", "{ a = A, b = A }", "{ (T) = T, a = T }", "{ a = L }", "merge(M, M)", "merge(M, M, M)", "{ for k, e in M : k => e if B }",
        "{ for e in L : e => T... }", "{ for i, e in L : i => e }", "{ for e in L : e => B if e != T }", "zipmap(L, L)", "tomap(M)",
        "(B ? M : M)", "(B ? M : {})", "(B ? M : null)", "try(M, M)", "jsondecode(jsonencode(M))", "try(jsondecode(T), M)", "coalesce(M, M)",
        "merge(M, B ? { z = A } : {})", "tomap({ a = A, b = A })", "transpose({ a = L })", "merge({ for e in L : e => T }, M)", "lookup({ k = M }, T, M)",
        "{ for k, v in M : k => try(v.a, v) }", "element([M, M], N)", "one([M])", "setproduct(L, L)[0]",
    ],
    "B": [
        "(T == T)", "(T != T)", "(N == T)", "(N == N)", "(A == A)", "(A != A)", "(L == L)", "(M == M)", "(A == null)", "(B == T)", "!B",
        "(B && B)", "(B || B)", "contains(L, T)", "contains(L, A)", "can(L[1])", "can(M[T])", "can(M.a)", "startswith(T, T)", "endswith(T, T)",
        "(length(L) > 1)", "(length(L) == 0)", "(N < N)", "alltrue([B, B])", "anytrue([B, T])", "tobool(T)", "(B ? B : T)", "strcontains(T, T)",
        "(T == T && B)", "(B || T == T)", "(!B == B)", "try(M.a == T, B)",
    ],
    "N": ["length(L)", "length(M)", "length(T)", "(N + N)", "(N - N)", "(-N)", "(N * 2)", "(N / 2)", "tonumber(T)", "index(L, T)", "max(N, N)", "(B ? N : N)"],
}  # fmt: skip
ATOMS: dict[str, list[str]] = {
    "T": ['"a"', '"b"', '""', '"kms:*"', '"1"', '"x"', "local.text", "local.empty", "local.word", "local.accent",
          "local.digit", "local.truth", "local.null_text", "local.nothing", "local.yes"],
    "L": ["[]", '["a"]', '["a", "b", "a"]', "[1, \"1\", true]", "local.tuple", "local.mixed", "local.list", "local.numbers",
          "local.set", "local.none", "local.no_set", "local.large", "local.small", "local.no_small", "local.nothing"],
    "M": ["{}", '{ a = "b" }', "{ a = 1, b = true }", '{ a = "x", b = ["y"] }', "local.object", "local.map", "local.no_map",
          "local.statement"],
    "B": ["true", "false", "local.yes", "local.no", '(local.text == "kms:*")', "local.truth", "local.nothing"],
    "N": ["0", "1", "2", "local.one", "local.half", "local.digit", "1.50"],
}  # fmt: skip


def expression(draw: random.Random, kind: str = "A", depth: int = 3) -> str:
    """An expression of a kind: an atom, or a shape filled with smaller ones."""
    if kind == "A":
        kind = draw.choice("TLMBN")
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(ATOMS[kind])
    return re.sub(r"\b[TLMBNA]\b", lambda place: expression(draw, place[0], depth - 1), draw.choice(SHAPES[kind]))


def answers(expressions: list[str]) -> list[str]:
    """What Terraform gives for each, as JSON, `refused`, or `error` where it does not even read it."""
    with tempfile.TemporaryDirectory() as folder:
        lines = [f"  {name} = {value}" for name, value in LOCALS.items()]
        lines += [f"  e{at} = try(jsonencode({one}), null)" for at, one in enumerate(expressions)]
        Path(folder, "main.tf").write_text("locals {\n" + "\n".join(lines) + "\n}\n")
        listed = ", ".join(f"local.e{at}" for at in range(len(expressions)))
        asked = f"base64encode(jsonencode([{listed}]))\n"  # the console escapes texts as HCL does
        done = subprocess.run(
            ["terraform", "console"], cwd=folder, input=asked, capture_output=True, text=True, check=False
        )
    try:
        return ["refused" if one is None else one for one in json.loads(base64.b64decode(json.loads(done.stdout)))]
    except ValueError:
        if len(expressions) == 1:
            return ["error"]
        half = len(expressions) // 2
        return answers(expressions[:half]) + answers(expressions[half:])


def main() -> None:
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 3500
    draw = random.Random(7)
    written = dict.fromkeys(f"local.{name}" for name in LOCALS)
    written.update(dict.fromkeys(line for line in (FOLDER / "expressions.txt").read_text().splitlines() if line))
    found = {one: answer for one, answer in _answered(list(written)) if answer != "error"}
    tried = set(written)
    while len(found) < len(written) + number:
        asked = {one for one in (expression(draw) for _ in range(_BATCH)) if len(one) < 160} - tried
        tried |= asked
        told = [(one, answer) for one, answer in _answered(sorted(asked)) if answer not in ("refused", "error")]
        found.update((one, answer) for one, answer in told if len(answer) < 400)
    rows = sorted(f"{one}\t{answer}" for one, answer in found.items())
    (FOLDER / "answers.tsv").write_text("\n".join(rows) + "\n")


def _answered(expressions: list[str]) -> list[tuple[str, str]]:
    batches = (expressions[at : at + _BATCH] for at in range(0, len(expressions), _BATCH))
    return [pair for batch in batches for pair in zip(batch, answers(batch), strict=True)]


if __name__ == "__main__":
    main()
