locals {
  github = "token.actions.githubusercontent.com"
}

resource "aws_iam_openid_connect_provider" "github" {
  url             = "https://${local.github}"
  client_id_list  = ["sts.amazonaws.com"]
  thumbprint_list = ["6938fd4d98bab03faadb97b34396831e3780aea1"]
}

resource "aws_iam_role" "hardened" {
  name = "hardened"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRoleWithWebIdentity"
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        "ForAllValues:StringEquals" = { "${local.github}:aud" = "sts.amazonaws.com" }
        StringLike                  = { "${local.github}:sub" = "repo:acme/infra:*" }
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
      Principal = { Federated = aws_iam_openid_connect_provider.github.arn }
      Condition = {
        StringEquals = { "${local.github}:aud" = "sts.amazonaws.com" }
        StringLike   = { "${local.github}:sub" = "repo:acme/infra:*" }
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
