resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_s3_bucket" "b" {
 bucket="b"
}
data "aws_iam_policy_document" "d" {
statement {
 actions=["kms:*"]
 resources=compact([aws_s3_bucket.b.arn,"*"])
}
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.v.name
 policy=data.aws_iam_policy_document.d.json
 
}
