variable "connection" {
  default = "s3:GetObject"
}
output "action" {
  value = var.connection
}
