output "name" {
  value = aws_iam_role.this.name
}
