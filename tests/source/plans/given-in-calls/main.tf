variable "services" {
  type = list(object({ name = string, actions = list(string) }))
  default = [
    { name = "orders", actions = ["kms:Decrypt"] },
    {
      name    = "billing"
      actions = ["kms:*"]
    },
  ]
}

variable "extra" {
  type    = list(string)
  default = []
}

module "services" {
  source   = "./modules/service"
  for_each = { for s in var.services : s.name => s }
  name     = each.key
  actions  = each.value.actions
}

module "ops" {
  source  = "./modules/service"
  name    = "ops"
  actions = concat(["s3:GetObject"], var.extra)
}

locals {
  admins = {
    alice = "arn:aws:iam::aws:policy/AdministratorAccess"
  }
}

resource "aws_iam_user" "u" {
  for_each = local.admins
  name     = each.key
}

resource "aws_iam_user_policy_attachment" "a" {
  for_each   = local.admins
  user       = aws_iam_user.u[each.key].name
  policy_arn = each.value
}
