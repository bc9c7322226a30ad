"""Rebuilds what gate knows of AWS-managed policies: gate/data/aws-managed-policies-kms.json and -names.json.

`--service NAME` writes those of another service, by the prefix of its actions.

The AWS CLI writes the input into an empty folder, from any account:

    aws iam list-policies --scope AWS > list-policies.json
    mkdir policies
    jq -r '.Policies[] | [.Arn, .DefaultVersionId, .PolicyName] | @tsv' list-policies.json |
      while read -r arn version name; do
        aws iam get-policy-version --policy-arn "$arn" --version-id "$version" > "policies/$name.json" < /dev/null
      done

`python -m scripts.update_managed_policies FOLDER` then writes both files. Without a folder it takes the documents that
the package moto ships, where it is installed (`pip install moto`).

What the input does not have stays as it was: AWS withdraws policies, but whoever has one keeps it
(https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-deprecated.html).
"""

import argparse
import json
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from gate.iam.patterns import FRESH, glob, matches

DATA = Path(__file__).parent.parent / "gate" / "data"
TABLE = "aws-managed-policies-{}.json"  # of one service
NAMES = "aws-managed-policies-names.json"
LONG = 20  # a list of NotAction up to this length is kept whole, as people know the policy
ELEMENTS = ("Effect", "Action", "NotAction", "Resource", "NotResource", "Condition")


class Published(msgspec.Struct, frozen=True):
    """All AWS-managed policies: the newest change among them, where they are from, and their documents by name."""

    as_of: str
    source: str
    documents: Mapping[str, Any]


def from_folder(folder: Path) -> Published:
    """What the AWS CLI wrote (see above). Exits where a document is missing, or of another version than the list's."""
    listed_policies = json.loads((folder / "list-policies.json").read_bytes())["Policies"]
    documents = {}
    for policy in listed_policies:
        file = folder / "policies" / f"{policy['PolicyName']}.json"
        if not file.exists():
            sys.exit(f"{file}: missing, but list-policies.json has this policy: fetch it with get-policy-version")
        got = json.loads(file.read_bytes())["PolicyVersion"]
        if got["VersionId"] != policy["DefaultVersionId"]:
            sys.exit(f"{file}: is {got['VersionId']}, the policy is at {policy['DefaultVersionId']}: fetch it again")
        documents[policy["PolicyName"]] = got["Document"]
    return Published(newest(listed_policies), "AWS IAM: list-policies and get-policy-version", documents)


def from_moto() -> Published:
    """What the installed moto package ships, which its maintainers fetch from AWS the same way."""
    from moto.iam.aws_managed_policies import aws_managed_policies_data

    policies = json.loads(aws_managed_policies_data)
    source = f"PyPI moto {version('moto')} (Apache-2.0), which fetches them from AWS IAM"
    return Published(newest(policies.values()), source, {name: one["Document"] for name, one in policies.items()})


def newest(policies: Iterable[Mapping[str, Any]]) -> str:
    """The day of the newest change of any policy."""
    return max(str(policy["UpdateDate"]) for policy in policies)[:10]


def speaking(document: Mapping[str, Any], service: str) -> list[dict[str, Any]]:
    """The statements of a document that reach the service, by Allow or Deny, in their order."""
    found = (reaching(statement, service) for statement in listed(document["Statement"]))
    return [statement for statement in found if statement]


def reaching(statement: Mapping[str, Any], service: str) -> dict[str, Any] | None:
    """A statement without the actions of other services; None where nothing is left.

    NotAction reaches the service unless one of its values is all of it. Of a long list the values that name the service
    are kept, or one that does not where there are none, since a list must not be empty: the meaning for the service is
    the same.
    """
    kept = {name: statement[name] for name in ELEMENTS if name in statement}
    element = "Action" if "Action" in statement else "NotAction"
    values = listed(statement[element])
    own = [value for value in values if names_service(value, service)]
    if element == "NotAction":
        if any(matches(glob(value.lower()), f"{service}:{FRESH}") for value in own):
            return None
        own = (own or values[:1]) if len(values) > LONG else values
    if isinstance(statement[element], list):
        kept[element] = own
    return kept if own else None


def names_service(value: str, service: str) -> bool:
    """Whether an Action value may name actions of the service."""
    return matches(glob(value.lower().partition(":")[0]), service)


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def update(published: Published, data: Path, service: str) -> None:
    """Writes both files; one policy a line, so that a difference can be read."""
    documents, file = published.documents, data / TABLE.format(service)
    former = json.loads(file.read_bytes())["policies"] if file.exists() else {}
    known = json.loads((data / NAMES).read_bytes())["names"] if (data / NAMES).exists() else []
    table = {name: statements for name, statements in former.items() if name not in documents}
    table |= {name: statements for name, document in documents.items() if (statements := speaking(document, service))}
    policies = [f"{json.dumps(name)}:{compact(table[name])}" for name in sorted(table)]
    names = [json.dumps(name) for name in sorted({*known, *former, *documents})]
    about = f"{published.source}; policies that it does not have, as they were before"
    kept = f"of each AWS-managed policy the statements that reach {service}, other actions left out. {about}"
    head = {"as_of": published.as_of, "source": kept}
    write(file, head, "policies", ["{", ",\n".join(policies), "}"])
    head = {"as_of": published.as_of, "source": f"the names of all AWS-managed policies. {about}"}
    write(data / NAMES, head, "names", ["[", ",\n".join(names), "]"])


def write(path: Path, head: Mapping[str, str], key: str, lines: list[str]) -> None:
    """Writes an object: `head`, and under `key` a value whose JSON text stands on lines of its own."""
    path.write_text(f"{compact(head)[:-1]},{json.dumps(key)}:" + "\n".join(lines) + "}\n")


def compact(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m scripts.update_managed_policies")
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    parser.add_argument("--service", default="kms", metavar="NAME")
    chosen = parser.parse_args()
    update(from_folder(chosen.folder) if chosen.folder else from_moto(), DATA, chosen.service)
