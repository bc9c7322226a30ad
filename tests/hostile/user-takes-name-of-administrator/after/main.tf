resource "aws_iam_user" "bob" { 
  name = "admin"
}
resource "aws_iam_user_policy" "p2" {
  name = "p2"
  user = aws_iam_user.bob.name
  policy = jsonencode({Version="2012-10-17",Statement=[{Sid="All",Effect="Allow",Action="kms:*",Resource="*"}]})
}