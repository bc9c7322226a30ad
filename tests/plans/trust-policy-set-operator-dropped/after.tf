locals {
  github   = "token.actions.githubusercontent.com"
  provider = "arn:aws:iam::123456789012:oidc-provider/${local.github}"
}

resource "aws_iam_role" "hardened" {
  name = "hardened"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.provider }
      Condition = {
        StringEquals = { "${local.github}:aud" = "sts.amazonaws.com" }
        StringLike   = { "${local.github}:sub" = "repo:acme/infra:*" }
      }
    }]
  })
}

resource "aws_iam_role" "loosened" {
  name = "loosened"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = local.provider }
      Condition = {
        "ForAllValues:StringEquals" = { "${local.github}:aud" = "sts.amazonaws.com" }
        StringLike                  = { "${local.github}:sub" = "repo:acme/infra:*" }
      }
    }]
  })
}

resource "aws_iam_role_policy" "keys" {
  for_each = { hardened = aws_iam_role.hardened.name, loosened = aws_iam_role.loosened.name }
  name     = "keys"
  role     = each.value
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
  })
}
