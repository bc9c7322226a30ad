variable "key_arn" {
  type = string
}

data "aws_iam_policy_document" "this" {
  statement {
    actions   = ["kms:*"]
    resources = [var.key_arn]
  }
}

output "json" {
  value = data.aws_iam_policy_document.this.json
}
