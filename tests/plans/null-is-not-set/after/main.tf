variable "arns" {
  type    = list(string)
  default = []
}

variable "policy" {
  type    = string
  default = ""
}

locals {
  policy = var.policy == "" ? null : var.policy
  trust = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

module "key" {
  source = "./modules/key"
}

module "role" {
  source = "./modules/role"
  name   = "in-a-module"
}

resource "aws_iam_role" "literally" {
  name                = "literally"
  assume_role_policy  = local.trust
  managed_policy_arns = null
}

resource "aws_iam_role" "or_a_list" {
  name                = "or-a-list"
  assume_role_policy  = local.trust
  managed_policy_arns = length(var.arns) > 0 ? ["arn:aws:iam::aws:policy/ReadOnlyAccess"] : null
}

resource "aws_kms_key" "literally" {
  policy = null
}

resource "aws_kms_key" "by_a_local" {
  policy = local.policy
}

resource "aws_kms_key" "or_a_text" {
  policy = length(var.policy) > 0 ? var.policy : null
}
