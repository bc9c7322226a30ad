resource "aws_iam_policy" "b" {
 name="bound"
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="s3:GetObject",Resource="*"}]})
 
}
resource "aws_iam_role" "r1" {
 name="y"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 permissions_boundary=aws_iam_policy.b.arn
}
resource "aws_iam_role" "r2" {
 name="x"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 depends_on=[aws_iam_role.r1]
}
resource "aws_iam_role_policy" "p2" {
 name="p2"
 role=aws_iam_role.r2.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
