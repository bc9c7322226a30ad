resource "aws_iam_user" "a" { name = "adm" }
resource "aws_iam_user_policy" "a" {
  user = aws_iam_user.a.name
  name = "p"
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="*",Resource="*"}]})
}
