resource "aws_iam_group" "devs" { name = "admins" }
resource "aws_iam_group_policy" "p2" {
  name = "p2"
  group = aws_iam_group.devs.name
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}