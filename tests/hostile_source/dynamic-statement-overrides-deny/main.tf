
resource "aws_iam_role" "r" {
  name = "app"
  assume_role_policy = jsonencode({Version="2012-10-17",Statement=[{Effect="Allow",Action="sts:AssumeRole",Principal={Service="ec2.amazonaws.com"}}]})
}

data "aws_iam_policy_document" "base" {
  statement {
    actions = ["kms:*"]
    resources = ["*"]
  }
  statement {
    sid = "d"
    effect = "Deny"
    actions = ["kms:*"]
    resources = ["*"]
  }
}

resource "terraform_data" "x" {
 input = ["d"]
}
data "aws_iam_policy_document" "d" {
  source_policy_documents = [data.aws_iam_policy_document.base.json]
  dynamic "statement" {
    for_each = terraform_data.x.output
    content {
      sid = statement.value
      effect = "Deny"
      actions = ["s3:*"]
      resources = ["*"]
    }
  }
}
resource "aws_iam_role_policy" "p" {
  name = "p"
  role = aws_iam_role.r.name
  policy = data.aws_iam_policy_document.d.json
}
