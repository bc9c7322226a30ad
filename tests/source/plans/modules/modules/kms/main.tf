resource "aws_kms_key" "this" {
  description = "app"
}

output "key_arn" {
  value = aws_kms_key.this.arn
}
