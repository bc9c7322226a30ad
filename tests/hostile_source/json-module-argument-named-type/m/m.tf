variable "type" {}
output "action" {
  value = var.type
}
