resource "terraform_data" "version" {
  triggers_replace = 2
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "kms" {
  name = "kms"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_policy" "deny" {
  name = "deny"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Deny", Action = "kms:*", Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy_attachment" "deny" {
  role       = aws_iam_role.app.name
  policy_arn = aws_iam_policy.deny.arn

  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [terraform_data.version]
  }
}
