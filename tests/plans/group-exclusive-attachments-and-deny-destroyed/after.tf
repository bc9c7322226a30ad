resource "aws_iam_group" "app" {
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
