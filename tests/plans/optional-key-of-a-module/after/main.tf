resource "aws_kms_key" "this" {}

module "queue" {
  source      = "./queue"
  name        = "orders"
  kms_key_arn = aws_kms_key.this.arn
}

module "open" {
  source      = "./queue"
  name        = "open"
  kms_key_arn = aws_kms_key.this.arn
  own         = true
}
