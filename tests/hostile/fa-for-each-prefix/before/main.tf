resource "aws_iam_role" "v" {
 count=2
 name_prefix="app-"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
}
resource "aws_iam_role_policy" "p" {
 count=2
 name="p"
 role=aws_iam_role.v[count.index].id
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
