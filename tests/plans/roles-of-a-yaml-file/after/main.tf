locals {
  roles = yamldecode(file("${path.module}/roles.yaml"))
}

resource "aws_kms_key" "this" {}

resource "aws_iam_role" "this" {
  for_each = local.roles
  name     = each.key

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = each.value.trust } }]
  })
}

resource "aws_iam_role_policy" "this" {
  for_each = local.roles
  role     = aws_iam_role.this[each.key].name
  name     = "own"

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [for statement in each.value.statements : {
      Effect   = "Allow"
      Action   = statement.actions
      Resource = lookup(statement, "key", false) ? [aws_kms_key.this.arn] : statement.resources
    }]
  })
}
