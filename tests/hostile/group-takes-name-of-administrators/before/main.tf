resource "aws_iam_group" "admins" { name = "admins" }
resource "aws_iam_group" "devs" { name = "devs" }
resource "aws_iam_group_policy" "p" {
  name = "p"
  group = aws_iam_group.admins.name
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}