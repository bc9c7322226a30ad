provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
}
provider "aws" {
  alias                       = "queues"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints {
    iam = "https://queues.example.com"
    sqs = "https://queues.example.com"
  }
}

module "queues" {
  source    = "./queues"
  providers = { aws = aws.queues }
}

resource "aws_sns_topic" "ours" {
  name = "ours"
}

resource "aws_iam_policy" "p" {
  name   = "p"
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["sns:Publish"], "Resource": ["${module.queues.arn}"] }]
}
EOF
}

resource "aws_iam_policy" "ours" {
  name   = "ours"
  policy = <<EOF
{
  "Version": "2012-10-17",
  "Statement": [{ "Effect": "Allow", "Action": ["sns:Publish"], "Resource": ["${aws_sns_topic.ours.arn}"] }]
}
EOF
}
