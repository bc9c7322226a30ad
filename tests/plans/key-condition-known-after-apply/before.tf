resource "aws_kms_key" "app" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
  ] })
}
