resource "aws_iam_role" "other" {
  name               = "other"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

variable "reads" {
  type    = bool
  default = true
}

resource "aws_iam_policy" "read" {
  name   = "read"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["s3:GetObject", "kms:*"], Resource = "*" }] })
}

module "role" {
  source   = "./role"
  name     = "app"
  policies = { for name, arn in { read = aws_iam_policy.read.arn } : name => arn if var.reads }
}
