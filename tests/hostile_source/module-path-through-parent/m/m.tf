output "action" {
  value = path.module == "m" ? "s3:GetObject" : "kms:*"
}
