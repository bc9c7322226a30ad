variable "x" {
  default = "s3:GetObject"
}
output "action" {
  value = var.x
}
