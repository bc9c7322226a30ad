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

data "aws_iam_policy_document" "base" {
  statement {
    sid       = "Keys"
    actions   = ["kms:Decrypt"]
    resources = ["arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"]
  }
}

data "aws_iam_policy_document" "override" {
  statement {
    sid       = "Keys"
    actions   = ["kms:*"]
    resources = [aws_kms_key.this.arn]
  }
}

data "aws_iam_policy_document" "kms" {
  source_policy_documents   = [data.aws_iam_policy_document.base.json]
  override_policy_documents = [data.aws_iam_policy_document.override.json]
}

resource "aws_iam_role_policy" "kms" {
  name   = "kms"
  role   = aws_iam_role.app.name
  policy = data.aws_iam_policy_document.kms.json
}
