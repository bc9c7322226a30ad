variable "role" {
  type = string
}

variable "administrators" {
  type    = list(string)
  default = []
}

data "aws_caller_identity" "current" {}

data "aws_iam_role" "app" {
  name = var.role
}

locals {
  owners = [data.aws_iam_role.app.arn]
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Default"
    actions   = ["kms:*"]
    resources = ["*"]

    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::${data.aws_caller_identity.current.account_id}:root"]
    }
  }

  dynamic "statement" {
    for_each = length(var.administrators) > 0 ? [1] : []

    content {
      sid       = "Administration"
      actions   = ["kms:Put*", "kms:Enable*"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = var.administrators
      }
    }
  }

  dynamic "statement" {
    for_each = length(local.owners) > 0 ? [1] : []

    content {
      sid       = "Owners"
      actions   = ["kms:*"]
      resources = ["*"]

      principals {
        type        = "AWS"
        identifiers = local.owners
      }
    }
  }
}

resource "aws_kms_key" "this" {
  policy = data.aws_iam_policy_document.key.json
}

resource "aws_iam_role_policy" "keys" {
  name = "keys"
  role = data.aws_iam_role.app.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
  })
}
