
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "k" {}
data "aws_iam_policy_document" "a" {
  statement {
    actions = ["kms:Decrypt"]
    resources = [aws_kms_key.k.arn]
  }
}
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.name
  policy = jsonencode({ Version = "2012-10-17", Statement = concat(jsondecode(data.aws_iam_policy_document.a.json).Statement, [{ Effect = "Allow", Action = "s3:Get*", Resource = "*" }]) })
}
