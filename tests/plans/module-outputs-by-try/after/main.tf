variable "create" {
  default = true
}

module "role" {
  source = "./role"
  name   = "cluster"
}

module "key" {
  source = "./keys"
  count  = var.create ? 1 : 0
  users  = [module.role.arn]
}

resource "aws_iam_role_policy" "decrypt" {
  role = module.role.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:Decrypt"], Resource = try(module.key[0].arn, "*") }]
  })
}

resource "aws_iam_role_policy" "administer" {
  role = module.role.name

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = ["kms:Describe*", "kms:Enable*"], Resource = try(module.key[0].arn, "*") }]
  })
}
