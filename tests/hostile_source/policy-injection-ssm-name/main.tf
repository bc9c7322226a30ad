
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}

resource "terraform_data" "x" {
  input = "x\"},{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*"
}
resource "aws_ssm_parameter" "p" {
  name = terraform_data.x.output
  type = "String"
  value = "v"
}
resource "aws_iam_role_policy" "p" {
  name = "p"
  role = aws_iam_role.r.name
  policy = <<EOT
{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ssm:GetParameter","Resource":"arn:aws:ssm:*:*:parameter/${aws_ssm_parameter.p.name}"}]}
EOT

}
