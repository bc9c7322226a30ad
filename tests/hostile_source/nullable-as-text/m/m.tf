variable "x" {
  default  = "kms:*"
  nullable = "false"
}
output "action" {
  value = var.x == null ? "s3:GetObject" : var.x
}
