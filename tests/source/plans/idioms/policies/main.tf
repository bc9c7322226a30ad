variable "name" {
  type = string
}

variable "actions" {
  type = list(string)
}

variable "keys" {
  type    = list(string)
  default = []
}

variable "conditions" {
  type    = any
  default = null
}

locals {
  decrypt = length(var.keys) == 0 ? [] : [
    { Effect = "Allow", Action = "kms:Decrypt", Resource = var.keys },
  ]
}

resource "aws_iam_policy" "this" {
  name = var.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in concat(local.decrypt, [
      merge(
        { Effect = "Allow", Action = distinct(compact(concat(var.actions, [""]))), Resource = "*" },
        var.conditions == null ? {} : { Condition = var.conditions },
      ),
    ]) : statement]
  })
}

output "arn" {
  value = aws_iam_policy.this.arn
}
