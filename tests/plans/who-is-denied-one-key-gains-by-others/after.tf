resource "aws_iam_user" "assumes" {
  name = "assumes"
}
resource "aws_iam_user_policy" "assumes_allow" {
  name = "assumes_allow"
  user = aws_iam_user.assumes.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}
resource "aws_iam_user_policy" "assumes_deny" {
  name = "assumes_deny"
  user = aws_iam_user.assumes.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    ]
  })
}

resource "aws_iam_user" "releases" {
  name = "releases"
}
resource "aws_iam_user_policy" "releases_allow" {
  name = "releases_allow"
  user = aws_iam_user.releases.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}
resource "aws_iam_user_policy" "releases_deny" {
  name = "releases_deny"
  user = aws_iam_user.releases.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
    ]
  })
}

resource "aws_iam_user" "named" {
  name = "named"
}
resource "aws_iam_user_policy" "named_allow" {
  name = "named_allow"
  user = aws_iam_user.named.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}
resource "aws_iam_user_policy" "named_deny" {
  name = "named_deny"
  user = aws_iam_user.named.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab" },
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
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}
resource "aws_iam_role" "ops" {
  name = "ops"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "arn:aws:iam::123456789012:user/named" } }]
  })
}
resource "aws_iam_role_policy" "ops" {
  name = "ops"
  role = aws_iam_role.ops.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}
resource "aws_iam_user_policy" "becomes" {
  name = "becomes"
  user = aws_iam_user.assumes.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "sts:AssumeRole", Resource = "arn:aws:iam::123456789012:role/admin" },
    ]
  })
}
resource "aws_iam_user_policy" "takes" {
  name = "takes"
  user = aws_iam_user.releases.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:DeleteUserPolicy", Resource = "arn:aws:iam::123456789012:user/releases" },
    ]
  })
}
