resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_iam_role" "adm" {
 name="admin"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_iam_role_policy" "adm" {
 name="adm"
 role=aws_iam_role.adm.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
resource "aws_iam_policy" "q" {
 name="tool"
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
resource "aws_iam_role_policy_attachment" "adm" {
 role=aws_iam_role.adm.name
 policy_arn=aws_iam_policy.q.arn
 
}
resource "aws_iam_role_policy_attachment" "v" {
 role=aws_iam_role.v.name
 policy_arn="arn:aws:iam::123456789012:policy/tool"
 depends_on=[aws_iam_policy.q]
}
