resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user_policy" "kms" {
  name = "kms"
  user = aws_iam_user.alice.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_user_policy_attachment" "power" {
  user       = aws_iam_user.alice.name
  policy_arn = "arn:aws:iam::aws:policy/PowerUserAccess"
}
