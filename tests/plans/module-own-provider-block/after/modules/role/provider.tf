provider "aws" {
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
