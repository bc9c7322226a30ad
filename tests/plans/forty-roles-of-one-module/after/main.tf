locals {
  services = [for number in range(1, 41) : format("service-%02d", number)]
}

module "service" {
  source   = "./modules/service"
  for_each = toset(local.services)
  name     = each.key
}
