variable "policies" {
  type = list(object({
    version = optional(string)
    statements = list(object({
      sid        = optional(string)
      effect     = optional(string, "Allow")
      actions    = list(string)
      resources  = optional(list(string))
      conditions = optional(list(object({ test = string, variable = string, values = list(string) })), [])
    }))
  }))
}

variable "enabled" {
  default = true
}

locals {
  numbered = { for number, policy in var.policies : tostring(number) => policy }
}

data "aws_iam_policy_document" "each" {
  for_each = var.enabled ? local.numbered : {}
  version  = each.value.version

  dynamic "statement" {
    for_each = each.value.statements
    content {
      sid       = statement.value.sid
      effect    = statement.value.effect
      actions   = statement.value.actions
      resources = coalescelist(statement.value.resources, ["*"])

      dynamic "condition" {
        for_each = statement.value.conditions
        content {
          test     = condition.value.test
          variable = condition.value.variable
          values   = condition.value.values
        }
      }
    }
  }
}

data "aws_iam_policy_document" "together" {
  source_policy_documents = [for document in data.aws_iam_policy_document.each : document.json]
}

output "json" {
  value = data.aws_iam_policy_document.together.json
}
