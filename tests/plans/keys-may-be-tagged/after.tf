resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role_policy" "kms" {
  name = "kms"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Condition = { StringEquals = { "aws:ResourceTag/team" = "app" } } },
    ]
  })
}

resource "aws_iam_role_policy" "tags" {
  name = "tags"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:DescribeKey", "kms:TagResource"], Resource = "arn:aws:kms:eu-west-1:123456789012:key/*" }]
  })
}

resource "aws_iam_user" "alice" {
  name = "alice"
}

resource "aws_iam_user_policy" "kms" {
  name = "kms"
  user = aws_iam_user.alice.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Condition = { StringEquals = { "aws:PrincipalTag/team" = "security" } } },
    ]
  })
}

resource "aws_iam_user_policy" "tags" {
  name = "tags"
  user = aws_iam_user.alice.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "iam:TagUser", Resource = "arn:aws:iam::123456789012:user/$${aws:username}" }]
  })
}
