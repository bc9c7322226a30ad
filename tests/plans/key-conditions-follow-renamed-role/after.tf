resource "aws_iam_role" "app" {
  name               = "backend"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_kms_key" "asked" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
    { Sid = "app", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "*" }, Condition = { ArnEquals = { "aws:PrincipalArn" = aws_iam_role.app.arn } } },
  ] })
}

resource "aws_kms_key" "denied" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
    { Sid = "app", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = aws_iam_role.app.arn } },
    { Sid = "only", Effect = "Deny", Action = ["kms:Decrypt", "kms:CreateGrant"], Resource = "*", Principal = "*", Condition = { ArnNotEquals = { "aws:PrincipalArn" = aws_iam_role.app.arn } } },
  ] })
}

resource "aws_kms_key" "named" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
    { Sid = "app", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:role/${aws_iam_role.app.name}" } },
  ] })
}

resource "aws_kms_grant" "app" {
  key_id            = aws_kms_key.named.key_id
  grantee_principal = aws_iam_role.app.arn
  operations        = ["Decrypt", "CreateGrant", "Encrypt"]
}
