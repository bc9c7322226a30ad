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

resource "aws_cloudformation_stack" "s" {
  name         = "s"
  capabilities = ["CAPABILITY_IAM"]
  parameters   = { Topic = aws_sns_topic.t.arn }
  template_body = jsonencode({
    Parameters = { Topic = { Type = "String" } }
    Resources = {
      P = {
        Type = "AWS::IAM::ManagedPolicy"
        Properties = {
          PolicyDocument = {
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Action = "kms:*", Resource = { Ref = "Topic" } }]
          }
        }
      }
    }
  })
}
