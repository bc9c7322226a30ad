resource "aws_iam_policy" "b" {
 name="bound"
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="s3:GetObject",Resource="*"}]})
 
}
resource "terraform_data" "x" {
 input="*"
}
data "aws_iam_policy_document" "d" {
statement {
 actions=[terraform_data.x.output]
 resources=["*"]
}
}
resource "aws_iam_policy" "c" {
 name="bound2"
 policy=data.aws_iam_policy_document.d.json
 
}
resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 permissions_boundary=aws_iam_policy.c.arn
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.v.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
