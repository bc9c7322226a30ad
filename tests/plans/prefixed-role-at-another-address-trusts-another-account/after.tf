resource "aws_iam_role" "b" {
  name_prefix = "app-"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="arn:aws:iam::999999999999:root"}}]})
}
resource "aws_iam_role_policy" "a" {
  role = aws_iam_role.b.name
  name = "p"
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="*",Resource="*"}]})
}
