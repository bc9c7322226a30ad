"""Everything that is fuzzed, by name."""

from scripts.proof.fuzz import files, patterns, plans, source
from scripts.proof.fuzz.mutate import as_text, json_or_text
from scripts.proof.fuzz.target import Target

TARGETS = (
    Target("plans", "plans, with every report", plans.read_plan, plans.plan_seeds, json_or_text),
    Target("policies", "policy documents", plans.read_policy, plans.policy_seeds, json_or_text),
    Target("templates", "CloudFormation templates", plans.read_template, plans.template_seeds, json_or_text),
    Target("patterns", "wildcards, against regular expressions", patterns.compare, patterns.seeds, as_text),
    Target("expressions", "Terraform expressions, evaluated", source.read_expression, source.expression_seeds, as_text),
    Target("source", "Terraform files beside a plan", source.read_file, source.file_seeds, as_text),
    Target("settings", "configurations and waivers", files.read_settings, files.settings_seeds, as_text),
    Target("reports", "reports that are read back", files.read_report, files.report_seeds, json_or_text),
)
