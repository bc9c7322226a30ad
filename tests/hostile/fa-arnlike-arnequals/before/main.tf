resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.v.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*",Condition={"ArnLike"={"aws:PrincipalArn"=["arn:aws:iam::*:role/x"]}}}]})
 
}
