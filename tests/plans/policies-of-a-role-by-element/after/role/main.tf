variable "name" {
  type = string
}

variable "policy_arns" {
  type    = list(string)
  default = []
}

variable "policy_count" {
  type    = number
  default = null
}

resource "aws_iam_role" "this" {
  count = 1
  name  = var.name

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy_attachment" "custom" {
  count      = coalesce(var.policy_count, length(var.policy_arns))
  role       = aws_iam_role.this[0].name
  policy_arn = element(var.policy_arns, count.index)
}
