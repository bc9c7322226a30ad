"""Which modules are mutated, and which tests have to notice: first those of the package itself, then further ones."""

from dataclasses import dataclass

from scripts.proof.mutants.runner import ROOT


@dataclass(frozen=True)
class Package:
    """`files` are patterns below gate/; `further` are the tests that survivors meet."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]
    further: tuple[str, ...]

    def modules(self) -> list[str]:
        """The modules, by their paths."""
        found = sorted(path for pattern in self.files for path in (ROOT / "gate").glob(pattern))
        return [str(path.relative_to(ROOT)) for path in found]


FURTHER = ("tests/verdicts", "tests/twins", "tests/test_cases.py", "tests/proof/test_accounts.py", "tests/plan")
PACKAGES = (
    Package("iam", ("iam/*.py",), ("tests/iam",), (*FURTHER, "tests/new_access", "tests/findings")),
    Package(
        "new_access",
        ("new_access/*.py",),
        (
            "tests/new_access",
            "tests/iam/test_refused.py",
            "tests/iam/test_escalation.py",
            "tests/holdings/test_mail_addresses.py",
            "tests/rules/test_full_kms_access.py",
        ),
        (*FURTHER, "tests/rules", "tests/findings", "tests/holdings/test_apply.py"),
    ),
    Package(
        "verdict",
        ("check.py", "rules/*.py", "waivers/apply.py"),
        (
            "tests/rules",
            "tests/waivers/test_apply.py",
            "tests/cli/test_check.py",
            "tests/cli/test_check_with_settings.py",
            "tests/test_check.py",
            "tests/iam/test_refused.py",
            "tests/holdings/test_holders.py",
            "tests/holdings/test_trimmed.py",
            "tests/holdings/test_accounts.py",
            "tests/holdings/test_assigned_accounts.py",
            "tests/holdings/test_identity_store.py",
            "tests/holdings/test_policies_named_by_arn.py",
            "tests/new_access/test_unseen.py",
        ),
        (*FURTHER, "tests/findings", "tests/new_access", "tests/source/test_plans.py", "tests/cli"),
    ),
    Package(
        "holdings",
        ("holdings/*.py",),
        (
            "tests/holdings",
            "tests/new_access/test_tags.py",
            "tests/new_access/test_credentials.py",
            "tests/new_access/test_new_groups.py",
            "tests/new_access/test_named_by_text.py",
            "tests/new_access/test_refusals.py",
            "tests/new_access/test_refused_names.py",
            "tests/iam/test_refused.py",
            "tests/verdicts/test_with_source.py",
        ),
        (*FURTHER, "tests/new_access", "tests/source"),
    ),
    Package(
        "plan",
        (
            "plan/arns.py",
            "plan/before_after.py",
            "plan/flags.py",
            "plan/look_alikes.py",
            "plan/provider_*.py",
            "plan/strays.py",
        ),
        ("tests/plan", "tests/findings/test_stand_ins.py", "tests/holdings/test_renamed_arns.py"),
        ("tests/cli", "tests/verdicts/test_another_server.py", "tests/holdings"),
    ),
    Package(
        "source",
        (
            "hcl/text_functions.py",
            "hcl/yaml_text.py",
            "source/agreement.py",
            "source/facts.py",
            "source/file_functions.py",
            "source/harmless.py",
            "source/installed.py",
            "source/named_values.py",
            "source/variables.py",
            "source/written_files.py",
        ),
        ("tests/hcl", "tests/source"),
        ("tests/verdicts", "tests/holdings"),
    ),
)
