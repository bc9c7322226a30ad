resource "aws_iam_group" "ops" {
  name = "ops"
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

resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_group_membership" "ops" {
  name  = "ops"
  group = aws_iam_group.ops.name
  users = [aws_iam_user.alice.name]
}

resource "aws_iam_group_policy_attachment" "kms" {
  group      = aws_iam_group.ops.name
  policy_arn = aws_iam_policy.kms.arn
}
