provider "aws" {
  alias                       = "other"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  skip_get_ec2_platforms      = true

  assume_role {
    role_arn = "arn:aws:iam::222222222222:role/deploy"
  }

  endpoints {
    iam = "http://localhost:4566"
    sts = "http://localhost:4566"
    kms = "http://localhost:4566"
  }
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "kms" {
  name = "kms"
  role = aws_iam_role.app.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      { Effect = "Allow", Action = "kms:*", Resource = "*" },
    ]
  })
}

module "role" {
  source = "./modules/role"
  providers = {
    aws = aws.other
  }

  name    = "app"
  actions = ["kms:Decrypt"]
}
