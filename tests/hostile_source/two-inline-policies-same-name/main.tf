
resource "aws_kms_key" "k" {}
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
  inline_policy {
    name = "x"
    policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="s3:GetObject",Resource="*"}]})
  }
  inline_policy {
    name = "x"
    policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource=["*", aws_kms_key.k.arn]}]})
  }
}