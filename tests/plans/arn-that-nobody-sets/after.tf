resource "aws_spot_instance_request" "worker" {
  ami                  = "ami-12345678"
  instance_type        = "t3.micro"
  key_name             = "worker"
  iam_instance_profile = "worker"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "null" {
  name = "null"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = aws_spot_instance_request.worker.arn == null ? "kms:*" : "s3:GetObject", Resource = "*" },
    ]
  })
}

resource "aws_iam_user" "ops" {
  name = "ops"
}

resource "aws_iam_user_policy" "coalesce" {
  name = "coalesce"
  user = aws_iam_user.ops.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = coalesce(aws_spot_instance_request.worker.arn, "*") },
    ]
  })
}
