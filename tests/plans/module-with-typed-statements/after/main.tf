resource "aws_iam_policy" "unrelated" {
  name = "unrelated"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "*" }]
  })
}

resource "aws_kms_key" "app" {}

module "reader" {
  source = "./role"
  name   = "reader"
  permissions = {
    Decrypt = {
      actions   = ["kms:Decrypt"]
      resources = [aws_kms_key.app.arn]
    }
    Logs = {
      actions   = ["logs:PutLogEvents"]
      resources = ["*"]
    }
  }
}

module "owner" {
  source = "./role"
  name   = "owner"
  permissions = {
    Everything = {
      actions   = ["kms:*"]
      resources = [aws_kms_key.app.arn]
    }
  }
}
