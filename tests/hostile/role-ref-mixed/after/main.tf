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
resource "terraform_data" "who" {
 input="victim"
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=coalesce(terraform_data.who.output, aws_iam_role.adm.name)
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
