resource "aws_iam_role" "service" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "keys" {
  name = "kms"
  role = aws_iam_role.service.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

moved {
  from = aws_iam_role.app
  to   = aws_iam_role.service
}

moved {
  from = aws_iam_role_policy.kms
  to   = aws_iam_role_policy.keys
}
