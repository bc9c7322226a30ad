data "aws_region" "r" {}
data "aws_caller_identity" "c" {}
resource "aws_iam_role" "app" {
 name="app"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.app.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="arn:aws:kms:${data.aws_region.r.name}:111122223333:key/*"}]})
}
