locals {
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }]
  })
}

resource "aws_iam_role" "denied" {
  name               = "denied"
  assume_role_policy = local.trust
}

resource "aws_iam_role_policy" "allow" {
  name = "allow"
  role = aws_iam_role.denied.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "arn:aws:kms:*:123456789012:key/*" }]
  })
}

resource "aws_iam_role_policy" "deny" {
  name = "deny"
  role = aws_iam_role.denied.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "kms:*", Resource = "*" }]
  })
}

resource "aws_iam_policy" "boundary" {
  name = "boundary"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:*", "iam:*"], Resource = "*" }]
  })
}

resource "aws_iam_role" "bounded" {
  name                 = "bounded"
  permissions_boundary = aws_iam_policy.boundary.arn
  assume_role_policy   = local.trust
}

resource "aws_iam_role_policy" "bounded" {
  name = "allow"
  role = aws_iam_role.bounded.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "arn:aws:kms:*:123456789012:key/*" }]
  })
}

resource "aws_iam_role_policy" "own" {
  for_each = { (aws_iam_role.denied.name) = "iam:DeleteRolePolicy", (aws_iam_role.bounded.name) = "iam:DeleteRolePermissionsBoundary" }
  name     = "own"
  role     = each.key
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = each.value, Resource = "arn:aws:iam::123456789012:role/${each.key}" }]
  })
}
