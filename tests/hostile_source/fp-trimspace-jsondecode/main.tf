
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

variable "encrypted" { default = true }
resource "aws_kms_key" "k" { count = var.encrypted ? 1 : 0 }
data "aws_iam_policy_document" "base" {
  statement {
    actions = ["s3:GetObject"]
    resources = ["*"]
  }
}
data "aws_iam_policy_document" "enc" {
  count = var.encrypted ? 1 : 0
  source_json = data.aws_iam_policy_document.base.json
  statement {
    actions = ["kms:Decrypt"]
    resources = [aws_kms_key.k[0].arn]
  }
}
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}
resource "aws_iam_role_policy" "p" {
  role = aws_iam_role.r.name
  policy = var.encrypted ? data.aws_iam_policy_document.enc[0].json : data.aws_iam_policy_document.base.json
}
resource "aws_iam_role_policy" "q" {
  role = aws_iam_role.r.name
  policy = element(concat(data.aws_iam_policy_document.enc.*.json, [data.aws_iam_policy_document.base.json]), 0)
}
resource "aws_iam_role_policy" "s" {
  role = aws_iam_role.r.name
  policy = join("", data.aws_iam_policy_document.enc.*.json)
}
resource "aws_iam_role_policy" "t" {
  role = aws_iam_role.r.name
  policy = coalesce(try(data.aws_iam_policy_document.enc[0].json, ""), data.aws_iam_policy_document.base.json)
}
resource "aws_iam_role_policy" "u" {
  role = aws_iam_role.r.name
  policy = try(data.aws_iam_policy_document.enc[0].json, data.aws_iam_policy_document.base.json)
}
resource "aws_iam_role_policy" "v" {
  role = aws_iam_role.r.name
  policy = jsonencode(jsondecode(data.aws_iam_policy_document.enc[0].json))
}
resource "aws_iam_role_policy" "w" {
  role = aws_iam_role.r.name
  policy = trimspace(data.aws_iam_policy_document.enc[0].json)
}
