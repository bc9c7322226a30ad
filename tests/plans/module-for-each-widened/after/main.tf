module "role" {
  source = "./modules/role"
  for_each = {
    app = ["kms:*"]
    web = ["kms:Decrypt"]
  }

  name    = each.key
  actions = each.value
}
