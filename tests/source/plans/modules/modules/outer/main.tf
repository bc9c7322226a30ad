variable "name" {}
variable "key_arn" { type = string }
variable "verbs" { type = list(string) }

module "inner" {
  source = "../inner"
  config = {
    name    = upper(var.name)
    key_arn = var.key_arn
    verbs   = var.verbs
  }
}
