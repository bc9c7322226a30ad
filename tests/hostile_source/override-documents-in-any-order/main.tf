resource "aws_kms_key" "k" {
  description = "app"
}

variable "yes" {
  default = true
}

locals {
  base   = jsonencode({ Statement = [{ Sid = "x", Effect = "Allow", Action = "kms:Decrypt", Resource = aws_kms_key.k.arn }] })
  wide   = jsonencode({ Statement = [{ Sid = "x", Effect = "Allow", Action = "kms:*", Resource = aws_kms_key.k.arn }] })
  others = toset([local.wide, local.base])
}

data "aws_iam_policy_document" "d" {
  override_policy_documents = var.yes ? [local.wide, local.base] : local.others
}

resource "aws_iam_policy" "p" {
  name   = "p"
  policy = data.aws_iam_policy_document.d.json
}

data "aws_iam_policy_document" "ordered" {
  override_policy_documents = [local.wide, local.base]
}

resource "aws_iam_policy" "ordered" {
  name   = "ordered"
  policy = data.aws_iam_policy_document.ordered.json
}
