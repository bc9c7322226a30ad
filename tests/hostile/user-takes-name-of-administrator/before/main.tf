resource "aws_iam_user" "admin" { name = "admin" }
resource "aws_iam_user" "bob" { name = "bob" }
resource "aws_iam_user_policy" "p" {
  name = "p"
  user = aws_iam_user.admin.name
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}