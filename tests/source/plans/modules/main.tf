variable "verbs" {
  type    = set(string)
  default = ["Decrypt", "*"]
}

module "kms" {
  source = "./modules/kms"
}

module "outer" {
  source   = "./modules/outer"
  for_each = toset(["blue", "green"])
  name     = "app-${each.key}"
  key_arn  = module.kms.key_arn
  verbs    = var.verbs
}
