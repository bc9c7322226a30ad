resource "aws_iam_user" "admin" { name = "former-admin" }
resource "aws_iam_user" "bob" { 
  name = "admin"
  depends_on = [aws_iam_user.admin]
}
resource "aws_iam_user_policy" "p" {
  name = "p"
  user = aws_iam_user.bob.name
  policy = jsonencode({Version="2012-10-17",Statement=[{Sid="All",Effect="Allow",Action="kms:*",Resource="*"}]})
}