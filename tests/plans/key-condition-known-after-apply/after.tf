resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_kms_key" "app" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [
    { Sid = "root", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::123456789012:root" } },
    { Sid = "app", Effect = "Allow", Action = "kms:*", Resource = "*", Principal = "*", Condition = { StringLike = { "aws:userId" = "${aws_iam_role.app.unique_id}:*" } } },
  ] })
}
