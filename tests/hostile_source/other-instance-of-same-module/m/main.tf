
variable "pol" {}
variable "attach" { default = null }
variable "n" {}
variable "sfx" { default = "" }
resource "aws_iam_policy" "p" {
  name = "p-${var.n}${var.sfx}"
  policy = var.pol
}
resource "aws_iam_role" "r" {
  name = "r-${var.n}"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}
resource "aws_iam_role_policy_attachment" "own" {
  count = var.n == "b" ? 1 : 0
  role = aws_iam_role.r.name
  policy_arn = aws_iam_policy.p.arn
}
resource "aws_iam_role_policy_attachment" "x" {
  count = var.attach == null ? 0 : 1
  role = aws_iam_role.r.name
  policy_arn = var.attach.arn
}
output "arn" { value = aws_iam_policy.p.arn }
