resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "terraform_data" "x" {
 input="a"
}
data "aws_iam_policy_document" "d" {
source_policy_documents=[jsonencode({Version="2012-10-17",statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})]
statement {
 actions=["s3:GetObject"]
 resources=["arn:aws:s3:::${terraform_data.x.output}"]
}
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.v.name
 policy=data.aws_iam_policy_document.d.json
 
}
