resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_iam_role_policy" "a" {
 name="x"
 role=aws_iam_role.v.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Deny",Action="kms:*",Resource="*"}]})
 
}
resource "aws_iam_role_policy" "b" {
 name="x"
 role=aws_iam_role.v.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 depends_on=[aws_iam_role_policy.a]
}
