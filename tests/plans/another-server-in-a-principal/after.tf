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

resource "aws_kms_key" "k" {
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*", Principal = { AWS = "arn:aws:iam::111122223333:root" } },
      { Effect = "Allow", Action = "kms:Decrypt", Resource = "*", Principal = { AWS = aws_sns_topic.t.arn } },
    ]
  })
}
