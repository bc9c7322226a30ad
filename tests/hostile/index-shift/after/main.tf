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
resource "aws_iam_policy" "p" {
 count=2
 name="p${count.index}"
 policy=count.index==0 ? jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="s3:GetObject",Resource="*"}]}) : jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
resource "aws_iam_role_policy_attachment" "a" {
 count=2
 role=["victim","admin"][count.index]
 policy_arn=aws_iam_policy.p[1-count.index].arn
}
