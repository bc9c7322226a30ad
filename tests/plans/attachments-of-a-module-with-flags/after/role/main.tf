variable "create" {
  type    = bool
  default = true
}

variable "name" {
  type = string
}

variable "policies" {
  type    = map(string)
  default = {}
}

resource "aws_iam_role" "this" {
  count              = var.create ? 1 : 0
  name               = var.name
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each   = { for name, arn in var.policies : name => arn if var.create }
  role       = aws_iam_role.this[0].name
  policy_arn = each.value
}
