variable "k" {}
resource "terraform_data" "x" {
 input="a"
}
data "aws_iam_policy_document" "s" {
 for_each=toset(["a","b"])
 statement {
 actions=["s3:Get${each.key}"]
 resources=["arn:aws:s3:::${terraform_data.x.output}${each.key}"]
}
}
data "aws_iam_policy_document" "d" {
 source_policy_documents=[data.aws_iam_policy_document.s[var.k].json]
}
resource "aws_iam_role_policy" "p" {
 name="p"
 role="victim"
 policy=data.aws_iam_policy_document.d.json
}
