
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}

data "aws_iam_policy_document" "d0" {
  source_json = data.aws_iam_policy_document.d1.json
  override_json = data.aws_iam_policy_document.d1.json
}
data "aws_iam_policy_document" "d1" {
  source_json = data.aws_iam_policy_document.d2.json
  override_json = data.aws_iam_policy_document.d2.json
}
data "aws_iam_policy_document" "d2" {
  source_json = data.aws_iam_policy_document.d3.json
  override_json = data.aws_iam_policy_document.d3.json
}
data "aws_iam_policy_document" "d3" {
  source_json = data.aws_iam_policy_document.d4.json
  override_json = data.aws_iam_policy_document.d4.json
}
data "aws_iam_policy_document" "d4" {
  source_json = data.aws_iam_policy_document.d5.json
  override_json = data.aws_iam_policy_document.d5.json
}
data "aws_iam_policy_document" "d5" {
  source_json = data.aws_iam_policy_document.d6.json
  override_json = data.aws_iam_policy_document.d6.json
}
data "aws_iam_policy_document" "d6" {
  source_json = data.aws_iam_policy_document.d7.json
  override_json = data.aws_iam_policy_document.d7.json
}
data "aws_iam_policy_document" "d7" {
  source_json = data.aws_iam_policy_document.d8.json
  override_json = data.aws_iam_policy_document.d8.json
}
data "aws_iam_policy_document" "d8" {
  source_json = data.aws_iam_policy_document.d9.json
  override_json = data.aws_iam_policy_document.d9.json
}
data "aws_iam_policy_document" "d9" {
  source_json = data.aws_iam_policy_document.d10.json
  override_json = data.aws_iam_policy_document.d10.json
}
data "aws_iam_policy_document" "d10" {
  source_json = data.aws_iam_policy_document.d11.json
  override_json = data.aws_iam_policy_document.d11.json
}
data "aws_iam_policy_document" "d11" {
  source_json = data.aws_iam_policy_document.d12.json
  override_json = data.aws_iam_policy_document.d12.json
}
data "aws_iam_policy_document" "d12" {
  source_json = data.aws_iam_policy_document.d13.json
  override_json = data.aws_iam_policy_document.d13.json
}
data "aws_iam_policy_document" "d13" {
  source_json = data.aws_iam_policy_document.d14.json
  override_json = data.aws_iam_policy_document.d14.json
}
data "aws_iam_policy_document" "d14" {
  source_json = data.aws_iam_policy_document.d15.json
  override_json = data.aws_iam_policy_document.d15.json
}
data "aws_iam_policy_document" "d15" {
  source_json = data.aws_iam_policy_document.d16.json
  override_json = data.aws_iam_policy_document.d16.json
}
data "aws_iam_policy_document" "d16" {
  source_json = data.aws_iam_policy_document.d17.json
  override_json = data.aws_iam_policy_document.d17.json
}
data "aws_iam_policy_document" "d17" {
  source_json = data.aws_iam_policy_document.d18.json
  override_json = data.aws_iam_policy_document.d18.json
}
resource "aws_kms_key" "k" {}
data "aws_iam_policy_document" "d18" {
  statement {
    actions = ["kms:Decrypt"]
    resources = [aws_kms_key.k.arn]
  }
}
resource "aws_iam_role_policy" "p" {
  name = "p"
  role = aws_iam_role.r.name
  policy = data.aws_iam_policy_document.d0.json
}
