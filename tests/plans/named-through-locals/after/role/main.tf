variable "name" {
  type = string
}

variable "boundary" {
  type = string
}

resource "aws_iam_role" "this" {
  name                 = var.name
  permissions_boundary = var.boundary

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

locals {
  name = try(aws_iam_role.this.name, "")
}

output "name" {
  value = local.name
}
