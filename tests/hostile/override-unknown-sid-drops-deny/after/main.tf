resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 
}
resource "aws_iam_role_policy" "f" {
 name="f"
 role=aws_iam_role.v.name
 policy=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
 
}
resource "terraform_data" "x" {
 input="D"
}
data "aws_iam_policy_document" "o" {
statement {
 sid=terraform_data.x.output
 effect="Deny"
 actions=["s3:DeleteBucket"]
 resources=["*"]
}
}
data "aws_iam_policy_document" "d" {
statement {
 sid="D"
 effect="Deny"
 actions=["kms:*"]
 resources=["*"]
}
override_policy_documents=[data.aws_iam_policy_document.o.json]
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role=aws_iam_role.v.name
 policy=data.aws_iam_policy_document.d.json
 
}
