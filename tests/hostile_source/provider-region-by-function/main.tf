terraform {
 required_providers {
 aws = { source = "hashicorp/aws" }
 }
}
provider "aws" {
 
 region=coalesce("us-east-1",var.region)
 access_key="test"
 secret_key="test"
 skip_credentials_validation=true
 skip_requesting_account_id=true
 skip_metadata_api_check=true
 endpoints {
  iam="http://127.0.0.1:5000"
  sts="http://127.0.0.1:5000"
 }
 
}
variable "region" {
 default="eu-west-1"
}
resource "aws_iam_user" "x" {
 name="x2"
}
module "m" {
 source="./m"
 depends_on=[aws_iam_user.x]
}
