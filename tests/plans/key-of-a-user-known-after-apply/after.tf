resource "aws_iam_user" "a" { name = "adm" }
resource "aws_iam_user_policy" "a" {
  user = aws_iam_user.a.name
  name = "p"
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="*",Resource="*"}]})
}
resource "terraform_data" "n" { input = "adm" }
resource "aws_iam_access_key" "k" { user = terraform_data.n.output }
resource "aws_iam_user" "new" { name = "new-${terraform_data.n.id}" }
resource "aws_iam_access_key" "new" { user = aws_iam_user.new.name }
