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

resource "aws_iam_user" "action" {
  name = "action"
}

resource "aws_iam_user" "resource" {
  name = "resource"
}

resource "aws_iam_user" "deny" {
  name = "deny"
}

resource "aws_iam_user" "denied" {
  name = "denied"
}

resource "aws_iam_user_policy" "allows" {
  name = "allows"
  user = aws_iam_user.denied.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "iam:PutUserPolicy", Resource = "*" },
    ]
  })
}

resource "aws_iam_user_policy" "denies" {
  name = "denies"
  user = aws_iam_user.denied.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "iam:PutUserPolicy", Resource = "*" },
    ]
  })
}
