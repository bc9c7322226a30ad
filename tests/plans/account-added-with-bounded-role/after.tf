variable "b" {
  default = "222222222222"
}
provider "aws" {
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true

  endpoints {
    iam           = "http://localhost:4566"
    sts           = "http://localhost:4566"
    kms           = "http://localhost:4566"
    organizations = "http://localhost:4566"
    ssoadmin      = "http://localhost:4566"
    s3            = "http://localhost:4566"
    lambda        = "http://localhost:4566"
    identitystore = "http://localhost:4566"
  }
}
provider "aws" {
  alias                       = "b"
  region                      = "eu-west-1"
  access_key                  = "test"
  secret_key                  = "test"
  skip_credentials_validation = true
  skip_requesting_account_id  = true
  skip_metadata_api_check     = true
  assume_role {
    role_arn = "arn:aws:iam::${var.b}:role/deploy"
  }

  endpoints {
    iam           = "http://localhost:4566"
    sts           = "http://localhost:4566"
    kms           = "http://localhost:4566"
    organizations = "http://localhost:4566"
    ssoadmin      = "http://localhost:4566"
    s3            = "http://localhost:4566"
    lambda        = "http://localhost:4566"
    identitystore = "http://localhost:4566"
  }
}
resource "aws_iam_policy" "bound" {
  name   = "bound"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["kms:DescribeKey", "kms:List*"], Resource = "*" }] })

}
resource "aws_iam_role" "app" {
  name                 = "app"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  permissions_boundary = aws_iam_policy.bound.arn
}
resource "aws_iam_role_policy" "kms" {
  name   = "kms"
  role   = aws_iam_role.app.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }] })

}
resource "aws_iam_policy" "bound_b" {
  name     = "bound"
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = ["kms:DescribeKey", "kms:List*"], Resource = "*" }] })
  provider = aws.b

}
resource "aws_iam_role" "app_b" {
  name                 = "app"
  assume_role_policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] })
  provider             = aws.b
  permissions_boundary = aws_iam_policy.bound_b.arn
}
resource "aws_iam_role_policy" "kms_b" {
  name     = "kms"
  role     = aws_iam_role.app_b.name
  policy   = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }] })
  provider = aws.b

}
