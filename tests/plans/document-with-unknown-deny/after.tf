resource "aws_kms_key" "this" {
  description = "application data"
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

data "aws_iam_policy_document" "kms" {
  statement {
    actions   = ["kms:*"]
    resources = ["*"]
  }

  statement {
    effect    = "Deny"
    actions   = ["kms:*"]
    resources = [aws_kms_key.this.arn]
  }
}

resource "aws_iam_role_policy" "kms" {
  name   = "kms"
  role   = aws_iam_role.app.name
  policy = data.aws_iam_policy_document.kms.json
}
