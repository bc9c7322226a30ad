resource "aws_iam_group" "key_admins" {
  name = "key-admins"
}

resource "aws_iam_group_policy" "kms" {
  name  = "kms"
  group = aws_iam_group.key_admins.name
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

resource "aws_iam_user" "bob" {
  name = "bob"
}

resource "aws_iam_group_membership" "key_admins" {
  name  = "key-admins"
  group = aws_iam_group.key_admins.name
  users = [aws_iam_user.alice.name]
}
