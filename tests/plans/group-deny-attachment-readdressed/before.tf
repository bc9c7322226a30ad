resource "aws_iam_group" "app" {
  name = "app"
}

resource "aws_iam_group_policy" "kms" {
  name  = "kms"
  group = aws_iam_group.app.name
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

resource "aws_iam_group_policy_attachment" "deny" {
  group      = aws_iam_group.app.name
  policy_arn = aws_iam_policy.deny.arn
}
