terraform {
  required_providers {
    aws = {
      source                = "hashicorp/aws"
      configuration_aliases = [aws.target]
    }
  }
}

module "inner" {
  source = "../role"
  count  = 2
  providers = {
    aws = aws.target
  }

  name    = "app-${count.index}"
  actions = ["kms:*"]
}
