variable "inline_policies" {
  type = map(list(string))
  default = {
    keys = ["kms:*"]
    logs = ["logs:PutLogEvents"]
  }
}

resource "aws_iam_role" "app" {
  name = "app"

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })

  dynamic "inline_policy" {
    for_each = var.inline_policies
    content {
      name = inline_policy.key
      policy = jsonencode({
        Version   = "2012-10-17"
        Statement = [{ Effect = "Allow", Action = inline_policy.value, Resource = "*" }]
      })
    }
  }
}
