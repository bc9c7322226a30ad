provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
provider "aws" {
  alias                       = "minio"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints {
    s3 = "https://minio.example.com"
  }
}
provider "aws" {
  alias                       = "local"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints {
    iam = "http://localhost:4566"
    sns = "http://localhost:4566"
    sts = "http://localhost:4566"
  }
}

resource "aws_s3_bucket" "files" {
  provider = aws.minio
  bucket   = "files"
}

resource "aws_sns_topic" "t" {
  name = "t"
}

resource "aws_iam_policy" "p" {
  name   = "p"
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["sns:Publish"], "Resource": ["${aws_sns_topic.t.arn}"] }]
}
EOF
}

resource "aws_sns_topic" "local" {
  provider = aws.local
  name     = "local"
}

resource "aws_iam_policy" "local" {
  provider = aws.local
  name     = "local"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = aws_sns_topic.local.arn }]
  })
}

resource "aws_iam_role" "local" {
  provider = aws.local
  name     = "local"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "local" {
  provider   = aws.local
  role       = aws_iam_role.local.name
  policy_arn = aws_iam_policy.local.arn
}
