
data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type = "Service"
      identifiers = ["lambda.amazonaws.com"]
    }
  }
}

resource "aws_kms_key" "k" {}
module "m" {
  source = "./m"
  depends_on = [aws_kms_key.k]
  key = aws_kms_key.k.arn
}
