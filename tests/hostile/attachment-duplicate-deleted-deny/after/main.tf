resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_iam_role_policy" "f" {
 name="f"
 role=aws_iam_role.v.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
resource "aws_iam_policy" "d" {
 name="deny"
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Deny",Action="kms:*",Resource="*"}]})
 
}
resource "aws_iam_role_policy_attachment" "a" {
 role=aws_iam_role.v.name
 policy_arn=aws_iam_policy.d.arn
 
}
