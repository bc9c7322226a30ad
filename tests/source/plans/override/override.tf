resource "aws_iam_role_policy" "app" {
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = aws_kms_key.k.arn }]
  })
}

resource "aws_iam_role" "app" {
  inline_policy {
    name   = "new"
    policy = "{\"Version\":\"2012-10-17\",\"Statement\":[]}"
  }
}
