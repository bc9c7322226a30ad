resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_policy" "keys" {
  name = "keys"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
  })
}

resource "aws_iam_policy_attachment" "keys" {
  name       = "keys"
  policy_arn = aws_iam_policy.keys.arn
  roles      = [aws_iam_role.app.name]
}

resource "aws_iam_role_policy" "guard" {
  role = aws_iam_role.app.name
  name = "guard"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = ["kms:Put*", "kms:Create*", "kms:Schedule*", "kms:Disable*", "kms:Delete*"], Resource = "*" }]
  })
}
