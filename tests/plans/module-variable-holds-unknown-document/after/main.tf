resource "aws_kms_key" "this" {
  description = "application data"
}

data "aws_iam_policy_document" "kms" {
  statement {
    actions   = ["kms:*"]
    resources = [aws_kms_key.this.arn]
  }
}

module "role" {
  source = "./modules/role"

  name   = "app"
  policy = data.aws_iam_policy_document.kms.json
}
