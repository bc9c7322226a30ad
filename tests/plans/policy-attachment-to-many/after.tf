resource "aws_iam_role" "a" {
  name = "a"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "b" {
  name = "b"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_user" "alice" {
  name = "alice"
}

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

resource "aws_iam_policy_attachment" "kms" {
  name       = "kms"
  policy_arn = aws_iam_policy.kms.arn
  roles      = [aws_iam_role.a.name, aws_iam_role.b.name]
  users      = [aws_iam_user.alice.name]
  groups     = [aws_iam_group.ops.name]
}
