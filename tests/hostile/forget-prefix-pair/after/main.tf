removed {
 from=aws_iam_role.old
 lifecycle {
 destroy=false
}
}
removed {
 from=aws_iam_role_policy.old
 lifecycle {
 destroy=false
}
}
resource "aws_iam_role" "new" {
 name_prefix="app-"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
}
resource "aws_iam_role_policy" "new" {
 name="p"
 role=aws_iam_role.new.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
