resource "aws_iam_group" "g" {
 name="admins"
}
resource "aws_iam_group_policy" "g" {
 name="g"
 group=aws_iam_group.g.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
resource "aws_iam_user" "u" {
 name="bob"
}
