resource "aws_iam_group" "team" {
  name = "team"
}

resource "aws_iam_group_policy" "allow" {
  group = aws_iam_group.team.name
  name  = "allow"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
  })
}

resource "aws_iam_group_policy" "deny" {
  group = aws_iam_group.team.name
  name  = "deny"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "kms:*", Resource = "*" }]
  })
  lifecycle {
    create_before_destroy = true
  }
}
