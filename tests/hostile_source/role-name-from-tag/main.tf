
resource "terraform_data" "x" {
 input = "app"
}
resource "aws_iam_role" "admin" {
  name = "admin"
  description = "x"
  tags = { who = terraform_data.x.output }
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}
resource "aws_iam_role_policy" "a" {
  name = "p"
  role = aws_iam_role.admin.name
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}
resource "aws_iam_role_policy" "b" {
  name = "p"
  role = aws_iam_role.admin.tags["who"]
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
