resource "aws_iam_policy" "allow" {
  name = "allow"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:*", "s3:*"], Resource = "*" }]
  })
}

resource "aws_iam_policy" "deny" {
  name = "deny"

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = ["kms:*"], Resource = "*" }]
  })
}

module "app" {
  source       = "./role"
  name         = "app"
  policy_arns  = [aws_iam_policy.allow.arn, aws_iam_policy.deny.arn]
  policy_count = 2
}
