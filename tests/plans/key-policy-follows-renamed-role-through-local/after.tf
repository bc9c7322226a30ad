data "aws_caller_identity" "current" {}

resource "aws_iam_role" "app" {
  name = "service"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

locals {
  root  = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"
  owner = aws_iam_role.app.arn
}

resource "aws_kms_key" "written" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = local.root } },
      { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = local.owner } },
    ]
  })
}

locals {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = local.root } },
      {
        Effect    = "Allow"
        Action    = "kms:*"
        Resource  = "*"
        Principal = { AWS = "*" }
        Condition = { ArnEquals = { "aws:PrincipalArn" = "arn:aws:iam::${data.aws_caller_identity.current.account_id}:role/${aws_iam_role.app.name}" } }
      },
    ]
  })
}

resource "aws_kms_key" "asking" {
  policy = local.policy
}
