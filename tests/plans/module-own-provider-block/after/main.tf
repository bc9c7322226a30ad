module "role" {
  source = "./modules/role"

  name    = "app"
  actions = ["kms:*"]
}
