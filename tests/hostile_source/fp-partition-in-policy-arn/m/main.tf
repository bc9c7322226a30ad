
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

variable "key" {}
data "aws_caller_identity" "me" {}
data "aws_region" "here" {}
data "aws_partition" "p" {}
data "aws_iam_policy" "ro" { arn = "arn:aws:iam::aws:policy/ReadOnlyAccess" }
locals { acct = data.aws_caller_identity.me.account_id }
data "aws_iam_policy_document" "d" {
  statement {
    actions = ["kms:Decrypt", "kms:GenerateDataKey*"]
    resources = ["arn:${data.aws_partition.p.partition}:kms:${data.aws_region.here.name}:${local.acct}:key/*"]
    condition {
      test = "StringEquals"
      variable = "kms:ViaService"
      values = ["s3.${data.aws_region.here.name}.amazonaws.com"]
    }
  }
  statement {
    not_actions = ["kms:*", "iam:*"]
    resources = ["*"]
  }
  statement {
    actions = ["ssm:*"]
    resources = ["arn:${data.aws_partition.p.partition}:ssm:${data.aws_region.here.name}:${local.acct}:parameter/*"]
  }
}
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.name
  policy = data.aws_iam_policy_document.d.json
}
resource "aws_iam_role_policy_attachment" "ro" {
  role = aws_iam_role.r.name
  policy_arn = "arn:${data.aws_partition.p.partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}
resource "aws_iam_role_policy_attachment" "ro2" {
  role = aws_iam_role.r.name
  policy_arn = data.aws_iam_policy.ro.arn
}
