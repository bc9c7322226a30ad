
resource "aws_secretsmanager_secret" "s" { name = "perm" }
resource "aws_secretsmanager_secret_version" "one" {
  secret_id      = aws_secretsmanager_secret.s.id
  secret_string  = "s3:GetObject"
  version_stages = ["AWSCURRENT"]
}
resource "aws_secretsmanager_secret_version" "two" {
  secret_id      = aws_secretsmanager_secret.s.id
  secret_string  = "kms:*"
  version_stages = ["PENDING"]
  depends_on     = [aws_secretsmanager_secret_version.one]
}
resource "aws_cloudformation_stack" "x" {
  name          = "x"
  capabilities  = ["CAPABILITY_NAMED_IAM"]
  template_body = jsonencode({ Resources = { R = { Type = "AWS::IAM::Role", Properties = { RoleName = "r", AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }] }, Policies = [{ PolicyName = "p", PolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "{{resolve:secretsmanager:perm}}", Resource = "*" }] } }] } } } })
}
