
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}

resource "terraform_data" "aws_x" {
  input = "arn:aws:s3:::b/*\"},{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*"
}

resource "aws_iam_role_policy" "p" {
  name = "p"
  role = aws_iam_role.r.name
  policy = <<EOT
{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"${terraform_data.aws_x.output}"}]}
EOT

}
