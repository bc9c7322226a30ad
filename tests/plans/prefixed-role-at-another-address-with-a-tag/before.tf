resource "aws_iam_role" "a" {
  name_prefix = "app-"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}
resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.a.name
  name = "p"
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="*",Resource="*",Condition={StringEquals={"aws:PrincipalTag/admin"="1"}}}]})
}
