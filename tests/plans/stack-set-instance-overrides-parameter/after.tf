resource "aws_cloudformation_stack_set" "app" {
  name                    = "app"
  administration_role_arn = "arn:aws:iam::123456789012:role/administration"
  capabilities            = ["CAPABILITY_NAMED_IAM"]
  parameters              = { Actions = "kms:Decrypt" }
  template_body = jsonencode({
    Parameters = { Actions = { Type = "String" } }
    Resources = {
      Role = {
        Type = "AWS::IAM::Role"
        Properties = {
          RoleName                 = "app"
          Description              = { Ref = "Actions" }
          AssumeRolePolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "ec2.amazonaws.com" }, Action = "sts:AssumeRole" }] }
          Policies = [{
            PolicyName     = "kms"
            PolicyDocument = { Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = { Ref = "Actions" }, Resource = "*" }] }
          }]
        }
      }
    }
  })
}

resource "aws_cloudformation_stack_set_instance" "app" {
  account_id          = "123456789012"
  region              = "eu-west-1"
  stack_set_name      = aws_cloudformation_stack_set.app.name
  parameter_overrides = { Actions = "kms:*" }
}
