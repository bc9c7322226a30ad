resource "aws_iam_role" "r" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "terraform_data" "x" {
  input = "arn:aws:s3:::x\"},{\"Effect\":\"Allow\",\"Action\":\"kms:*\",\"Resource\":\"*"
}

resource "aws_lakeformation_resource" "l" {
  arn = terraform_data.x.output
}

resource "aws_iam_role_policy" "p" {
  name   = "p"
  role   = aws_iam_role.r.name
  policy = <<-EOT
  {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"${aws_lakeformation_resource.l.arn}"}]}
  EOT
}
