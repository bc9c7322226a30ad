resource "aws_iam_user" "app" {
  name = "app"
}

resource "aws_iam_policy" "kms" {
  name = "kms"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_user_policy_attachments_exclusive" "app" {
  user_name   = aws_iam_user.app.name
  policy_arns = [aws_iam_policy.kms.arn]
}

resource "aws_iam_user_policy" "deny" {
  name = "deny"
  user = aws_iam_user.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "*" },
    ]
  })
}
