provider "aws" {
  assume_role {
    role_arn = "arn:aws:iam::111122223333:role/deploy"
  }
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    iam             = "http://localhost:4566"
    sts             = "http://localhost:4566"
    kms             = "http://localhost:4566"
    ssm             = "http://localhost:4566"
    s3              = "http://localhost:4566"
    cloudformation  = "http://localhost:4566"
    cognitoidentity = "http://localhost:4566"
    organizations   = "http://localhost:4566"
    rolesanywhere   = "http://localhost:4566"
    ssoadmin        = "http://localhost:4566"
    identitystore   = "http://localhost:4566"
    lambda          = "http://localhost:4566"
    secretsmanager  = "http://localhost:4566"
    ec2             = "http://localhost:4566"
    eks             = "http://localhost:4566"
  }
}
provider "aws" {
  alias = "b"
  assume_role {
    role_arn = "arn:aws:iam::222233334444:role/deploy"
  }
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  endpoints {
    iam             = "http://localhost:4566"
    sts             = "http://localhost:4566"
    kms             = "http://localhost:4566"
    ssm             = "http://localhost:4566"
    s3              = "http://localhost:4566"
    cloudformation  = "http://localhost:4566"
    cognitoidentity = "http://localhost:4566"
    organizations   = "http://localhost:4566"
    rolesanywhere   = "http://localhost:4566"
    ssoadmin        = "http://localhost:4566"
    identitystore   = "http://localhost:4566"
    lambda          = "http://localhost:4566"
    secretsmanager  = "http://localhost:4566"
    ec2             = "http://localhost:4566"
    eks             = "http://localhost:4566"
  }
}
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "aws_iam_role" "admin" {
  provider           = aws.b
  name               = "admin"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Federated = "arn:aws:iam::222233334444:saml-provider/idp" }, Action = "sts:AssumeRoleWithSAML" }] })
}
resource "aws_iam_role_policy" "admin" {
  provider = aws.b
  name     = "p"
  role     = aws_iam_role.admin.name
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }] })
}
resource "aws_iam_saml_provider" "one" {

  name                   = "idp"
  saml_metadata_document = <<EOT
<?xml version="1.0"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="https://idp.example.com/saml/metadata/entity/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789/0123456789"/>
EOT
}
