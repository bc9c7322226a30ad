variable "name" {
  type = string
}

variable "kms_key_arn" {
  type    = string
  default = null
}

variable "fallback" {
  type    = string
  default = "*"
}

variable "own" {
  type    = bool
  default = false
}

resource "aws_iam_role" "this" {
  name = var.name

  assume_role_policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
  })
}

resource "aws_iam_role_policy" "this" {
  role = aws_iam_role.this.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = concat(
      [{ Effect = "Allow", Action = ["sqs:SendMessage"], Resource = "*" }],
      var.kms_key_arn == null ? [] : [{ Effect = "Allow", Action = ["kms:Decrypt"], Resource = var.kms_key_arn }],
      var.kms_key_arn != "" ? [] : [{ Effect = "Allow", Action = ["kms:*"], Resource = "*" }],
      [{
        Effect   = "Allow"
        Action   = var.own ? ["kms:*"] : ["kms:GenerateDataKey"]
        Resource = coalesce(var.kms_key_arn, var.fallback)
      }],
    )
  })
}

resource "aws_iam_role_policy" "heredoc" {
  role   = aws_iam_role.this.name
  policy = <<-EOT
    {
      "Version": "2012-10-17",
      "Statement": [
        %{if var.kms_key_arn == null}{ "Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*" },%{endif}
        { "Effect": "Allow", "Action": "kms:Encrypt", "Resource": "${var.kms_key_arn != null ? var.kms_key_arn : "*"}" }
      ]
    }
  EOT
}
