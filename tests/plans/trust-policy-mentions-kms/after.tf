resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Id        = "kms:*"
    Statement = [{ Sid = "kms", Effect = "Allow", Action = "*", Principal = { AWS = "*", Service = ["kms.amazonaws.com"] }, Condition = { StringLike = { "aws:PrincipalArn" = "arn:aws:iam::*:role/kms:*" } } }]
  })
}
