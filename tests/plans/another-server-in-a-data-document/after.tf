provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints {
    sns = "https://sns.example.com"
  }
}

resource "aws_sns_topic" "t" {
  name = "t"
}

resource "aws_iam_role" "app" {
  name = "app"
  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

data "aws_iam_policy_document" "d" {
  statement {
    actions   = ["kms:*"]
    resources = [aws_sns_topic.t.arn]
  }
}

resource "aws_iam_role_policy" "p" {
  name   = "p"
  role   = aws_iam_role.app.name
  policy = data.aws_iam_policy_document.d.json
}
