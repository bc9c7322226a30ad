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
  service = "kms"
  actions = [for verb in ["Decrypt", "Encrypt", "*"] : "${local.service}:${verb}"]
  key     = aws_kms_key.k.arn
  policy = {
    Version = "2012-10-17"
    Statement = [{
      Sid      = title("keys")
      Effect   = "Allow"
      Action   = local.actions
      Resource = local.key
    }]
  }
}

resource "aws_iam_role_policy" "app" {
  name   = "app"
  role   = aws_iam_role.app.id
  policy = jsonencode(local.policy)
}
