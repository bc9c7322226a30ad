locals {
  let_in = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
  own_account = "arn:aws:kms:*:123456789012:key/*"
  one_key     = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
}

resource "aws_iam_role" "region" {
  name               = "region"
  assume_role_policy = local.let_in
}

resource "aws_iam_role_policy" "region" {
  name = "kms"
  role = aws_iam_role.region.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Condition = { StringEquals = { "aws:RequestedRegion" = "eu-west-1" } } },
    ]
  })
}

resource "aws_iam_role" "account" {
  name               = "account"
  assume_role_policy = local.let_in
}

resource "aws_iam_role_policy" "account" {
  name = "kms"
  role = aws_iam_role.account.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = local.own_account }]
  })
}

resource "aws_iam_role" "key" {
  name               = "key"
  assume_role_policy = local.let_in
}

resource "aws_iam_role_policy" "key" {
  name = "kms"
  role = aws_iam_role.key.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = local.one_key }]
  })
}

resource "aws_iam_role" "reader" {
  name               = "reader"
  assume_role_policy = local.let_in
}

resource "aws_iam_role_policy" "reader" {
  name = "kms"
  role = aws_iam_role.reader.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = local.one_key }]
  })
}

resource "aws_iam_user" "operator" {
  name = "operator"
}

resource "aws_iam_user_policy" "operator" {
  name = "kms"
  user = aws_iam_user.operator.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = local.own_account, Condition = { Bool = { "aws:MultiFactorAuthPresent" = "true" } } },
    ]
  })
}
