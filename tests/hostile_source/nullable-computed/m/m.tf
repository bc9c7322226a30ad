variable "x" {
  default  = "kms:*"
  nullable = !true
}
output "action" {
  value = var.x == null ? "s3:GetObject" : var.x
}
