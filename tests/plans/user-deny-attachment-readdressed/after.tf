resource "aws_iam_user" "app" {
  name = "app"
}

resource "aws_iam_user_policy" "kms" {
  name = "kms"
  user = aws_iam_user.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_policy" "deny" {
  name = "deny"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_user_policy_attachment" "guard" {
  user       = aws_iam_user.app.name
  policy_arn = aws_iam_policy.deny.arn
}
