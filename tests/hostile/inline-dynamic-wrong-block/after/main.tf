resource "terraform_data" "x" {
 input=jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="kms:*",Resource="*"}]})
}
resource "terraform_data" "y" {
 input="a"
}
data "aws_iam_policy_document" "d" {
statement {
 actions=["s3:GetObject"]
 resources=["arn:aws:s3:::${terraform_data.y.output}"]
}
}
resource "aws_iam_role" "v" {
 name="victim"
 assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={AWS="*"}}]})
 inline_policy {
 name="static"
 policy=data.aws_iam_policy_document.d.json
}
dynamic "inline_policy" {
 for_each=toset(["evil"])
 content {
 name=inline_policy.key
 policy=terraform_data.x.output
}
}

}
