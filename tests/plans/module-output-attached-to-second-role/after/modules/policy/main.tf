resource "aws_iam_policy" "this" {
  name = "kms-admin"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

output "arn" {
  value = aws_iam_policy.this.arn
}
