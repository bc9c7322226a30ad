resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "one" {
  name = "one"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["kms:C*", "kms:D*", "kms:E*", "kms:G*"], Resource = "*" },
    ]
  })
}

resource "aws_iam_role_policy" "two" {
  name = "two"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = ["kms:I*", "kms:L*", "kms:P*", "kms:R*", "kms:S*", "kms:T*", "kms:U*", "kms:V*"], Resource = "*" },
    ]
  })
}
