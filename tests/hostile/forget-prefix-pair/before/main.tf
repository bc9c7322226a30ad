resource "aws_iam_role" "old" {
 name_prefix="app-"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
}
resource "aws_iam_role_policy" "old" {
 name="p"
 role=aws_iam_role.old.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
