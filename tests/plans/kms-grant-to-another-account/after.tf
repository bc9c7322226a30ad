resource "aws_kms_key" "this" {
  description = "application data"
}

resource "aws_kms_grant" "partner" {
  name              = "partner"
  key_id            = aws_kms_key.this.key_id
  grantee_principal = "arn:aws:iam::222222222222:role/partner"
  operations        = ["Encrypt", "Decrypt", "CreateGrant"]
}
