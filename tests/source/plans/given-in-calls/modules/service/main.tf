variable "name" { type = string }
variable "actions" { type = list(string) }

module "role" {
  source  = "../role"
  name    = var.name
  actions = var.actions
}
