variable "name" {
  type = string
}

variable "create" {
  type    = bool
  default = true
}

variable "arn" {
  type    = string
  default = ""
}

resource "aws_iam_role" "this" {
  count = var.create ? 1 : 0
  name  = var.name

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "eks.amazonaws.com" } }]
  })
}

output "arn" {
  value = try(aws_iam_role.this[0].arn, var.arn)
}

output "name" {
  value = try(aws_iam_role.this[0].name, "")
}
