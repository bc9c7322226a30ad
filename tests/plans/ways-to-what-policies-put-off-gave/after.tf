resource "aws_kms_key" "new" {}

resource "aws_iam_user" "admin" {
  name = "admin"
}

resource "aws_iam_user_policy" "admin" {
  name = "admin"
  user = aws_iam_user.admin.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_kms_key.new.key_id == "" ? "s3:GetObject" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role" "assumes" {
  name = "assumes"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role" "denied" {
  name = "denied"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "denied" {
  name = "denied"
  role = aws_iam_role.denied.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_kms_key.new.key_id == "" ? "s3:GetObject" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "denies" {
  name = "denies"
  role = aws_iam_role.denied.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_policy" "bounds" {
  name = "bounds"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["s3:*", "iam:*"], Resource = "*" }]
  })
}

resource "aws_iam_role" "bounded" {
  name                 = "bounded"
  permissions_boundary = aws_iam_policy.bounds.arn
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "bounded" {
  name = "bounded"
  role = aws_iam_role.bounded.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_kms_key.new.key_id == "" ? "s3:GetObject" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role" "tagged" {
  name = "tagged"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "tagged" {
  name = "tagged"
  role = aws_iam_role.tagged.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_kms_key.new.key_id == "" ? "s3:GetObject" : "kms:*", Resource = "*", Condition = { StringEquals = { "aws:PrincipalTag/team" = "keys" } } },
    ]
  })
}

resource "aws_iam_role" "keys" {
  name = "keys"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "keys" {
  name = "keys"
  role = aws_iam_role.keys.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_kms_key.new.key_id == "" ? "s3:GetObject" : "kms:*", Resource = "*", Condition = { StringEquals = { "aws:ResourceTag/team" = "keys" } } },
    ]
  })
}

resource "aws_iam_role" "admin" {
  name = "admin"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:root" } }]
  })
}

resource "aws_iam_role_policy" "everything" {
  name = "everything"
  role = aws_iam_role.admin.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_kms_key.new.key_id == "" ? "s3:GetObject" : "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_access_key" "admin" {
  user = aws_iam_user.admin.name
}

resource "aws_iam_role_policy" "becomes" {
  name = "becomes"
  role = aws_iam_role.assumes.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::123456789012:role/admin" },
    ]
  })
}

resource "aws_iam_role_policy" "releases" {
  name = "releases"
  role = aws_iam_role.denied.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:DeleteRolePolicy", Resource = "arn:aws:iam::123456789012:role/denied" },
    ]
  })
}

resource "aws_iam_role_policy" "unbounds" {
  name = "unbounds"
  role = aws_iam_role.bounded.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:DeleteRolePermissionsBoundary", Resource = "arn:aws:iam::123456789012:role/bounded" },
    ]
  })
}

resource "aws_iam_role_policy" "tags" {
  name = "tags"
  role = aws_iam_role.tagged.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:TagRole", Resource = "arn:aws:iam::123456789012:role/tagged" },
    ]
  })
}

resource "aws_iam_role_policy" "tags_keys" {
  name = "tags_keys"
  role = aws_iam_role.keys.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:TagResource", Resource = "*" },
    ]
  })
}
