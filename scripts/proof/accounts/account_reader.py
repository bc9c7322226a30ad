"""`python account_reader.py URL ACCOUNT`: what an account holds, read through the IAM API, as JSON. Needs boto3.

The lists are facts as scripts.proof.accounts.aws has them: what is there, and not what some plan says of it.
"""

import json
import sys
from urllib.parse import unquote

import boto3  # type: ignore[import-not-found, unused-ignore]  # of the environment of the account's stand-in

KINDS = {"role": "Roles", "user": "Users", "group": "Groups"}


def facts(url: str, account: str) -> list[list[object]]:
    """Every role, user, group and managed policy with all that it has."""
    own = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}  # the stand-in asks for any
    iam = boto3.client("iam", endpoint_url=url, region_name="eu-west-1", **own)
    found: list[list[object]] = []

    def every(call: str, key: str, **given: str):  # type: ignore[no-untyped-def]
        for page in iam.get_paginator(call).paginate(**given):
            yield from page[key]

    for policy in every("list_policies", "Policies", Scope="Local"):
        version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
        found.append(["policy", policy["Arn"], _text(version["PolicyVersion"]["Document"])])
    for kind, listed in KINDS.items():
        for one in every(f"list_{kind}s", listed):
            name = {f"{kind.title()}Name": one[f"{kind.title()}Name"]}
            who = [account, kind, one[f"{kind.title()}Name"]]
            found.append(["exists", who])
            whole = getattr(iam, f"get_{kind}")(**name)[kind.title()]
            boundary = whole.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
            found += [["bounded", who, boundary]] if boundary else []
            for policy_name in every(f"list_{kind}_policies", "PolicyNames", **name):
                document = getattr(iam, f"get_{kind}_policy")(**name, PolicyName=policy_name)["PolicyDocument"]
                found.append(["inline", who, policy_name, _text(document)])
            for attached in every(f"list_attached_{kind}_policies", "AttachedPolicies", **name):
                found.append(["attached", who, attached["PolicyArn"]])
            if kind == "user":
                for group in every("list_groups_for_user", "Groups", **name):
                    found.append(["member", who, [account, "group", group["GroupName"]]])
    return found


def _text(document: object) -> str:
    """A document, which the API gives decoded or as text in a URL."""
    value = json.loads(unquote(document)) if isinstance(document, str) else document
    return json.dumps(value, separators=(",", ":"))


if __name__ == "__main__":
    print(json.dumps(facts(*sys.argv[1:3])))
