resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_kms_key" "k" {
 key_usage="SIGN_VERIFY"
 customer_master_key_spec="RSA_2048"
}
data "aws_kms_public_key" "k" {
 key_id=aws_kms_key.k.id
}
data "aws_iam_policy_document" "d" {
statement {
 actions=["kms:*"]
 resources=[data.aws_kms_public_key.k.arn]
}
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.v.name
 policy=data.aws_iam_policy_document.d.json
 
}
