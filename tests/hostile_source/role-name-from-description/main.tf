
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}

resource "aws_iam_role" "admin" {
  name = "admin"
  description = terraform_data.x.output
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}
resource "aws_iam_policy" "full" {
  name = "full"
  policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
resource "aws_iam_role_policy_attachment" "a" {
  role = aws_iam_role.admin.name
  policy_arn = aws_iam_policy.full.arn
}

resource "terraform_data" "x" {
 input = "app"
}
resource "aws_iam_role_policy_attachment" "b" {
  role = aws_iam_role.admin.description
  policy_arn = aws_iam_policy.full.arn
}
