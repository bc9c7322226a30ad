resource "aws_iam_user" "app" {
  name = "backend"
}

resource "aws_kms_key" "app" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
    { Sid = "app", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:user/${aws_iam_user.app.name}" } },
  ] })
}

resource "aws_kms_key" "stale" {
  description = "after"
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
    { Sid = "all", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "*" }, Condition = { StringEquals = { "kms:CallerAccount" = "123456789012" } } },
    { Sid = "not", Effect = "Deny", Action = ["kms:Decrypt", "kms:CreateGrant"], Resource = "*", Principal = { AWS = aws_iam_user.app.arn } },
  ] })
}
