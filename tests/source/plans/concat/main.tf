resource "aws_kms_key" "k" {
  description = "app"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ec2.amazonaws.com" }
    }]
  })
}

locals {
  base = [{
    Sid      = "base"
    Effect   = "Allow"
    Action   = ["kms:Decrypt"]
    Resource = [aws_kms_key.k.arn]
  }]
  extra = [for name in ["a", "b"] : {
    Sid      = name
    Effect   = "Allow"
    Action   = ["kms:*"]
    Resource = ["*"]
  }]
}

resource "aws_iam_role_policy" "app" {
  name = "app"
  role = aws_iam_role.app.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.base, local.extra, flatten([[], []]))
  })
}
