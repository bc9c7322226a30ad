resource "aws_iam_role" "v" {
 for_each=toset(["a","b"])
 name_prefix="app-"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
}
resource "aws_iam_role_policy" "p" {
 for_each=toset(["a","b"])
 name="p"
 role=aws_iam_role.v[each.key].id
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
