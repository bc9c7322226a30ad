variable "policy" {
  type    = string
  default = null
}

resource "aws_kms_key" "this" {
  policy = var.policy
}
