resource "aws_kms_key" "k" {}
resource "aws_kms_alias" "k" {
  name          = "alias/backend"
  target_key_id = aws_kms_key.k.key_id
}
resource "aws_iam_role" "app" {
  name               = "app"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] })
}
resource "aws_iam_role_policy" "p" {
  role   = aws_iam_role.app.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*", Condition = { "ForAnyValue:StringEquals" = { "kms:ResourceAliases" = aws_kms_alias.k.name } } }] })
}
resource "aws_iam_role_policy" "q" {
  role   = aws_iam_role.app.name
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*", Condition = { "StringEquals" = { "kms:RequestAlias" = aws_kms_alias.k.name } } }] })
}
