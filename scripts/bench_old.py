"""Time and memory of whole `gate check` processes on plans of growing size, beside what bounds them from below.

Every figure is the median of five runs of a new process, wall clock in milliseconds and peak memory in MiB. The plans
are shaped like Terraform's; read the ratios, the absolute times are this machine's.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from multiprocessing import Process
from pathlib import Path
from typing import Any

RUNS = 5
STATEMENT = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "arn:aws:s3:::bucket/*"}
SCAN = (
    "import sys, msgspec\n"
    "class R(msgspec.Struct, gc=False):\n    address: str; type: str; change: msgspec.Raw\n"
    "class P(msgspec.Struct, gc=False):\n    resource_changes: list[R]\n"
    "msgspec.json.decode(open(sys.argv[1], 'rb').read(), type=P)\n"
)
LOAD = "import sys, json\njson.load(open(sys.argv[1], 'rb'))\n"


PLANS = {  # name: (roles with five policies each, other resources)
    "1 role, 5 policies": (1, 0),
    "100 roles, 500 policies": (100, 0),
    "1,000 roles, 5,000 policies": (1000, 0),
    "2,000 roles, 10,000 policies": (2000, 0),
    "20 MB, 1 role": (1, 6200),
    "200 MB, 1 role": (1, 62000),
}


def resource_change(address: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    kind, _, name = address.partition(".")
    actions = ["no-op"] if before == after else ["update"]
    return {
        "address": address,
        "mode": "managed",
        "type": kind,
        "name": name,
        "provider_name": "registry.terraform.io/hashicorp/aws",
        "change": {"actions": actions, "before": before, "after": after, "after_unknown": {}},
    }


def role(number: int) -> Iterator[dict[str, Any]]:
    """A role with five inline policies about KMS, all of which change."""
    name = f"role-{number}"
    values: dict[str, Any] = {
        "name": name,
        "path": "/",
        "permissions_boundary": None,
        "managed_policy_arns": [],
        "inline_policy": [],
    }
    yield resource_change(f"aws_iam_role.r{number}", values, values)
    for i in range(5):
        key = f"arn:aws:kms:eu-west-1:111122223333:key/{number:08d}-{i:04d}"
        about = {"Effect": "Allow", "Action": ["kms:Decrypt", "kms:DescribeKey"], "Resource": key}
        texts = [
            json.dumps({"Version": "2012-10-17", "Statement": statements})
            for statements in ([STATEMENT, about], [about, STATEMENT, STATEMENT])
        ]
        before, after = ({"name": f"p{i}", "role": name, "policy": text} for text in texts)
        yield resource_change(f"aws_iam_role_policy.r{number}p{i}", before, after)


def filler(number: int) -> dict[str, Any]:
    """A resource that is none of gate's business, about 4 KB."""
    values = {"id": f"i-{number}", "tags": {f"tag{i}": "x" * 40 for i in range(30)}}
    return resource_change(f"aws_instance.i{number}", values, values)


def write(path: Path, roles: int, fillers: int) -> None:
    changes = [*map(filler, range(fillers)), *(change for i in range(roles) for change in role(i))]
    head = {"format_version": "1.2", "terraform_version": "1.11.4", "planned_values": {"root_module": {}}}
    path.write_text(json.dumps({**head, "resource_changes": changes}, separators=(",", ":")))  # compact, as Terraform's


def measure(*command: str) -> tuple[float, float]:
    """Median wall time in ms and peak memory in MiB of a command."""
    times, peaks = [], []
    for _ in range(RUNS + 1):
        started = time.perf_counter()
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        times.append((time.perf_counter() - started) * 1000)
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode not in (0, 1):
            raise SystemExit(f"{' '.join(command)} exited with {child.returncode}")
        peaks.append(usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10))
    return statistics.median(times[1:]), max(peaks)


def main() -> None:
    os.environ.pop("CI", None)
    python = [sys.executable, "-I"]
    gate = [*python, "-m", "gate", "check"]
    start, _ = measure(*python, "-c", "pass")
    print(f"an empty Python: {start:.0f} ms")
    print(f"{'plan':30} {'file':>9} {'gate':>9} {'peak':>9} {'typed scan':>11} {'json.load':>10} {'x empty':>8}")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        for name, (roles, fillers) in PLANS.items():
            writer = Process(target=write, args=(path, roles, fillers))
            writer.start()  # apart, so that this process stays small: a child's peak starts from its parent's
            writer.join()
            took, peak = measure(*gate, str(path))
            scan, _ = measure(*python, "-c", SCAN, str(path))
            load, _ = measure(*python, "-c", LOAD, str(path))
            size = path.stat().st_size / 2**20
            print(
                f"{name:30} {size:6.1f} MiB {took:6.0f} ms {peak:5.0f} MiB "
                f"{scan:8.0f} ms {load:7.0f} ms {took / start:8.1f}"
            )


if __name__ == "__main__":
    main()
