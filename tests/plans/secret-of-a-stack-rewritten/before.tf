resource "aws_secretsmanager_secret" "actions" {
  name = "actions"
}

resource "aws_secretsmanager_secret_version" "actions" {
  secret_id     = aws_secretsmanager_secret.actions.id
  secret_string = "kms:Decrypt"
}

resource "aws_cloudformation_stack" "app" {
  name         = "app"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  tags         = { revision = "1" }
  template_body = jsonencode({
    Resources = {
      Role = {
        Type = "AWS::IAM::Role"
        Properties = {
          RoleName                 = "app"
          AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] }
          Policies = [{
            PolicyName     = "kms"
            PolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "{{resolve:secretsmanager:actions}}", Resource = "*" }] }
          }]
        }
      }
    }
  })
  depends_on = [aws_secretsmanager_secret_version.actions]
}
