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

resource "aws_iam_group" "held" {
  name = "held"
}

resource "aws_iam_group_policy" "deny" {
  name  = "deny"
  group = aws_iam_group.held.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_user_group_membership" "held" {
  user   = aws_iam_user.alice.name
  groups = [aws_iam_group.held.name]
}
